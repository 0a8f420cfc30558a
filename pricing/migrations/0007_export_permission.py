"""Who exports a table needs a permission of its own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("pricing", "0006_plan_of_product"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="charge",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["plan", "code"],
            },
        ),
        migrations.AlterModelOptions(
            name="plan",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["product", "rank"],
            },
        ),
        migrations.AlterModelOptions(
            name="planversion",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["plan", "number"],
            },
        ),
    ]
