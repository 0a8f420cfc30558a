"""Who exports a table needs a permission of its own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0007_benchmarks"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="coherenceoverride",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["product_a", "product_b", "question"],
                "verbose_name": "judgement of coherence",
                "verbose_name_plural": "judgements of coherence",
            },
        ),
        migrations.AlterModelOptions(
            name="customerneed",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["code"],
            },
        ),
        migrations.AlterModelOptions(
            name="integration",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["product_a", "product_b"],
            },
        ),
        migrations.AlterModelOptions(
            name="persona",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["code"],
            },
        ),
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
            name="sequence",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["before", "after"],
            },
        ),
        migrations.AlterModelOptions(
            name="threshold",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["code", "starts_on"],
            },
        ),
        migrations.AlterModelOptions(
            name="workflowedge",
            options={
                "default_permissions": ("add", "change", "delete", "view", "export"),
                "ordering": ["from_product", "to_product"],
                "verbose_name": "workflow",
            },
        ),
    ]
