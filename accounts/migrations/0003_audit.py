"""Customers and what they hold are audited; a book that is brought in is summed up."""

from django.db import migrations

from config.audit.operations import AuditTables


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_rules_in_the_database"), ("audit", "0001_events")]
    operations = [
        AuditTables(
            "accounts_account",
            "accounts_accountprofile",
            "accounts_subscription",
            "accounts_subscriptionline",
            summarised=True,
        ),
    ]
