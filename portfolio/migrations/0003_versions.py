"""Every editable row says which version of it one sees."""

from django.db import migrations, models

from config.versions import count_versions

MODELS = ["portfolio", "product", "region", "segment", "threshold"]


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0002_thresholds"), ("config", "0002_versions")]
    operations = [
        *(
            migrations.AddField(
                name, "version", models.BigIntegerField(db_default=1, default=1, editable=False)
            )
            for name in MODELS
        ),
        *count_versions(*(f"portfolio_{name}" for name in MODELS)),
    ]
