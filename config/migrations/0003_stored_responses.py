"""What retries are answered from."""

from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("config", "0002_versions")]
    operations = [
        migrations.CreateModel(
            name="StoredResponse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("client", models.CharField(max_length=40)),
                ("method", models.CharField(max_length=8)),
                ("path", models.CharField(max_length=600)),
                ("key", models.CharField(max_length=255)),
                ("body_hash", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("headers", models.JSONField(default=dict)),
                ("body", models.TextField(default="")),
                ("created_at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["created_at"], name="storedresponse_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["client", "method", "path", "key"], name="storedresponse_once"
                    )
                ],
            },
        ),
    ]
