"""Customers and what they hold are audited; a book that is brought in is summed up."""

from django.db import migrations

from config.audit.operations import AuditTables


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_versions"), ("audit", "0001_events")]
    operations = [
        AuditTables(
            "accounts_account",
            "accounts_subscription",
            unwatched=("version",),
            summarised=True,
        ),
        AuditTables("accounts_accountprofile", "accounts_subscriptionline", summarised=True),
    ]
