"""Four eyes for policies: states follow one another in one way, an edit drops what was previewed."""

from config.rules import rules

STATES = """
CREATE FUNCTION pricing_policy_terms(policy pricing_grandfatheringpolicy) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT to_jsonb(policy)
        - ARRAY['version', 'state', 'approver_id', 'approved_at', 'preview_hash']
$$;

CREATE FUNCTION pricing_begin_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.state, NEW.preview_hash) <> ('draft', '') OR NEW.approver_id IS NOT NULL
       OR NEW.approved_at IS NOT NULL THEN
        PERFORM pricing_refuse('A policy begins as a draft.', 'grandfatheringpolicy_begins_as_a_draft');
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION pricing_move_policy() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    edited boolean := pricing_policy_terms(NEW) IS DISTINCT FROM pricing_policy_terms(OLD);
    reviewed boolean := (NEW.approver_id, NEW.approved_at, NEW.preview_hash)
        IS DISTINCT FROM (OLD.approver_id, OLD.approved_at, OLD.preview_hash);
BEGIN
    IF NEW.author_id IS DISTINCT FROM OLD.author_id THEN
        PERFORM pricing_refuse('The author of a policy never changes.', 'grandfatheringpolicy_keeps_its_author');
    END IF;
    IF edited AND OLD.state IN ('applied', 'ended') THEN
        PERFORM pricing_refuse('An applied policy is a promise: it is never edited.', 'grandfatheringpolicy_is_kept');
    END IF;
    IF edited AND OLD.state IN ('previewed', 'approved') THEN
        IF NEW.state NOT IN (OLD.state, 'draft') THEN
            PERFORM pricing_refuse('It was edited: preview it again.', 'grandfatheringpolicy_was_edited');
        END IF;
        NEW.state := 'draft';
    END IF;
    IF NEW.state = OLD.state AND NOT (NEW.state = 'previewed' AND reviewed) THEN
        IF reviewed THEN
            PERFORM pricing_refuse('Who approved what is never edited.', 'grandfatheringpolicy_is_kept');
        END IF;
        RETURN NEW;
    END IF;
    CASE
    WHEN NEW.state = 'draft' AND OLD.state IN ('previewed', 'approved') THEN
        NEW.approver_id := NULL;
        NEW.approved_at := NULL;
        NEW.preview_hash := '';
    WHEN NEW.state = 'previewed' AND OLD.state IN ('draft', 'previewed') AND NOT edited THEN
        IF NEW.preview_hash = '' OR NEW.approver_id IS NOT NULL OR NEW.approved_at IS NOT NULL THEN
            PERFORM pricing_refuse('A preview is of something.', 'grandfatheringpolicy_was_previewed');
        END IF;
    WHEN (OLD.state, NEW.state) = ('previewed', 'approved') THEN
        IF NEW.preview_hash IS DISTINCT FROM OLD.preview_hash THEN
            PERFORM pricing_refuse('It is not what was previewed: preview it again.', 'grandfatheringpolicy_was_previewed');
        END IF;
    WHEN (OLD.state, NEW.state) IN (('approved', 'applied'), ('applied', 'ended')) AND NOT reviewed THEN
        NULL;
    ELSE
        PERFORM pricing_refuse(format('A policy does not go from %s to %s.', OLD.state, NEW.state), 'grandfatheringpolicy_goes_its_way');
    END CASE;
    RETURN NEW;
END $$;

CREATE TRIGGER policy_begins BEFORE INSERT ON pricing_grandfatheringpolicy
FOR EACH ROW EXECUTE FUNCTION pricing_begin_policy();
CREATE TRIGGER policy_moves BEFORE UPDATE ON pricing_grandfatheringpolicy
FOR EACH ROW EXECUTE FUNCTION pricing_move_policy();
CREATE TRIGGER policy_is_kept BEFORE DELETE ON pricing_grandfatheringpolicy
FOR EACH ROW WHEN (OLD.state NOT IN ('draft', 'previewed')) EXECUTE FUNCTION config_refuse(
    'Only a draft is deleted.',
    'grandfatheringpolicy_is_kept');
"""

EDIT_SCOPE = """
CREATE FUNCTION pricing_edit_scope() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    policies bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        policies := array(SELECT grandfatheringpolicy_id FROM new_rows);
    ELSIF TG_OP = 'DELETE' THEN
        policies := array(SELECT grandfatheringpolicy_id FROM old_rows);
    ELSE
        policies := array(SELECT grandfatheringpolicy_id FROM old_rows
                          UNION SELECT grandfatheringpolicy_id FROM new_rows);
    END IF;
    IF EXISTS (SELECT FROM pricing_grandfatheringpolicy
               WHERE id = ANY (policies) AND state IN ('applied', 'ended')) THEN
        PERFORM pricing_refuse('An applied policy is a promise: it is never edited.', 'grandfatheringpolicy_is_kept');
    END IF;
    UPDATE pricing_grandfatheringpolicy SET state = 'draft'
    WHERE id = ANY (policies) AND state IN ('draft', 'previewed', 'approved');
    RETURN NULL;
END $$;
"""

ON_SCOPE = """
CREATE TRIGGER scope_added AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION pricing_edit_scope();
CREATE TRIGGER scope_changed AFTER UPDATE ON {table}
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION pricing_edit_scope();
CREATE TRIGGER scope_removed AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION pricing_edit_scope();
"""

SCOPES = [
    f"pricing_grandfatheringpolicy_{name}" for name in ("plans", "books", "segments", "regions")
]

RULES = rules(STATES, EDIT_SCOPE, *(ON_SCOPE.format(table=table) for table in SCOPES))
