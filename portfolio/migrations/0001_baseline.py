"""What is sold: products, how they belong together, whom they are for; all of it is audited."""

from django.conf import settings
from django.db import migrations

from config.audit.operations import AuditTables
from config.rules import CreateModels
from config.versions import count_versions
from portfolio.migrations.baseline import sequences
from portfolio.migrations.baseline.figures import FIGURES
from portfolio.migrations.baseline.tables import TABLES

EDITABLE = [
    f"portfolio_{name}"
    for name in (
        "asset",
        "benchmark",
        "channel",
        "coherenceoverride",
        "customerneed",
        "integration",
        "persona",
        "portfolio",
        "product",
        "region",
        "regioncountry",
        "segment",
        "segmentenablement",
        "sequence",
        "sunsetplan",
        "targeting",
        "threshold",
        "workflowedge",
    )
]


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("config", "0002_refusals"),
        ("audit", "0001_baseline"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        # Before the many tables, for whatever changes people renders all that refers to them.
        ("access", "0002_factors"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("outbox", "0001_baseline"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]
    replaces = [
        ("portfolio", "0001_catalog"),
        ("portfolio", "0002_thresholds"),
        ("portfolio", "0003_versions"),
        ("portfolio", "0004_audit"),
        ("portfolio", "0005_relations"),
        ("portfolio", "0006_positioning"),
        ("portfolio", "0007_benchmarks"),
        ("portfolio", "0008_export_permission"),
        ("portfolio", "0009_export_positioning"),
    ]
    operations = [
        CreateModels(*TABLES),
        sequences.RULES,
        *count_versions(*EDITABLE),
        AuditTables(*EDITABLE, unwatched=("version",)),
        AuditTables(*sequences.LINKS),
        *FIGURES,
    ]
