"""Credits are appended only, and no grant is used beyond its end."""

from config.rules import rules

APPEND_ONLY = """
CREATE TRIGGER creditgrant_append_only BEFORE UPDATE OR DELETE ON accounts_creditgrant
FOR EACH STATEMENT EXECUTE FUNCTION config_refuse(
    'Credits are never edited: correct a draw, or take back what is left.',
    'credits_are_append_only');
CREATE TRIGGER creditdraw_append_only BEFORE UPDATE OR DELETE ON accounts_creditdraw
FOR EACH STATEMENT EXECUTE FUNCTION config_refuse(
    'Credits are never edited: correct a draw, or take back what is left.',
    'credits_are_append_only');
CREATE TRIGGER creditallocation_append_only BEFORE UPDATE OR DELETE ON accounts_creditallocation
FOR EACH STATEMENT EXECUTE FUNCTION config_refuse(
    'Credits are never edited: correct a draw, or take back what is left.',
    'credits_are_append_only');
"""

COUNT_OFF = """
CREATE FUNCTION accounts_open_grants() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO accounts_grantbalance (grant_id, "left") SELECT id, credits FROM new_rows;
    RETURN NULL;
END $$;

CREATE FUNCTION accounts_count_allocations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE accounts_grantbalance balance SET "left" = "left" - taken.credits
    FROM (SELECT grant_id, sum(credits) AS credits FROM new_rows GROUP BY grant_id) taken
    WHERE balance.grant_id = taken.grant_id;
    RETURN NULL;
END $$;

CREATE TRIGGER creditgrant_has_a_balance AFTER INSERT ON accounts_creditgrant
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION accounts_open_grants();
CREATE TRIGGER creditallocation_counts AFTER INSERT ON accounts_creditallocation
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION accounts_count_allocations();
"""

KEEP_DAYS = """
CREATE FUNCTION accounts_keep_drawn_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM accounts_creditdraw
               WHERE rate_id = NEW.id AND kind = 'use' AND drawn_on >= NEW.ends_on) THEN
        RAISE EXCEPTION 'Credits were drawn at this rate on that day or after it.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'burnrate_keeps_days_it_was_used';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER burnrate_keeps_days_it_was_used BEFORE UPDATE OF ends_on ON pricing_burnrate
FOR EACH ROW WHEN (NEW.ends_on IS NOT NULL) EXECUTE FUNCTION accounts_keep_drawn_days();
"""

RULES = rules(APPEND_ONLY, COUNT_OFF, KEEP_DAYS)
