"""The roles, by name; what each may do is written after every migration (config.access.roles)."""

from django.db import migrations

ROLES = [
    "viewer",
    "product_ops",
    "finance_preparer",
    "finance_approver",
    "revops",
    "sales",
    "csm",
    "sales_manager",
    "user_admin",
    "auditor",
]


def create(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for name in ROLES:
        group.objects.get_or_create(name=name)


def remove(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_users_and_keys"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(create, remove)]
