"""Every editable row says which version of it one sees."""

from django.db import migrations, models

from config.versions import count_versions

MODELS = ["account", "subscription"]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_rules_in_the_database"), ("config", "0002_versions")]
    operations = [
        *(
            migrations.AddField(
                name, "version", models.BigIntegerField(db_default=1, default=1, editable=False)
            )
            for name in MODELS
        ),
        *count_versions(*(f"accounts_{name}" for name in MODELS)),
    ]
