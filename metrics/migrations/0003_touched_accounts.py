"""Accounts whose lines were written to since the columns were kept."""

import django.db.models.deletion
from django.db import migrations, models

from config.rules import rules
from metrics.migrations.baseline.counting import ROWS

TOUCH = """
CREATE FUNCTION metrics_touch_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO metrics_touchedaccount (account_id) SELECT DISTINCT account_id FROM changed;
    RETURN NULL;
END $$;
"""
ON = """
CREATE TRIGGER {event}_touches_accounts AFTER {event} ON accounts_subscriptionline
REFERENCING {rows} TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION metrics_touch_accounts();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_policies_carried_out"),
        ("metrics", "0002_trials_counted"),
    ]
    operations = [
        migrations.CreateModel(
            name="TouchedAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
            ],
        ),
        rules(TOUCH, *(ON.format(event=event, rows=rows) for event, rows in ROWS.items())),
        # Columns that were kept before lack what was sold.
        migrations.RunSQL("UPDATE metrics_fold SET columns = NULL", migrations.RunSQL.noop),
    ]
