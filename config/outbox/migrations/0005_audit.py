"""Who changes where events go is audited; secrets never are."""

from django.db import migrations

from config.audit.operations import AuditTables


class Migration(migrations.Migration):
    dependencies = [("outbox", "0004_ten_endpoints"), ("audit", "0001_events")]
    operations = [
        AuditTables(
            "outbox_webhookendpoint",
            masked=("secret", "previous_secret"),
            unwatched=("position_xid", "position_id"),
        ),
    ]
