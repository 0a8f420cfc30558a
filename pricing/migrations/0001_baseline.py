"""What it costs, for whom, since when: plans, prices, policies and credits, and their rules."""

from django.conf import settings
from django.db import migrations

from config.audit.operations import AuditTables
from config.rules import CreateModels
from config.versions import count_versions
from pricing.migrations.baseline import credits, four_eyes, plans, policies
from pricing.migrations.baseline.figures import FIGURES
from pricing.migrations.baseline.tables import TABLES

EDITABLE = [
    f"pricing_{name}"
    for name in (
        "bundleitem",
        "charge",
        "creditterms",
        "creditunit",
        "entitlement",
        "feature",
        "grandfatheringpolicy",
        "incentive",
        "migrationpath",
        "plan",
        "planenablement",
        "planversion",
        "pricebook",
        "pricerelease",
    )
]


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("portfolio", "0001_baseline"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    replaces = [
        ("pricing", "0001_plans"),
        ("pricing", "0002_published_versions"),
        ("pricing", "0003_versions"),
        ("pricing", "0004_audit"),
        ("pricing", "0005_enablement"),
        ("pricing", "0006_plan_of_product"),
        ("pricing", "0007_export_permission"),
        ("pricing", "0008_plan_kinds"),
        ("pricing", "0009_plan_rules"),
        ("pricing", "0010_prices"),
        ("pricing", "0011_four_eyes"),
        ("pricing", "0012_prices_audited"),
        ("pricing", "0013_bundle_thresholds"),
        ("pricing", "0014_price_sheets"),
        ("pricing", "0015_credits"),
        ("pricing", "0016_credit_rules"),
        ("pricing", "0017_grandfathering"),
        ("pricing", "0018_policy_states"),
        ("pricing", "0019_releases_by_policy"),
        ("pricing", "0020_incentives"),
        ("pricing", "0021_discount_months"),
        ("pricing", "0022_supersedes"),
    ]
    operations = [
        CreateModels(*TABLES),
        plans.RULES,
        four_eyes.RULES,
        policies.RULES,
        credits.RULES,
        *count_versions(*EDITABLE, "pricing_price"),
        AuditTables(*EDITABLE, unwatched=("version",)),
        # Drafts made by a tool are one event a statement.
        AuditTables("pricing_price", unwatched=("version",), summarised=True),
        AuditTables("pricing_pricetier", summarised=True),
        AuditTables(
            "pricing_burnrate",
            *policies.SCOPES,
            "pricing_incentive_plans",
            "pricing_incentive_required_products",
            "pricing_incentive_excluded_products",
        ),
        *FIGURES,
    ]
