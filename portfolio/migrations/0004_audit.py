"""The catalog is audited."""

from django.db import migrations

from config.audit.operations import AuditTables


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0003_versions"), ("audit", "0001_events")]
    operations = [
        AuditTables(
            "portfolio_portfolio",
            "portfolio_product",
            "portfolio_region",
            "portfolio_segment",
            "portfolio_threshold",
            unwatched=("version",),
        ),
    ]
