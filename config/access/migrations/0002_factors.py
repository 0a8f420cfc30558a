"""Who gets or loses a second factor is audited; what the factor is never is."""

from django.db import migrations

from config.audit.operations import AuditTables


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_baseline"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    replaces = [
        ("access", "0005_audit_factors"),
    ]
    operations = [
        AuditTables("mfa_authenticator", masked=("data",), unwatched=("last_used_at",)),
    ]
