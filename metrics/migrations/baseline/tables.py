"""The tables, as they are at the baseline."""

import django.db.models.deletion
from django.db import migrations, models

import config.money

TABLES = [
    migrations.CreateModel(
        name="DataInputs",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(default=0)),
        ],
        options={
            "verbose_name_plural": "data inputs",
        },
    ),
    migrations.CreateModel(
        name="Fold",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("position", models.BigIntegerField(default=0)),
            ("columns", models.UUIDField(null=True)),
        ],
        options={
            "abstract": False,
            "constraints": [
                models.CheckConstraint(condition=models.Q(("id", 1)), name="fold_is_one_row")
            ],
        },
    ),
    migrations.CreateModel(
        name="KeptColumn",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("name", models.CharField(max_length=20)),
            ("part", models.PositiveSmallIntegerField()),
            ("data", models.BinaryField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("name", "part"), name="keptcolumn_one_per_part")
            ],
        },
    ),
    migrations.CreateModel(
        name="MovementSum",
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
            ("mrr", models.BigIntegerField()),
            ("new", models.BigIntegerField()),
            ("reactivation", models.BigIntegerField()),
            ("expansion", models.BigIntegerField()),
            ("contraction", models.BigIntegerField()),
            ("churn", models.BigIntegerField()),
            ("new_count", models.BigIntegerField()),
            ("reactivation_count", models.BigIntegerField()),
            ("expansion_count", models.BigIntegerField()),
            ("contraction_count", models.BigIntegerField()),
            ("churn_count", models.BigIntegerField()),
            ("cross_sell", models.BigIntegerField()),
            ("re_add", models.BigIntegerField()),
            ("tier_upsell", models.BigIntegerField()),
            ("feature_upsell", models.BigIntegerField()),
            ("capacity_upsell", models.BigIntegerField()),
            ("price_change", models.BigIntegerField()),
            ("downsell", models.BigIntegerField()),
            ("product_drop", models.BigIntegerField()),
            ("switch_net", models.BigIntegerField()),
            ("discount_start", models.BigIntegerField()),
            ("discount_end", models.BigIntegerField()),
            ("upsells", models.BigIntegerField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("span", "starts_on", "currency"),
                    name="movementsum_one_per_key",
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
            ("products", models.PositiveSmallIntegerField(help_text="How many products are held.")),
            ("mrr", models.BigIntegerField()),
            ("mrr_squared", models.DecimalField(decimal_places=0, max_digits=40)),
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
            ("products", models.PositiveSmallIntegerField(help_text="How many products are held.")),
            ("mrr", models.BigIntegerField()),
            ("mrr_squared", models.DecimalField(decimal_places=0, max_digits=40)),
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
                    fields=("span", "starts_on", "segment", "region", "currency", "product_set"),
                    name="statesum_one_per_key",
                    nulls_distinct=False,
                )
            ],
        },
    ),
]
