"""Trials are read by metrics: they count their changes like the other tables of rows."""

from django.db import migrations

EVENTS = {"insert": "NEW", "update": "NEW", "delete": "OLD"}
WATCH = "".join(
    f"""
CREATE TRIGGER {event}_counts_for_metrics AFTER {event} ON accounts_trial
REFERENCING {row} TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION metrics_count_rows();
"""
    for event, row in EVENTS.items()
)
FORGET = "".join(
    f"DROP TRIGGER {event}_counts_for_metrics ON accounts_trial;\n" for event in EVENTS
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0028_trials_of_opportunities"),
        ("metrics", "0004_rows_counted"),
    ]
    operations = [migrations.RunSQL(WATCH, FORGET)]
