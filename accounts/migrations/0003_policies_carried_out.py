"""Where policies move lines to, how far long work is, and whom it was told to tell."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_trials_of_opportunities"),
        ("pricing", "0001_baseline"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="policypreview",
            name="told_until",
            field=models.DateField(
                help_text="Up to this day it was told whom to tell that a price moves.", null=True
            ),
        ),
        migrations.AddField(
            model_name="previewline",
            name="successor",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="What takes its place in these renewals.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pricing.plan",
            ),
        ),
        migrations.AddField(
            model_name="previewline",
            name="successor_on",
            field=models.DateField(help_text="The day on which it moves there.", null=True),
        ),
        migrations.AlterField(
            model_name="entitlementlock",
            name="end_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("changed", "The customer changed to another plan"),
                    ("superseded", "Another policy took its place"),
                    ("contract", "A contract price was made later"),
                    ("moved", "It moved to what takes its place"),
                    ("by_hand", "Ended by hand"),
                ],
                default="",
                editable=False,
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="pricelock",
            name="end_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("changed", "The customer changed to another plan"),
                    ("superseded", "Another policy took its place"),
                    ("contract", "A contract price was made later"),
                    ("moved", "It moved to what takes its place"),
                    ("by_hand", "Ended by hand"),
                ],
                default="",
                editable=False,
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="PolicyRun",
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
                        choices=[("preview", "Preview"), ("apply", "Application")], max_length=8
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "seen_at",
                    models.DateTimeField(help_text="The last that was heard of it.", null=True),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("cancelled", models.BooleanField(default=False)),
                ("failed", models.BooleanField(default=False)),
                ("said", models.TextField(default="", help_text="What came of it.")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="pricing.grandfatheringpolicy",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("policy",),
                        name="policyrun_one_at_a_time",
                    )
                ],
            },
        ),
    ]
