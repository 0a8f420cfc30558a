"""Who exports how products are positioned needs the permission too."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0008_export_permission"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="benchmark",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["key", "-published_on"],
            },
        ),
        migrations.AlterModelOptions(
            name="channel",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["product", "segment", "motion"],
            },
        ),
        migrations.AlterModelOptions(
            name="sunsetplan",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["product"],
            },
        ),
        migrations.AlterModelOptions(
            name="targeting",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["segment", "product"],
            },
        ),
    ]
