"""What is done every night, and what came of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("config", "0003_stored_responses")]
    operations = [
        migrations.CreateModel(
            name="NightlyJob",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("next_at", models.DateTimeField()),
                ("begun_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("failed", models.BooleanField(default=False)),
                ("said", models.TextField(default="")),
            ],
            options={"default_permissions": ()},
        ),
    ]
