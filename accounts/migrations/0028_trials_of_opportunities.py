"""A trial may prove the value for an opportunity of the same account; who is a power user."""

from datetime import date
from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models

SINCE = date(2000, 1, 1)
SOURCE = "A default of ours: nothing dictates it."
THRESHOLDS = {"trial-days": Decimal(14), "power-user-percentile": Decimal("0.9")}

# The key of two columns also is the plain foreign key, which the model therefore leaves out.
KEY_OF_TWO = """
ALTER TABLE accounts_trial ADD CONSTRAINT trial_opportunity_is_of_the_account
    FOREIGN KEY (opportunity_id, account_id) REFERENCES accounts_opportunity (id, account_id);
"""
NO_KEY_OF_TWO = """
ALTER TABLE accounts_trial DROP CONSTRAINT trial_opportunity_is_of_the_account;
"""


def add_thresholds(apps, schema_editor) -> None:
    threshold = apps.get_model("portfolio", "Threshold")
    for code, value in THRESHOLDS.items():
        if not threshold.objects.filter(code=code).exists():
            threshold.objects.create(code=code, value=value, source=SOURCE, starts_on=SINCE)


def remove_thresholds(apps, schema_editor) -> None:
    threshold = apps.get_model("portfolio", "Threshold")
    threshold.objects.filter(code__in=THRESHOLDS, source=SOURCE).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0027_policies_decided"),
        ("portfolio", "0009_export_positioning"),
        ("pricing", "0022_supersedes"),
    ]

    operations = [
        migrations.AddField(
            model_name="trial",
            name="opportunity",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="What it is to prove the value for; empty: they try it by themselves.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="trials",
                to="accounts.opportunity",
            ),
        ),
        migrations.AddConstraint(
            model_name="opportunity",
            constraint=models.UniqueConstraint(
                fields=("id", "account"), name="opportunity_has_its_account"
            ),
        ),
        migrations.RunSQL(KEY_OF_TWO, NO_KEY_OF_TWO),
        migrations.RunPython(add_thresholds, remove_thresholds),
    ]
