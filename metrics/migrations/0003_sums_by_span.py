"""Sums of years, months and days; they start empty, and the next fold fills them."""

import django.db.models.deletion
from django.db import migrations, models

import config.money

# Answers stay right meanwhile: what is not folded is read from the ledger.
NOTHING_IS_FOLDED = "DELETE FROM metrics_fold"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_rules_in_the_database"),
        ("metrics", "0002_data_version"),
        ("portfolio", "0002_thresholds"),
    ]

    operations = [
        migrations.RunSQL(NOTHING_IS_FOLDED, NOTHING_IS_FOLDED),
        migrations.DeleteModel("SetState"),
        migrations.DeleteModel("SizeSum"),
        migrations.RemoveField("fold", "states_from"),
        migrations.RemoveField("fold", "states_to"),
        migrations.CreateModel(
            name="SizeSum",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "span",
                    models.CharField(
                        choices=[("year", "Year"), ("month", "Month"), ("day", "Day")], max_length=5
                    ),
                ),
                ("starts_on", models.DateField(help_text="First day of the stretch.")),
                ("currency", config.money.CurrencyField()),
                ("accounts", models.BigIntegerField()),
                (
                    "products",
                    models.PositiveSmallIntegerField(help_text="How many products are held."),
                ),
                ("mrr", models.BigIntegerField()),
                ("mrr_squared", models.DecimalField(decimal_places=0, max_digits=40)),
                (
                    "segment",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="portfolio.segment",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="portfolio.region",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("span", "starts_on", "segment", "region", "currency", "products"),
                        name="sizesum_one_per_key",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SetSum",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "span",
                    models.CharField(
                        choices=[("year", "Year"), ("month", "Month"), ("day", "Day")], max_length=5
                    ),
                ),
                ("starts_on", models.DateField(help_text="First day of the stretch.")),
                ("currency", config.money.CurrencyField()),
                ("accounts", models.BigIntegerField()),
                (
                    "product_set",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.productset",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("span", "starts_on", "currency", "product_set"),
                        name="setsum_one_per_key",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StateSum",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "span",
                    models.CharField(
                        choices=[("year", "Year"), ("month", "Month"), ("day", "Day")], max_length=5
                    ),
                ),
                ("starts_on", models.DateField(help_text="First day of the stretch.")),
                ("currency", config.money.CurrencyField()),
                ("accounts", models.BigIntegerField()),
                (
                    "products",
                    models.PositiveSmallIntegerField(help_text="How many products are held."),
                ),
                ("mrr", models.BigIntegerField()),
                ("mrr_squared", models.DecimalField(decimal_places=0, max_digits=40)),
                (
                    "segment",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="portfolio.segment",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="portfolio.region",
                    ),
                ),
                (
                    "product_set",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.productset",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "span",
                            "starts_on",
                            "segment",
                            "region",
                            "currency",
                            "product_set",
                        ),
                        name="statesum_one_per_key",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
