"""Who gets or loses a second factor is audited; what the factor is never is."""

from django.db import migrations

from config.audit.operations import AuditTables


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_shared_cache"),
        ("audit", "0001_events"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [
        AuditTables("mfa_authenticator", masked=("data",), unwatched=("last_used_at",)),
    ]
