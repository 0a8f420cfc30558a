"""Strategic products name the plans that they make possible."""

import django.db.models.deletion
from django.db import migrations, models

from config.audit.operations import AuditTables
from config.versions import count_versions


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0006_positioning"),
        ("pricing", "0004_audit"),
        ("audit", "0001_events"),
        ("config", "0002_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlanEnablement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        help_text="What the plan could not do without it.",
                        max_length=500,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enabled_by",
                        to="pricing.plan",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portfolio.product",
                    ),
                ),
            ],
            options={
                "ordering": ["product", "plan"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product", "plan"),
                        name="planenablement_once",
                        violation_error_message="The product enables this plan already.",
                    )
                ],
            },
        ),
        *count_versions("pricing_planenablement"),
        AuditTables("pricing_planenablement", unwatched=("version",)),
    ]
