"""What Django cannot say about customers: keys of two columns, and rows that never change."""

from config.rules import rules

KEYS_OF_TWO = """
ALTER TABLE accounts_subscription ADD CONSTRAINT subscription_has_the_accounts_currency
    FOREIGN KEY (account_id, currency) REFERENCES accounts_account (id, currency);
ALTER TABLE accounts_subscriptionline ADD CONSTRAINT line_has_the_subscriptions_account
    FOREIGN KEY (subscription_id, account_id) REFERENCES accounts_subscription (id, account_id);
ALTER TABLE accounts_subscriptionline ADD CONSTRAINT line_has_a_charge_of_its_plan
    FOREIGN KEY (charge_id, plan_id) REFERENCES pricing_charge (id, plan_id);
ALTER TABLE accounts_subscriptionline ADD CONSTRAINT line_has_its_plans_product
    FOREIGN KEY (plan_id, product_id) REFERENCES pricing_plan (id, product_id);
ALTER TABLE pricing_pricebook ADD CONSTRAINT pricebook_names_a_customer
    FOREIGN KEY (account_code) REFERENCES accounts_account (code);
"""

NEVER_CHANGE = """
CREATE TRIGGER account_code_never_changes BEFORE UPDATE OF code ON accounts_account
FOR EACH ROW WHEN (OLD.code IS DISTINCT FROM NEW.code) EXECUTE FUNCTION config_refuse(
    'The code of an account never changes: other systems know the customer by it.',
    'account_code_never_changes');

CREATE TRIGGER member_stays_a_persons BEFORE UPDATE OF user_id, team_id ON accounts_member
FOR EACH ROW WHEN ((OLD.user_id, OLD.team_id) IS DISTINCT FROM (NEW.user_id, NEW.team_id))
EXECUTE FUNCTION config_refuse(
    'A membership stays with its person and team: end it and add another one.',
    'member_stays_a_persons');
"""

APPEND_ONLY = """
CREATE FUNCTION accounts_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only appended to: a correction is a new entry.', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_is_append_only';
END $$;

CREATE TRIGGER ledgerentry_append_only BEFORE UPDATE OR DELETE ON accounts_ledgerentry
FOR EACH STATEMENT EXECUTE FUNCTION accounts_append_only();
CREATE TRIGGER productset_append_only BEFORE UPDATE OR DELETE ON accounts_productset
FOR EACH STATEMENT EXECUTE FUNCTION accounts_append_only();

CREATE TRIGGER incentiveredemption_append_only BEFORE UPDATE OR DELETE
ON accounts_incentiveredemption
FOR EACH STATEMENT EXECUTE FUNCTION accounts_append_only();
"""

PRODUCT_SET = """
CREATE FUNCTION accounts_product_set(wanted bigint[]) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    found_id bigint;
BEGIN
    SELECT id INTO found_id FROM accounts_productset WHERE products = wanted;
    IF found_id IS NULL THEN
        INSERT INTO accounts_productset (products) VALUES (wanted)
        ON CONFLICT (products) DO NOTHING RETURNING id INTO found_id;
    END IF;
    IF found_id IS NULL THEN
        SELECT id INTO STRICT found_id FROM accounts_productset WHERE products = wanted;
    END IF;
    RETURN found_id;
END $$;
"""

LINES = """
CREATE FUNCTION accounts_line_of_no_product() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pricing_plan WHERE id = NEW.plan_id AND kind = 'credit_pack') THEN
        RAISE EXCEPTION 'Only credits are of no product.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_of_no_product_is_of_credits';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER line_of_no_product_is_of_credits
BEFORE INSERT OR UPDATE OF product_id, plan_id ON accounts_subscriptionline
FOR EACH ROW WHEN (NEW.product_id IS NULL) EXECUTE FUNCTION accounts_line_of_no_product();
"""

CADENCE = """
CREATE FUNCTION accounts_keep_cadence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM pricing_charge WHERE id = OLD.id FOR UPDATE;
    IF EXISTS (SELECT FROM accounts_subscriptionline WHERE charge_id = OLD.id) THEN
        RAISE EXCEPTION 'Subscription lines use this charge: their recurring revenue follows '
            'from its cadence. Add another charge instead.'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'charge_keeps_its_cadence';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER charge_keeps_its_cadence BEFORE UPDATE OF cadence ON pricing_charge
FOR EACH ROW WHEN (OLD.cadence IS DISTINCT FROM NEW.cadence)
EXECUTE FUNCTION accounts_keep_cadence();
"""

USED_PRICES = """
CREATE FUNCTION accounts_keep_used_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM accounts_subscriptionline line
        WHERE price_id = NEW.id AND voided_at IS NULL
          AND starts_on >= NEW.ends_on AND starts_on <= current_date
          AND line.origin <> 'discount_end'
    ) THEN
        PERFORM pricing_refuse(
            format('Somebody bought at the price of %s after that day: publish from a later day on.',
                   OLD.starts_on),
            'price_used_is_kept');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER price_used_is_kept AFTER UPDATE OF ends_on ON pricing_price FOR EACH ROW
WHEN (NEW.ends_on IS DISTINCT FROM OLD.ends_on AND NEW.ends_on <= current_date)
EXECUTE FUNCTION accounts_keep_used_price();
"""

RULES = rules(KEYS_OF_TWO, NEVER_CHANGE, APPEND_ONLY, PRODUCT_SET, LINES, CADENCE, USED_PRICES)
