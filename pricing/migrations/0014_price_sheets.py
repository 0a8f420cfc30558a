"""Sheets of prices that wait for a decision; drafts made by a tool are one event a statement."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from config.audit.operations import AuditTables


class Migration(migrations.Migration):
    dependencies = [
        ("pricing", "0013_bundle_thresholds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="price",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["charge", "currency", "interval", "starts_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="PriceSheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.BinaryField()),
                ("problems", models.JSONField(default=list)),
                ("sent_at", models.DateTimeField(auto_now_add=True)),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="pricing.pricebook",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "default_permissions": (),
            },
        ),
        AuditTables("pricing_price", unwatched=("version",), summarised=True),
        AuditTables("pricing_pricetier", summarised=True),
    ]
