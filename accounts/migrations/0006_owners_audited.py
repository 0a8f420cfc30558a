"""Teams and members say which version of them one sees; they and their accounts are audited."""

from django.db import migrations, models

from config.audit.operations import AuditTables
from config.versions import count_versions

MODELS = ["team", "member"]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_owners"),
        ("audit", "0001_events"),
        ("config", "0002_versions"),
    ]
    operations = [
        *(
            migrations.AddField(
                name, "version", models.BigIntegerField(db_default=1, default=1, editable=False)
            )
            for name in MODELS
        ),
        *count_versions(*(f"accounts_{name}" for name in MODELS)),
        AuditTables("accounts_team", "accounts_member", unwatched=("version",)),
        AuditTables("accounts_assignment"),
    ]
