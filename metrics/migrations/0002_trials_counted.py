"""Trials are read by metrics: they count their changes like the other tables of rows."""

from django.db import migrations

from config.rules import rules
from metrics.migrations.baseline.counting import ON_MANY, ROWS

WATCHED = [
    ON_MANY.format(table="accounts_trial", event=event, rows=rows) for event, rows in ROWS.items()
]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_trials_of_opportunities"),
        ("metrics", "0001_baseline"),
    ]
    operations = [rules(*WATCHED)]
