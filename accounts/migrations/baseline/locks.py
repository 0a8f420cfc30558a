"""Locks are promises: kept as they were made; exceptions end with the policy's application."""

from config.rules import rules

LOCKS = """
CREATE FUNCTION accounts_keep_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.starts_on <= current_date THEN
            PERFORM pricing_refuse('A lock that has begun is never deleted; it is ended.', 'lock_is_kept');
        END IF;
        RETURN OLD;
    END IF;
    IF (to_jsonb(NEW) - ARRAY['ends_on', 'end_reason'])
       IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['ends_on', 'end_reason']) THEN
        PERFORM pricing_refuse('A lock is never edited; it is ended.', 'lock_is_kept');
    END IF;
    IF NEW.ends_on IS DISTINCT FROM OLD.ends_on
       AND (NEW.ends_on IS NULL OR NEW.ends_on > OLD.ends_on) THEN
        PERFORM pricing_refuse('A lock ends earlier, never later.', 'lock_ends_earlier');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER lock_is_kept BEFORE UPDATE OR DELETE ON accounts_pricelock
FOR EACH ROW EXECUTE FUNCTION accounts_keep_lock();
CREATE TRIGGER lock_is_kept BEFORE UPDATE OR DELETE ON accounts_entitlementlock
FOR EACH ROW EXECUTE FUNCTION accounts_keep_lock();
"""

EXCEPTIONS = """
CREATE FUNCTION accounts_move_exception() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row accounts_grandfatheringexception := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    terms jsonb;
BEGIN
    IF EXISTS (SELECT FROM pricing_grandfatheringpolicy
               WHERE id = row.policy_id AND state IN ('applied', 'ended')) THEN
        PERFORM pricing_refuse('The policy is applied: exceptions to it came before.', 'grandfatheringexception_is_kept');
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF NEW.author_id IS DISTINCT FROM OLD.author_id THEN
            PERFORM pricing_refuse('The author of an exception never changes.', 'grandfatheringexception_keeps_its_author');
        END IF;
        terms := to_jsonb(NEW) - ARRAY['version', 'approver_id'];
        IF terms IS DISTINCT FROM to_jsonb(OLD) - ARRAY['version', 'approver_id'] THEN
            NEW.approver_id := NULL;
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER exception_moves BEFORE INSERT OR UPDATE OR DELETE ON accounts_grandfatheringexception
FOR EACH ROW EXECUTE FUNCTION accounts_move_exception();
"""

RULES = rules(LOCKS, EXCEPTIONS)
