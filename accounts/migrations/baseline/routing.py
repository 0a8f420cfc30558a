"""Rule sets go one way, and decisions are kept as they were made."""

from config.rules import rules

STATES = """
CREATE FUNCTION routing_begin_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'draft' THEN
        PERFORM pricing_refuse('A rule set begins as a draft.', 'routingruleset_begins_as_a_draft');
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION routing_ends_with_catch_all(rules bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT num_nonnulls(motion, product_id, segment_id, region_id, employees_from,
                   employees_to, deal_from, deal_below, procurement, owner_model,
                   sets_owner_model) = 0
               AND country = '' AND industry = ''
        FROM accounts_routingrule WHERE rule_set_id = rules ORDER BY rank DESC LIMIT 1), false)
$$;

CREATE FUNCTION routing_move_set() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    edited boolean := (NEW.title, NEW.currency, NEW.small_below, NEW.large_from)
        IS DISTINCT FROM (OLD.title, OLD.currency, OLD.small_below, OLD.large_from);
BEGIN
    IF (NEW.number, NEW.author_id) IS DISTINCT FROM (OLD.number, OLD.author_id) THEN
        PERFORM pricing_refuse('Number and author of a rule set never change.', 'routingruleset_keeps_its_number');
    END IF;
    IF edited AND OLD.state IN ('active', 'archived') THEN
        PERFORM pricing_refuse('A rule set that was activated is never edited: draft the next one.', 'routingruleset_is_kept');
    END IF;
    IF edited AND OLD.state = 'simulated' THEN
        NEW.state := 'draft';
    END IF;
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (('draft', 'simulated'), ('simulated', 'draft'),
            ('simulated', 'active'), ('active', 'archived')) THEN
        PERFORM pricing_refuse(format('A rule set does not go from %s to %s.', OLD.state, NEW.state), 'routingruleset_goes_its_way');
    END IF;
    IF OLD.state = 'draft' AND NOT routing_ends_with_catch_all(NEW.id) THEN
        PERFORM pricing_refuse('The last rule must be for every account: a pool or a member, and no criterion.', 'routingruleset_ends_with_a_catch_all');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER routingruleset_begins BEFORE INSERT ON accounts_routingruleset
FOR EACH ROW EXECUTE FUNCTION routing_begin_set();
CREATE TRIGGER routingruleset_moves BEFORE UPDATE ON accounts_routingruleset
FOR EACH ROW EXECUTE FUNCTION routing_move_set();
CREATE TRIGGER routingruleset_is_kept BEFORE DELETE ON accounts_routingruleset
FOR EACH ROW WHEN (OLD.state IN ('active', 'archived')) EXECUTE FUNCTION config_refuse(
    'A rule set that was activated is kept.',
    'routingruleset_is_kept');
"""

ROUTING_RULES = """
CREATE FUNCTION routing_edit_rule() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    edited bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.rule_set_id ELSE NEW.rule_set_id END;
    found text;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.rule_set_id <> OLD.rule_set_id THEN
        PERFORM pricing_refuse('A rule stays in its set.', 'routingrule_stays_in_its_set');
    END IF;
    SELECT state INTO found FROM accounts_routingruleset WHERE id = edited FOR NO KEY UPDATE;
    IF found IN ('active', 'archived') THEN
        PERFORM pricing_refuse('A rule set that was activated is never edited: draft the next one.', 'routingruleset_is_kept');
    END IF;
    IF found = 'simulated' THEN
        UPDATE accounts_routingruleset SET state = 'draft' WHERE id = edited;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER routingrule_is_edited BEFORE INSERT OR UPDATE OR DELETE ON accounts_routingrule
FOR EACH ROW EXECUTE FUNCTION routing_edit_rule();
"""

KEPT = """
CREATE FUNCTION routing_keep_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM accounts_rebalancingproposal
               WHERE id = OLD.proposal_id AND state <> 'proposed') THEN
        PERFORM pricing_refuse('It was decided on: propose anew.', 'rebalancingproposal_is_kept');
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER routingdecision_is_kept BEFORE UPDATE OR DELETE ON accounts_routingdecision
FOR EACH ROW EXECUTE FUNCTION config_refuse(
    'What was decided stays as it was decided.',
    'routingdecision_is_kept');
CREATE TRIGGER rebalancingproposal_is_kept BEFORE UPDATE OR DELETE ON accounts_rebalancingproposal
FOR EACH ROW WHEN (OLD.state <> 'proposed') EXECUTE FUNCTION config_refuse(
    'It was decided on: propose anew.',
    'rebalancingproposal_is_kept');
CREATE TRIGGER rebalancingmove_is_kept BEFORE UPDATE OR DELETE ON accounts_rebalancingmove
FOR EACH ROW EXECUTE FUNCTION routing_keep_move();
"""

RULES = rules(STATES, ROUTING_RULES, KEPT)
