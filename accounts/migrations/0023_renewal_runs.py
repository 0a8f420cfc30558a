"""How far the renewals of a day came; and one rule for prices in use instead of two."""

from importlib import import_module

from django.db import migrations, models

# `price_used_is_kept` of `0021_used_prices` says the same row by row.
lines_at_prices = import_module("accounts.migrations.0012_lines_at_prices")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_entitlements"),
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
        migrations.RunSQL(lines_at_prices.FREE_USED_PRICES, lines_at_prices.KEEP_USED_PRICES),
    ]
