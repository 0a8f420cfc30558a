"""Lines refer to the price they are held at, to their bundle, and say how their terms came about."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

# The key of plan and product says nothing of a line without a product: only plans of a whole
# portfolio, which is to say credits, have none.
OF_NO_PRODUCT = """
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
OF_ANY = """
DROP TRIGGER line_of_no_product_is_of_credits ON accounts_subscriptionline;
DROP FUNCTION accounts_line_of_no_product();
"""

# The past of a price is corrected only where nobody took it on a day that it loses. A line holds
# its price by a key: the lock waits for lines that are being added, and the question after it
# sees them.
KEEP_USED_PRICES = """
CREATE FUNCTION accounts_keep_used_prices() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    corrected bigint[];
BEGIN
    SELECT array_agg(later.id) INTO corrected FROM new_rows later JOIN old_rows sooner USING (id)
    WHERE later.ends_on < least(coalesce(sooner.ends_on, 'infinity'), current_date);
    IF corrected IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM FROM pricing_price WHERE id = ANY (corrected) ORDER BY id FOR UPDATE;
    IF EXISTS (SELECT FROM accounts_subscriptionline line JOIN pricing_price price
                   ON price.id = line.price_id
               WHERE line.price_id = ANY (corrected) AND line.voided_at IS NULL
                 AND line.starts_on >= price.ends_on AND line.starts_on < current_date) THEN
        RAISE EXCEPTION 'Subscription lines were sold or renewed at this price on days that it '
            'would lose: let the new price begin later.'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'price_of_lines_keeps_its_days';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER price_of_lines_keeps_its_days AFTER UPDATE ON pricing_price
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION accounts_keep_used_prices();
"""
FREE_USED_PRICES = """
DROP TRIGGER price_of_lines_keeps_its_days ON pricing_price;
DROP FUNCTION accounts_keep_used_prices();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_routing_rules"),
        ("portfolio", "0009_export_positioning"),
        ("pricing", "0012_prices_audited"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="subscriptionline",
            name="subscriptionline_one_at_a_time",
        ),
        migrations.AddField(
            model_name="subscription",
            name="anchor_on",
            field=models.DateField(
                blank=True,
                editable=False,
                help_text="The day from which terms are counted, once it was moved to renew with others; empty: the first day.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="subscriptionline",
            name="bundle_plan",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                help_text="The bundle or platform it is held by; its amount is a share of that price.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pricing.plan",
            ),
        ),
        migrations.AddField(
            model_name="subscriptionline",
            name="bundle_quantity",
            field=models.DecimalField(
                blank=True,
                decimal_places=6,
                editable=False,
                help_text="How many bundles.",
                max_digits=18,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="subscriptionline",
            name="floor_version",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                help_text="Nothing it grants falls below what this version grants.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pricing.planversion",
            ),
        ),
        migrations.AddField(
            model_name="subscriptionline",
            name="price",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                help_text="The price it is held at; empty when its terms were agreed or imported.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pricing.price",
            ),
        ),
        migrations.AddField(
            model_name="subscriptionline",
            name="trace",
            field=models.JSONField(
                db_default=models.Value([], models.JSONField()),
                default=list,
                editable=False,
                help_text="The steps that led to its terms.",
            ),
        ),
        migrations.AlterField(
            model_name="subscriptionline",
            name="interval",
            field=models.CharField(
                choices=[
                    ("month", "Month"),
                    ("quarter", "Quarter"),
                    ("year", "Year"),
                    ("one_time", "Once"),
                ],
                default="month",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="subscriptionline",
            name="origin",
            field=models.CharField(
                choices=[
                    ("sale", "Sale"),
                    ("change", "Change asked for"),
                    ("renewal", "Renewal"),
                    ("migration", "Migration"),
                    ("discount_end", "End of a discount"),
                    ("import", "Import"),
                ],
                default="sale",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="subscriptionline",
            name="previous",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="The line that it follows.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="successors",
                to="accounts.subscriptionline",
            ),
        ),
        migrations.AlterField(
            model_name="subscriptionline",
            name="product",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="Empty for credits, which are spent on any product.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portfolio.product",
            ),
        ),
        migrations.AddIndex(
            model_name="subscriptionline",
            index=models.Index(
                condition=models.Q(("price__isnull", False)), fields=["price"], name="line_of_price"
            ),
        ),
        migrations.AddIndex(
            model_name="subscriptionline",
            index=models.Index(
                condition=models.Q(("bundle_plan__isnull", False)),
                fields=["bundle_plan"],
                name="line_of_bundle",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionline",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("voided_at", None)),
                expressions=[
                    ("subscription", "="),
                    ("charge", "="),
                    (django.db.models.functions.comparison.Coalesce("product", 0), "="),
                    ("instance", "="),
                    (
                        models.Func(
                            models.F("starts_on"),
                            models.F("ends_on"),
                            models.Value("[)"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="subscriptionline_one_at_a_time",
                violation_error_message="Another line of this subscription covers part of these days.",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("previous__isnull", False), ("voided_at", None)),
                fields=("previous",),
                name="subscriptionline_has_one_successor",
                violation_error_message="Another line follows that one already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("bundle_plan", None), ("bundle_quantity", None)),
                    models.Q(("bundle_plan__isnull", False), ("bundle_quantity__gt", 0)),
                    _connector="OR",
                ),
                name="subscriptionline_of_a_bundle_says_how_many",
                violation_error_message="A part of a bundle says of how many bundles.",
            ),
        ),
        migrations.RunSQL(OF_NO_PRODUCT, OF_ANY),
        migrations.RunSQL(KEEP_USED_PRICES, FREE_USED_PRICES),
    ]
