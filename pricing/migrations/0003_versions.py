"""Every editable row says which version of it one sees."""

from django.db import migrations, models

from config.versions import count_versions

MODELS = ["charge", "plan", "planversion"]


class Migration(migrations.Migration):
    dependencies = [("pricing", "0002_published_versions"), ("config", "0002_versions")]
    operations = [
        *(
            migrations.AddField(
                name, "version", models.BigIntegerField(db_default=1, default=1, editable=False)
            )
            for name in MODELS
        ),
        *count_versions(*(f"pricing_{name}" for name in MODELS)),
    ]
