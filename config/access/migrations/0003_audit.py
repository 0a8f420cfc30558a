"""People, keys and roles are audited: never an e-mail, a name, a password or a key's hash."""

from django.db import migrations

from config.audit.operations import AuditTables


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_groups"),
        ("audit", "0001_events"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        AuditTables("access_user", masked=["email", "name", "password"]),
        AuditTables("access_apikey", masked=["hash"], unwatched=["last_used_at"]),
        AuditTables(
            "access_user_groups",
            "access_user_user_permissions",
            "auth_group",
            "auth_group_permissions",
        ),
    ]
