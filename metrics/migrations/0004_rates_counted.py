"""Exchange rates are read by metrics: they count their changes like the rest of the catalog."""

from django.db import migrations

from metrics.migrations.baseline.counting import ON_FEW

TABLES = ("pricing_ratetable", "pricing_exchangerate")
WATCH = "".join(ON_FEW.format(table=table) for table in TABLES)
FORGET = "".join(f"DROP TRIGGER {table}_counts_for_metrics ON {table};\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("pricing", "0003_exchange_rates"),
        ("metrics", "0003_touched_accounts"),
    ]
    operations = [migrations.RunSQL(WATCH, FORGET)]
