"""Four eyes, and prices that are never edited: kept by the database, whoever writes, however."""

from config.rules import rules

REFUSE = """
CREATE FUNCTION pricing_refuse(sentence text, rule text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', sentence USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END $$;
"""

BOOKS = """
CREATE TRIGGER pricebook_keeps_its_scope
BEFORE UPDATE OF account_code, segment_id, region_id ON pricing_pricebook FOR EACH ROW
WHEN ((OLD.account_code, OLD.segment_id, OLD.region_id)
      IS DISTINCT FROM (NEW.account_code, NEW.segment_id, NEW.region_id))
EXECUTE FUNCTION config_refuse(
    'Whose prices a book holds never changes: make another book.',
    'pricebook_keeps_its_scope');

ALTER TABLE pricing_price ADD CONSTRAINT price_is_of_the_releases_book
    FOREIGN KEY (release_id, book_id) REFERENCES pricing_pricerelease (id, book_id);
"""

CONTENT = """
CREATE FUNCTION pricing_release_content(release bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(concat_ws(E'\\n',
        jsonb_build_array(r.book_id, r.effective_on, r.title, r.existing_treatment, r.policy_id, r.motions)::text,
        (SELECT string_agg(jsonb_build_array(
                p.charge_id, p.currency, p.interval, p.is_end, p.model, p.flat_amount,
                p.unit_amount, p.included_units, p.package_size, p.credits, p.is_minimum,
                (SELECT jsonb_agg(jsonb_build_array(
                        t.from_quantity, t.to_quantity, t.unit_amount, t.flat_amount)
                        ORDER BY t.from_quantity)
                 FROM pricing_pricetier t WHERE t.price_id = p.id)
            )::text, E'\\n' ORDER BY p.charge_id, p.currency, p.interval)
         FROM pricing_price p WHERE p.release_id = r.id)
    ), 'UTF8')), 'hex')
    FROM pricing_pricerelease r WHERE r.id = release
$$;
"""

STATES = """
CREATE FUNCTION pricing_begin_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.state, NEW.content_hash) <> ('draft', '')
       OR NEW.approver_id IS NOT NULL OR NEW.submitter_id IS NOT NULL THEN
        PERFORM pricing_refuse('A release begins as a draft.', 'pricerelease_begins_as_a_draft');
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION pricing_move_release() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    edited boolean := (NEW.book_id, NEW.effective_on, NEW.title, NEW.existing_treatment, NEW.policy_id, NEW.motions)
        IS DISTINCT FROM (OLD.book_id, OLD.effective_on, OLD.title, OLD.existing_treatment, OLD.policy_id, OLD.motions);
    reviewed boolean := (NEW.submitter_id, NEW.approver_id, NEW.content_hash)
        IS DISTINCT FROM (OLD.submitter_id, OLD.approver_id, OLD.content_hash);
BEGIN
    IF (NEW.id, NEW.author_id) IS DISTINCT FROM (OLD.id, OLD.author_id) THEN
        PERFORM pricing_refuse('The author of a release never changes.', 'pricerelease_keeps_its_author');
    END IF;
    IF edited AND OLD.state IN ('published', 'cancelled') THEN
        PERFORM pricing_refuse('A published or cancelled release is never edited.', 'pricerelease_is_kept');
    END IF;
    IF edited AND OLD.state IN ('in_review', 'approved') THEN
        IF NEW.state NOT IN (OLD.state, 'draft') THEN
            PERFORM pricing_refuse('It was edited: submit it again.', 'pricerelease_was_edited');
        END IF;
        NEW.state := 'draft';
    END IF;
    IF NEW.state = OLD.state THEN
        IF reviewed THEN
            PERFORM pricing_refuse('Who approved what is never edited.', 'pricerelease_is_kept');
        END IF;
        RETURN NEW;
    END IF;
    CASE
    WHEN NEW.state = 'draft' AND OLD.state IN ('in_review', 'approved') THEN
        NEW.submitter_id := NULL;
        NEW.approver_id := NULL;
        NEW.content_hash := '';
    WHEN OLD.state = 'draft' AND NEW.state = 'in_review' AND NOT edited THEN
        IF NEW.submitter_id IS NULL OR NEW.approver_id IS NOT NULL THEN
            PERFORM pricing_refuse('Somebody submits a release.', 'pricerelease_has_a_submitter');
        END IF;
        NEW.content_hash := pricing_release_content(NEW.id);
    WHEN (OLD.state, NEW.state) IN (('in_review', 'approved'), ('approved', 'published')) THEN
        IF (NEW.content_hash, NEW.submitter_id) IS DISTINCT FROM (OLD.content_hash, OLD.submitter_id)
           OR (OLD.state = 'approved' AND NEW.approver_id IS DISTINCT FROM OLD.approver_id)
           OR NEW.content_hash IS DISTINCT FROM pricing_release_content(NEW.id) THEN
            PERFORM pricing_refuse('It is not what was submitted: submit it again.', 'pricerelease_is_what_was_approved');
        END IF;
    WHEN NEW.state = 'cancelled' AND NOT reviewed THEN
        NULL;
    ELSE
        PERFORM pricing_refuse(format('A release does not go from %s to %s.', OLD.state, NEW.state), 'pricerelease_goes_its_way');
    END CASE;
    RETURN NEW;
END $$;

CREATE TRIGGER pricerelease_begins BEFORE INSERT ON pricing_pricerelease
FOR EACH ROW EXECUTE FUNCTION pricing_begin_release();
CREATE TRIGGER pricerelease_moves BEFORE UPDATE ON pricing_pricerelease
FOR EACH ROW EXECUTE FUNCTION pricing_move_release();
CREATE TRIGGER pricerelease_is_kept BEFORE DELETE ON pricing_pricerelease
FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION config_refuse(
    'Only a draft is deleted; anything else is cancelled.',
    'pricerelease_is_kept');
"""

LINES = """
CREATE FUNCTION pricing_edited_lines(releases bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pricing_pricerelease SET state = 'draft', submitter_id = NULL, approver_id = NULL, content_hash = ''
    WHERE id = ANY (releases) AND state IN ('draft', 'in_review', 'approved');
    IF EXISTS (SELECT FROM pricing_pricerelease WHERE id = ANY (releases) AND state IN ('published', 'cancelled')) THEN
        PERFORM pricing_refuse('A published or cancelled release is never edited.', 'pricerelease_is_kept');
    END IF;
END $$;

CREATE FUNCTION pricing_add_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows WHERE published_at IS NOT NULL) THEN
        PERFORM pricing_refuse('A price begins as a line of a release that is not published.', 'price_begins_as_a_draft');
    END IF;
    PERFORM pricing_edited_lines(array(SELECT DISTINCT release_id FROM new_rows));
    RETURN NULL;
END $$;

-- Plans are kept from the first call: one made for a single row must not loop over 100,000.
CREATE FUNCTION pricing_change_lines() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
DECLARE
    edited bigint[];
BEGIN
    IF EXISTS (
        SELECT FROM old_rows o FULL JOIN new_rows n ON n.id = o.id
        WHERE (n.id IS NULL OR o.id IS NULL) AND coalesce(o.published_at, n.published_at) IS NOT NULL
    ) THEN
        PERFORM pricing_refuse('A published price is never edited.', 'price_published_is_kept');
    END IF;
    -- All but the end and the cancellation stay as they were published, and as they were approved.
    IF EXISTS (
        SELECT FROM old_rows o JOIN new_rows n USING (id)
        WHERE (o.published_at IS NOT NULL OR n.published_at IS NOT NULL)
          AND ((o.release_id, o.book_id, o.charge_id, o.currency, o.interval, o.is_end, o.model,
                o.flat_amount, o.unit_amount, o.included_units, o.package_size, o.credits, o.is_minimum)
               IS DISTINCT FROM
               (n.release_id, n.book_id, n.charge_id, n.currency, n.interval, n.is_end, n.model,
                n.flat_amount, n.unit_amount, n.included_units, n.package_size, n.credits, n.is_minimum)
               OR (o.published_at IS NOT NULL AND (o.published_at, o.starts_on) IS DISTINCT FROM (n.published_at, n.starts_on))
               OR (o.cancelled AND NOT n.cancelled))
    ) THEN
        PERFORM pricing_refuse('A published price is never edited; it is ended or succeeded.', 'price_published_is_kept');
    END IF;
    IF EXISTS (
        SELECT FROM old_rows o JOIN new_rows n USING (id) JOIN pricing_pricerelease r ON r.id = n.release_id
        WHERE (o.published_at IS NULL AND n.published_at IS NOT NULL
               AND (r.state <> 'published' OR n.starts_on <> r.effective_on OR n.cancelled))
           OR (n.cancelled AND NOT o.cancelled AND r.state <> 'cancelled')
    ) THEN
        PERFORM pricing_refuse('Prices are published and cancelled with their release.', 'price_goes_with_its_release');
    END IF;
    SELECT array_agg(DISTINCT release_id) INTO edited FROM (
        SELECT o.release_id FROM old_rows o WHERE o.published_at IS NULL
            AND NOT EXISTS (SELECT FROM new_rows n WHERE n.id = o.id AND n.published_at IS NOT NULL)
        UNION SELECT n.release_id FROM new_rows n WHERE n.published_at IS NULL
    ) line;
    PERFORM pricing_edited_lines(edited);
    RETURN NULL;
END $$;

CREATE FUNCTION pricing_delete_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM old_rows WHERE published_at IS NOT NULL) THEN
        PERFORM pricing_refuse('A published price is never deleted.', 'price_published_is_kept');
    END IF;
    PERFORM pricing_edited_lines(array(SELECT DISTINCT release_id FROM old_rows));
    RETURN NULL;
END $$;

CREATE FUNCTION pricing_edit_tiers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    prices bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        prices := array(SELECT price_id FROM new_rows);
    ELSIF TG_OP = 'DELETE' THEN
        prices := array(SELECT price_id FROM old_rows);
    ELSE
        prices := array(SELECT price_id FROM old_rows UNION SELECT price_id FROM new_rows);
    END IF;
    -- A published price is in a published or cancelled release, which is never edited.
    PERFORM pricing_edited_lines(array(SELECT DISTINCT release_id FROM pricing_price WHERE id = ANY (prices)));
    RETURN NULL;
END $$;

CREATE TRIGGER lines_added AFTER INSERT ON pricing_price REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION pricing_add_lines();
CREATE TRIGGER lines_changed AFTER UPDATE ON pricing_price REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION pricing_change_lines();
CREATE TRIGGER lines_deleted AFTER DELETE ON pricing_price REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION pricing_delete_lines();
CREATE TRIGGER tiers_added AFTER INSERT ON pricing_pricetier REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION pricing_edit_tiers();
CREATE TRIGGER tiers_changed AFTER UPDATE ON pricing_pricetier REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION pricing_edit_tiers();
CREATE TRIGGER tiers_deleted AFTER DELETE ON pricing_pricetier REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION pricing_edit_tiers();

-- A draft line begins with its release, also when the release is moved to another day.
CREATE FUNCTION pricing_move_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pricing_price SET starts_on = NEW.effective_on, ends_on = NULL
    WHERE release_id = NEW.id AND published_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER pricerelease_moves_its_lines AFTER UPDATE OF effective_on ON pricing_pricerelease
FOR EACH ROW WHEN (OLD.effective_on <> NEW.effective_on) EXECUTE FUNCTION pricing_move_lines();
"""

RULES = rules(REFUSE, BOOKS, CONTENT, STATES, LINES)
