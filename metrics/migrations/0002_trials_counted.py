"""Trials are read by metrics: they count their changes like the other tables of rows."""

from django.db import migrations

from metrics.migrations.baseline.counting import ON_MANY, ROWS

TABLE = "accounts_trial"
WATCH = "".join(ON_MANY.format(table=TABLE, event=event, rows=ROWS[event]) for event in ROWS)
FORGET = "".join(f"DROP TRIGGER {event}_counts_for_metrics ON {TABLE};\n" for event in ROWS)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_trials_of_opportunities"),
        ("metrics", "0001_baseline"),
    ]
    operations = [migrations.RunSQL(WATCH, FORGET)]
