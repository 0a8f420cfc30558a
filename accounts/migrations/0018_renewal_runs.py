"""How far the renewals of a day came."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0017_locks_are_kept"),
    ]

    operations = [
        migrations.CreateModel(
            name="RenewalRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(unique=True)),
                (
                    "account",
                    models.BigIntegerField(default=0, help_text="The last account that is done."),
                ),
                ("lines_due", models.PositiveIntegerField(default=0)),
                ("lines_moved", models.PositiveIntegerField(default=0)),
                ("accounts_moved", models.PositiveIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-on"],
                "default_permissions": (),
            },
        ),
    ]
