"""Plans are audited."""

from django.db import migrations

from config.audit.operations import AuditTables


class Migration(migrations.Migration):
    dependencies = [("pricing", "0003_versions"), ("audit", "0001_events")]
    operations = [
        AuditTables("pricing_plan", "pricing_planversion", "pricing_charge", unwatched=("version",))
    ]
