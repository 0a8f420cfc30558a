"""What customers use and how well they are; rules that put them into segments."""

from datetime import date
from decimal import Decimal

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from config.audit.operations import AuditTables
from config.versions import count_versions

SINCE = date(2000, 1, 1)
OURS = "Default of Portico: set it to what your own figures show."
THRESHOLDS = [
    ("health-red", Decimal(40), OURS),
    ("health-green", Decimal(70), OURS),
    ("health-fresh-days", Decimal(30), OURS),
]


def seed(apps, schema_editor) -> None:
    threshold = apps.get_model("portfolio", "Threshold")
    for code, value, source in THRESHOLDS:
        threshold.objects.create(code=code, value=value, source=source, starts_on=SINCE)


def remove(apps, schema_editor) -> None:
    codes = [code for code, _, _ in THRESHOLDS]
    apps.get_model("portfolio", "Threshold").objects.filter(
        code__in=codes, starts_on=SINCE
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_events"),
        ("config", "0002_versions"),
        ("accounts", "0012_lines_at_prices"),
        ("portfolio", "0002_thresholds"),
        ("portfolio", "0009_export_positioning"),
        ("pricing", "0012_prices_audited"),
    ]

    operations = [
        migrations.CreateModel(
            name="HealthScore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                (
                    "score",
                    models.PositiveSmallIntegerField(
                        help_text="From 0 to 100, the more the better."
                    ),
                ),
                (
                    "band",
                    models.CharField(
                        choices=[("red", "Red"), ("yellow", "Yellow"), ("green", "Green")],
                        editable=False,
                        help_text="By the thresholds health-red and health-green of the day.",
                        max_length=8,
                    ),
                ),
                (
                    "sources",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        help_text="What it was made from, such as logins or tickets, separated by commas.",
                        size=20,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="health_scores",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "ordering": ["account", "-day"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "day"),
                        name="healthscore_once_a_day",
                        violation_error_message="The account has a score of this day: change that row.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 0), ("score__lte", 100)),
                        name="healthscore_is_from_0_to_100",
                        violation_error_message="A score is from 0 to 100.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SegmentRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
                (
                    "rank",
                    models.PositiveIntegerField(
                        help_text="Rules are asked from the lowest rank upwards."
                    ),
                ),
                (
                    "country",
                    models.CharField(
                        blank=True,
                        help_text="Two letters, such as DE; empty: any.",
                        max_length=2,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{2}\\Z", "Two capital letters, such as DE."
                            )
                        ],
                    ),
                ),
                (
                    "industry",
                    models.CharField(
                        blank=True,
                        help_text="As on the account, in any case; empty: any.",
                        max_length=100,
                    ),
                ),
                (
                    "employees_from",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Smallest number of employees; empty: no matter how few.",
                        null=True,
                    ),
                ),
                (
                    "employees_to",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Largest number of employees; empty: no matter how many.",
                        null=True,
                    ),
                ),
                (
                    "procurement_required",
                    models.BooleanField(
                        blank=True,
                        help_text="Whether purchases go through procurement; empty: either.",
                        null=True,
                    ),
                ),
                (
                    "segment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portfolio.segment",
                    ),
                ),
            ],
            options={
                "ordering": ["rank"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("rank",),
                        name="segmentrule_rank_once",
                        violation_error_message="Another rule has this rank.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("employees_from", None),
                            ("employees_to", None),
                            ("employees_to__gte", models.F("employees_from")),
                            _connector="OR",
                        ),
                        name="segmentrule_size_band_is_in_order",
                        violation_error_message="The largest number is not below the smallest.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UsageDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("use", "In use"),
                            ("gate_hit", "Stopped at a gate"),
                            ("power_users", "Power users"),
                        ],
                        default="use",
                        max_length=16,
                    ),
                ),
                ("day", models.DateField()),
                ("value", models.DecimalField(decimal_places=6, max_digits=18)),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "feature",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pricing.feature",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "usage days",
                "ordering": ["account", "feature", "kind", "day"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "feature", "kind", "day"),
                        name="usageday_once_a_day",
                        violation_error_message="This was told of the day already: change that row.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value__gte", 0)),
                        name="usageday_value_is_not_negative",
                        violation_error_message="Nobody uses less than nothing.",
                    ),
                ],
            },
        ),
        *count_versions("accounts_segmentrule"),
        AuditTables("accounts_segmentrule", unwatched=["version"]),
        migrations.RunPython(seed, remove),
    ]
