"""A trial may prove the value for an opportunity of the same account; who is a power user."""

import django.db.models.deletion
from django.db import migrations, models

from portfolio.thresholds import thresholds

# The key of two columns also is the plain foreign key, which the model therefore leaves out.
KEY_OF_TWO = """
ALTER TABLE accounts_trial ADD CONSTRAINT trial_opportunity_is_of_the_account
    FOREIGN KEY (opportunity_id, account_id) REFERENCES accounts_opportunity (id, account_id);
"""
NO_KEY_OF_TWO = """
ALTER TABLE accounts_trial DROP CONSTRAINT trial_opportunity_is_of_the_account;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_baseline")]

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
        thresholds(
            "Default of Portico: nothing dictates it.",
            {"trial-days": "14", "power-user-percentile": "0.9"},
        ),
    ]
