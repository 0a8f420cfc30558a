"""Who exports a table needs a permission of its own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0004_audit"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="portfolio",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["code"],
            },
        ),
        migrations.AlterModelOptions(
            name="product",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["code"],
            },
        ),
        migrations.AlterModelOptions(
            name="region",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["rank"],
            },
        ),
        migrations.AlterModelOptions(
            name="segment",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["rank"],
            },
        ),
        migrations.AlterModelOptions(
            name="threshold",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["code", "starts_on"],
            },
        ),
    ]
