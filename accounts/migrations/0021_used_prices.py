"""The past of a price that somebody has bought at is not corrected."""

from django.db import migrations

# Whoever bought on a day bought at the price of that day: it cannot cease to apply afterwards.
KEEP = """
CREATE FUNCTION accounts_keep_used_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM accounts_subscriptionline
        WHERE price_id = NEW.id AND voided_at IS NULL
          AND starts_on >= NEW.ends_on AND starts_on <= current_date
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
FREE = """
DROP TRIGGER price_used_is_kept ON pricing_price;
DROP FUNCTION accounts_keep_used_price();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0020_policy_previews"),
        ("pricing", "0014_price_sheets"),
    ]
    operations = [migrations.RunSQL(KEEP, FREE)]
