"""Redemptions are written once, and audited."""

from django.db import migrations

from config.audit.operations import AuditTables

KEEP = """
CREATE TRIGGER incentiveredemption_append_only BEFORE UPDATE OR DELETE
ON accounts_incentiveredemption
FOR EACH STATEMENT EXECUTE FUNCTION accounts_append_only();
"""
FREE = "DROP TRIGGER incentiveredemption_append_only ON accounts_incentiveredemption;"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0018_incentives"), ("audit", "0001_events")]
    operations = [
        migrations.RunSQL(KEEP, FREE),
        AuditTables("accounts_incentiveredemption"),
    ]
