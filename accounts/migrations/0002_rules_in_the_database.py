"""What Django cannot say about customers: keys of two columns, and rows that never change."""

from django.db import migrations

# A subscription has its account's currency; a line has its subscription's account and a charge
# of its plan. Each key also is the plain foreign key, which the models therefore leave out.
KEYS_OF_TWO = """
ALTER TABLE accounts_subscription ADD CONSTRAINT subscription_has_the_accounts_currency
    FOREIGN KEY (account_id, currency) REFERENCES accounts_account (id, currency);
ALTER TABLE accounts_subscriptionline ADD CONSTRAINT line_has_the_subscriptions_account
    FOREIGN KEY (subscription_id, account_id) REFERENCES accounts_subscription (id, account_id);
ALTER TABLE accounts_subscriptionline ADD CONSTRAINT line_has_a_charge_of_its_plan
    FOREIGN KEY (charge_id, plan_id) REFERENCES pricing_charge (id, plan_id);
"""
NO_KEYS_OF_TWO = """
ALTER TABLE accounts_subscription DROP CONSTRAINT subscription_has_the_accounts_currency;
ALTER TABLE accounts_subscriptionline DROP CONSTRAINT line_has_the_subscriptions_account;
ALTER TABLE accounts_subscriptionline DROP CONSTRAINT line_has_a_charge_of_its_plan;
"""

KEEP_CODE = """
CREATE FUNCTION accounts_keep_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The code of an account never changes: other systems know the customer by it.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'account_code_never_changes';
END $$;

CREATE TRIGGER account_code_never_changes BEFORE UPDATE OF code ON accounts_account
FOR EACH ROW WHEN (OLD.code IS DISTINCT FROM NEW.code) EXECUTE FUNCTION accounts_keep_code();
"""
FREE_CODE = """
DROP TRIGGER account_code_never_changes ON accounts_account;
DROP FUNCTION accounts_keep_code();
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
"""
NOT_APPEND_ONLY = """
DROP TRIGGER ledgerentry_append_only ON accounts_ledgerentry;
DROP TRIGGER productset_append_only ON accounts_productset;
DROP FUNCTION accounts_append_only();
"""

# The number of a set. A set that another transaction is adding is waited for, then found: each
# statement of a volatile function sees what was committed before it began.
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


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_customers")]
    operations = [
        migrations.RunSQL(KEYS_OF_TWO, NO_KEYS_OF_TWO),
        migrations.RunSQL(KEEP_CODE, FREE_CODE),
        migrations.RunSQL(APPEND_ONLY, NOT_APPEND_ONLY),
        migrations.RunSQL(PRODUCT_SET, "DROP FUNCTION accounts_product_set(bigint[])"),
    ]
