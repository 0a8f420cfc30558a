"""Who buys, what they hold, who looks after them, what to offer next; and the rules of it."""

from django.conf import settings
from django.db import migrations

from accounts.migrations.baseline import (
    credits,
    customers,
    experiments,
    locks,
    opportunities,
    routing,
)
from accounts.migrations.baseline.figures import FIGURES
from accounts.migrations.baseline.tables import TABLES
from config.audit.operations import AuditTables
from config.rules import CreateModels
from config.versions import count_versions

# A book that is brought in is summed up.
BROUGHT_IN = ["accounts_account", "accounts_opportunity", "accounts_subscription"]
EDITABLE = [
    f"accounts_{name}"
    for name in (
        "absence",
        "entitlementoverride",
        "experiment",
        "exposure",
        "feedback",
        "grandfatheringexception",
        "member",
        "namedaccount",
        "objection",
        "objectionraised",
        "playbook",
        "playbookstep",
        "pool",
        "poolmember",
        "rebalancingproposal",
        "routingrule",
        "routingruleset",
        "segmentrule",
        "signalrule",
        "stakeholder",
        "subscriptionfeedback",
        "team",
        "valueoutcome",
        "variant",
    )
]
KEPT = [
    f"accounts_{name}"
    for name in (
        "assignment",
        "creditdraw",
        "creditgrant",
        "downgradereminder",
        "entitlementlock",
        "incentiveredemption",
        "pricelock",
        "rebalancingmove",
        "subscriptionfeedback_missing",
        "trial",
    )
]


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("pricing", "0001_baseline"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    replaces = [
        ("accounts", "0001_customers"),
        ("accounts", "0002_rules_in_the_database"),
        ("accounts", "0003_versions"),
        ("accounts", "0004_audit"),
        ("accounts", "0005_owners"),
        ("accounts", "0006_owners_audited"),
        ("accounts", "0007_what_lines_rely_on"),
        ("accounts", "0008_contract_books"),
        ("accounts", "0009_contacts"),
        ("accounts", "0010_routing"),
        ("accounts", "0011_routing_rules"),
        ("accounts", "0012_lines_at_prices"),
        ("accounts", "0013_usage"),
        ("accounts", "0014_credits"),
        ("accounts", "0015_credit_rules"),
        ("accounts", "0016_locks"),
        ("accounts", "0017_locks_are_kept"),
        ("accounts", "0018_opportunities"),
        ("accounts", "0019_what_opportunities_may_do"),
        ("accounts", "0020_policy_previews"),
        ("accounts", "0021_used_prices"),
        ("accounts", "0022_entitlements"),
        ("accounts", "0023_renewal_runs"),
        ("accounts", "0024_incentives"),
        ("accounts", "0025_incentives_kept"),
        ("accounts", "0026_signals"),
        ("accounts", "0027_policies_decided"),
    ]
    operations = [
        CreateModels(*TABLES),
        customers.RULES,
        routing.RULES,
        credits.RULES,
        locks.RULES,
        opportunities.RULES,
        experiments.RULES,
        *count_versions(*BROUGHT_IN, *EDITABLE, "accounts_contact"),
        AuditTables(*BROUGHT_IN, unwatched=("version",), summarised=True),
        AuditTables("accounts_accountprofile", "accounts_subscriptionline", summarised=True),
        AuditTables(*EDITABLE, unwatched=("version",)),
        AuditTables("accounts_contact", masked=("name", "email", "phone"), unwatched=("version",)),
        AuditTables(*KEPT),
        *FIGURES,
    ]
