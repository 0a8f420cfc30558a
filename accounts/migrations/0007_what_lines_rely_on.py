"""What lines rely on stays as it is: the product of their plan, the cadence of their charge."""

import django.db.models.deletion
from django.db import migrations, models

# The key of two columns also is the plain foreign key, which the model therefore leaves out.
KEY_OF_TWO = """
ALTER TABLE accounts_subscriptionline ADD CONSTRAINT line_has_its_plans_product
    FOREIGN KEY (plan_id, product_id) REFERENCES pricing_plan (id, product_id);
"""
NO_KEY_OF_TWO = """
ALTER TABLE accounts_subscriptionline DROP CONSTRAINT line_has_its_plans_product;
"""

# A line holds its charge by a key: the lock waits for lines that are being added, and the
# question after it sees them.
KEEP_CADENCE = """
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
FREE_CADENCE = """
DROP TRIGGER charge_keeps_its_cadence ON pricing_charge;
DROP FUNCTION accounts_keep_cadence();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_owners_audited"), ("pricing", "0006_plan_of_product")]
    operations = [
        migrations.AlterField(
            "subscriptionline",
            "product",
            models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portfolio.product",
            ),
        ),
        migrations.RunSQL(KEY_OF_TWO, NO_KEY_OF_TWO),
        migrations.RunSQL(KEEP_CADENCE, FREE_CADENCE),
    ]
