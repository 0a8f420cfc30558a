"""What was foreseen of policies, and when an approval of it no longer counts."""

from datetime import date
from decimal import Decimal

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

SINCE = date(2000, 1, 1)
SOURCE = "A default of ours: nothing dictates it."
THRESHOLDS = {"policy-approval-days": "7", "policy-changed-share": "0.01"}


def add_thresholds(apps, schema_editor) -> None:
    threshold = apps.get_model("portfolio", "Threshold")
    for code, value in THRESHOLDS.items():
        if not threshold.objects.filter(code=code).exists():
            threshold.objects.create(
                code=code, value=Decimal(value), source=SOURCE, starts_on=SINCE
            )


def remove_thresholds(apps, schema_editor) -> None:
    rows = apps.get_model("portfolio", "Threshold").objects
    rows.filter(code__in=THRESHOLDS, source=SOURCE).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0019_what_opportunities_may_do"),
        ("pricing", "0019_releases_by_policy"),
    ]

    operations = [
        migrations.CreateModel(
            name="PreviewLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("status", models.CharField(max_length=16)),
                ("exception", models.CharField(blank=True, default="", max_length=8)),
                ("amount", models.DecimalField(decimal_places=6, max_digits=18)),
                ("list_amount", models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                (
                    "days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(), help_text="The next renewals.", size=None
                    ),
                ),
                (
                    "kept",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DecimalField(decimal_places=6, max_digits=18),
                        help_text="Paid under the policy.",
                        size=None,
                    ),
                ),
                (
                    "forced",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DecimalField(decimal_places=6, max_digits=18),
                        help_text="Paid if all were moved.",
                        size=None,
                    ),
                ),
                (
                    "uplift",
                    models.FloatField(
                        help_text="More after the first renewal, as a fraction.", null=True
                    ),
                ),
                (
                    "seen",
                    models.CharField(
                        help_text="The terms it was previewed on, as a number.", max_length=32
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.subscriptionline",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="preview_lines",
                        to="pricing.grandfatheringpolicy",
                    ),
                ),
            ],
            options={
                "ordering": ["policy", "account", "line"],
                "constraints": [
                    models.UniqueConstraint(fields=("policy", "line"), name="previewline_once")
                ],
            },
        ),
        migrations.RunPython(add_thresholds, remove_thresholds),
    ]
