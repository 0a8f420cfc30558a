"""Redemptions are written once, and audited; the end of a discount is no sale at a price."""

from django.db import migrations

from config.audit.operations import AuditTables

KEEP = """
CREATE TRIGGER incentiveredemption_append_only BEFORE UPDATE OR DELETE
ON accounts_incentiveredemption
FOR EACH STATEMENT EXECUTE FUNCTION accounts_append_only();
"""
FREE = "DROP TRIGGER incentiveredemption_append_only ON accounts_incentiveredemption;"

# As in 0021, but for lines by which a discount ends: they hold the price of the sale before.
USED_PRICE = """
CREATE OR REPLACE FUNCTION accounts_keep_used_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM accounts_subscriptionline line
        WHERE price_id = NEW.id AND voided_at IS NULL
          AND starts_on >= NEW.ends_on AND starts_on <= current_date
          AND @ALSO@
    ) THEN
        PERFORM pricing_refuse(
            format('Somebody bought at the price of %s after that day: publish from a later day on.',
                   OLD.starts_on),
            'price_used_is_kept');
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0024_incentives"), ("audit", "0001_events")]
    operations = [
        migrations.RunSQL(KEEP, FREE),
        migrations.RunSQL(
            USED_PRICE.replace("@ALSO@", "line.origin <> 'discount_end'"),
            USED_PRICE.replace("@ALSO@", "true"),
        ),
        AuditTables("accounts_incentiveredemption"),
    ]
