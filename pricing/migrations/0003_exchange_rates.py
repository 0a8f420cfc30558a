"""What currencies are worth in one another: tables that finance keeps, read by figures."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

import config.codes
import config.money
from config.audit.operations import AuditTables
from config.rules import rules
from config.versions import count_versions

TABLES = ("pricing_ratetable", "pricing_exchangerate")
FIT = """
CREATE FUNCTION pricing_fit_exchange_rate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pricing_ratetable
               WHERE id = NEW.table_id AND currency = NEW.currency) THEN
        RAISE EXCEPTION 'A currency needs no rate into itself.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'exchangerate_is_of_another_currency';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER exchangerate_is_of_another_currency BEFORE INSERT OR UPDATE OF table_id, currency
ON pricing_exchangerate FOR EACH ROW EXECUTE FUNCTION pricing_fit_exchange_rate();

CREATE FUNCTION pricing_keep_rate_table() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pricing_exchangerate WHERE table_id = NEW.id) THEN
        RAISE EXCEPTION 'The rates of the table are into another currency: they stay.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ratetable_keeps_its_currency';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ratetable_keeps_its_currency BEFORE UPDATE ON pricing_ratetable
FOR EACH ROW WHEN (OLD.currency <> NEW.currency) EXECUTE FUNCTION pricing_keep_rate_table();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pricing", "0002_values_of_incentives"),
    ]

    operations = [
        migrations.CreateModel(
            name="RateTable",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
                (
                    "code",
                    config.codes.CodeField(
                        help_text="Letters, digits, dots, dashes and underscores.",
                        max_length=120,
                        unique=True,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "currency",
                    config.money.CurrencyField(
                        help_text="What the rates convert into; it stays once there are any."
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="ExchangeRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
                ("starts_on", models.DateField(verbose_name="starts on")),
                (
                    "ends_on",
                    models.DateField(
                        blank=True,
                        help_text="First day it no longer applies; empty: no end.",
                        null=True,
                        verbose_name="ends on",
                    ),
                ),
                ("currency", config.money.CurrencyField(help_text="What is converted.")),
                (
                    "rate",
                    models.DecimalField(
                        decimal_places=6,
                        help_text="What it is worth in the currency of the table: 1.08.",
                        max_digits=18,
                    ),
                ),
                (
                    "per",
                    models.PositiveIntegerField(
                        default=1,
                        help_text="How much of it is worth that: 1, or 100 as banks quote yen.",
                    ),
                ),
                (
                    "source",
                    models.CharField(help_text="Where the rate comes from.", max_length=500),
                ),
                (
                    "table",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rates",
                        to="pricing.ratetable",
                    ),
                ),
            ],
            options={
                "ordering": ["table", "currency", "starts_on"],
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("ends_on__gt", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="exchangerate_ends_after_it_starts",
                        violation_error_message="It must end after it starts.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("table", "="),
                            ("currency", "="),
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
                        name="exchangerate_one_at_a_time",
                        violation_error_message="Another rate of this currency covers part of these days.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate__gt", 0), ("rate__lt", 10**8)),
                        name="exchangerate_is_positive",
                        violation_error_message="A rate is more than nought, and below a hundred million.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("per__in", (1, 100, 1000, 10000, 1000000))),
                        name="exchangerate_is_per_a_power_of_ten",
                        violation_error_message="A rate is per 1, 100, 1000, 10000 or 1000000.",
                    ),
                ],
            },
        ),
        rules(FIT),
        AuditTables(*TABLES, unwatched=("version",)),
        *count_versions(*TABLES),
    ]
