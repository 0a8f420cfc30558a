"""Which role may do what with which model: the one table that is reviewed."""

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import Group, Permission

from config.access.scopes import Scope

CATALOG = (
    "portfolio.portfolio",
    "portfolio.product",
    "portfolio.segment",
    "portfolio.region",
    "portfolio.threshold",
    "portfolio.persona",
    "portfolio.customerneed",
    "portfolio.integration",
    "portfolio.workflowedge",
    "portfolio.sequence",
    "portfolio.coherenceoverride",
    "portfolio.regioncountry",
    "portfolio.targeting",
    "portfolio.channel",
    "portfolio.asset",
    "portfolio.sunsetplan",
    "portfolio.segmentenablement",
    "portfolio.benchmark",
)
PLANS = (
    "pricing.plan",
    "pricing.planversion",
    "pricing.charge",
    "pricing.planenablement",
    "pricing.feature",
    "pricing.entitlement",
    "pricing.bundleitem",
    "pricing.migrationpath",
    "pricing.creditunit",
    "pricing.creditterms",
)
PRICES = ("pricing.pricebook", "pricing.pricerelease", "pricing.price", "pricing.pricetier")
RATES = ("pricing.burnrate",)  # what a feature costs in credits
EXCHANGE = ("pricing.ratetable", "pricing.exchangerate")
POLICIES = ("pricing.grandfatheringpolicy", "accounts.grandfatheringexception")
LOCKS = ("accounts.pricelock", "accounts.entitlementlock")  # written when a policy is applied
# What a policy would do to all customers together; for whoever may know about all of them.
PREVIEWS = ("accounts.policypreview", "accounts.previewline")
INCENTIVES = ("pricing.incentive",)
RELEASES = ("pricing.pricerelease",)
PRICE_SHEETS = ("pricing.price",)  # a book's prices go out together
SHEETS = (*CATALOG, *PLANS, "pricing.exchangerate")  # what goes out as a spreadsheet
CUSTOMERS = (
    "accounts.account",
    "accounts.accountprofile",
    "accounts.subscription",
    "accounts.subscriptionline",
    "accounts.assignment",
    "accounts.creditgrant",
    "accounts.creditdraw",
    "accounts.incentiveredemption",
    "accounts.namedaccount",
    "accounts.routingdecision",
    "accounts.contact",
    "accounts.usageday",
    "accounts.healthscore",
    "accounts.entitlementoverride",
    "accounts.trial",
    "accounts.downgradereminder",
    "accounts.subscriptionfeedback",
)
SEGMENT_RULES = ("accounts.segmentrule",)
CONTACTS = ("accounts.contact",)  # kept by whoever talks to them; erased by revops
TALKS = ("accounts.contact", "accounts.trial", "accounts.subscriptionfeedback")
EVERYBODYS = ("accounts.account",)
# What is done to sell more: kept by whoever talks to customers, of theirs.
PURSUITS = (
    "accounts.opportunity",
    "accounts.stakeholder",
    "accounts.objectionraised",
    "accounts.feedback",
    "accounts.exposure",
    "accounts.valueoutcome",
    "accounts.behaviourevent",
)
STEPS = ("accounts.opportunitytransition",)  # written with every step of an opportunity
SIGNALS = ("accounts.signal",)  # written by the evaluation of the rules
PLAYS = (
    "accounts.playbook",
    "accounts.playbookstep",
    "accounts.objection",
    "accounts.experiment",
    "accounts.variant",
    "accounts.signalrule",
)
EXPANSION = (*PURSUITS, *STEPS, *SIGNALS, *PLAYS)
TEAMS = ("accounts.team", "accounts.member")
SHARING = ("accounts.pool", "accounts.poolmember", "accounts.absence")
RULES = ("accounts.routingruleset", "accounts.routingrule")
REBALANCING = ("accounts.rebalancingproposal", "accounts.rebalancingmove")
USERS = ("access.user",)
LEDGER = ("accounts.ledgerentry",)
PEOPLE = ("access.user", "access.apikey")
EVENTS = ("outbox.event",)  # those about rows that the reader may see
ENDPOINTS = ("outbox.webhookendpoint",)
DELIVERIES = ("outbox.webhookdelivery", "outbox.deliveryattempt")
AUDIT = ("audit.event",)  # of rows that one may see anyway (config.audit.scope)
ROUTING = (*SHARING, *RULES, *REBALANCING)
EVERYTHING = (
    *CATALOG,
    *PLANS,
    *PRICES,
    *RATES,
    *EXCHANGE,
    *POLICIES,
    *LOCKS,
    *PREVIEWS,
    *INCENTIVES,
    *CUSTOMERS,
    *EXPANSION,
    *SEGMENT_RULES,
    *LEDGER,
    *TEAMS,
    *ROUTING,
    *PEOPLE,
    *EVENTS,
)

VIEW = ("view",)
KEEP = ("view", "add", "change")
CURATE = ("view", "add", "change", "delete")  # rows in use are protected by the database

TAKE_OUT = ("export",)
ALL = ("view_all",)  # whoever looks after them; without it, viewing stops at the own accounts
OF_TEAM = ("view_team",)
REVIEW = ("approve", "publish", "correct")  # what somebody else has prepared
SEEN = {
    CATALOG: VIEW,
    PLANS: VIEW,
    PRICES: VIEW,
    RATES: VIEW,
    EXCHANGE: VIEW,
    POLICIES: VIEW,
    LOCKS: VIEW,
    INCENTIVES: VIEW,
    CUSTOMERS: VIEW,
    EXPANSION: VIEW,
    SEGMENT_RULES: VIEW,
    LEDGER: VIEW,
    EVENTS: VIEW,
}

# The hash of a key is no field of any form or answer, so viewing keys does not show it.
ROLES: Mapping[str, Mapping[tuple[str, ...], tuple[str, ...]]] = {
    "viewer": {EVERYTHING: VIEW, EVERYBODYS: ALL},
    "product_ops": {
        **SEEN,
        CATALOG: CURATE,
        PLANS: CURATE,
        PLAYS: CURATE,
        SHEETS: TAKE_OUT,
        PRICE_SHEETS: TAKE_OUT,
        PREVIEWS: VIEW,
        EVERYBODYS: ALL,
    },
    "finance_preparer": {
        **SEEN,
        PRICES: CURATE,
        POLICIES: CURATE,
        PREVIEWS: VIEW,
        RATES: KEEP,
        EXCHANGE: CURATE,
        INCENTIVES: CURATE,
        SHEETS: TAKE_OUT,
        PRICE_SHEETS: TAKE_OUT,
        AUDIT: VIEW,
        EVERYBODYS: ALL,
    },
    "finance_approver": {
        **SEEN,
        RELEASES: REVIEW,
        POLICIES: ("view", "approve"),
        ("pricing.grandfatheringpolicy",): ("apply",),
        PREVIEWS: VIEW,
        SHEETS: TAKE_OUT,
        PRICE_SHEETS: TAKE_OUT,
        AUDIT: VIEW,
        EVERYBODYS: ALL,
    },
    # Who makes somebody a member chooses among people.
    "revops": {
        **SEEN,
        CUSTOMERS: KEEP,
        PREVIEWS: VIEW,
        CONTACTS: CURATE,
        PURSUITS: KEEP,
        PLAYS: CURATE,
        SEGMENT_RULES: CURATE,
        TEAMS: CURATE,
        ROUTING: CURATE,
        ("accounts.namedaccount",): ("delete",),
        ("accounts.routingruleset",): ("simulate", "activate"),
        ("accounts.rebalancingproposal",): ("approve",),
        USERS: VIEW,
        EVERYBODYS: ALL,
    },
    "sales": {**SEEN, TALKS: KEEP, PURSUITS: KEEP},
    "csm": {**SEEN, TALKS: KEEP, PURSUITS: KEEP},
    "sales_manager": {
        **SEEN,
        TALKS: KEEP,
        PURSUITS: KEEP,
        TEAMS: VIEW,
        SHARING: VIEW,
        EVERYBODYS: OF_TEAM,
    },
    "user_admin": {PEOPLE: KEEP, AUDIT: VIEW},
    # Who sends events elsewhere sees what they are about; who manages users sees none of it.
    "integrator": {
        CATALOG: VIEW,
        PLANS: VIEW,
        PRICES: VIEW,
        RATES: VIEW,
        EXCHANGE: VIEW,
        POLICIES: VIEW,
        LOCKS: VIEW,
        PREVIEWS: VIEW,
        INCENTIVES: VIEW,
        CUSTOMERS: VIEW,
        EXPANSION: VIEW,
        SEGMENT_RULES: VIEW,
        EVERYBODYS: ALL,
        EVENTS: VIEW,
        ENDPOINTS: CURATE,
        DELIVERIES: ("view", "change"),  # sent again, never made or deleted by hand
    },
    "auditor": {
        EVERYTHING: VIEW,
        SHEETS: TAKE_OUT,
        PRICE_SHEETS: TAKE_OUT,
        AUDIT: VIEW,
        ENDPOINTS: VIEW,
        DELIVERIES: VIEW,
        EVERYBODYS: ALL,
    },
}

# The role a service account needs so that the scope is worth something.
ROLE_FOR_SCOPE: Mapping[Scope, str] = {
    Scope.CATALOG_READ: "viewer",
    Scope.CATALOG_WRITE: "product_ops",
    Scope.PRICES_READ: "viewer",
    Scope.PRICES_WRITE: "finance_preparer",
    Scope.QUOTES_CREATE: "viewer",
    Scope.SUBSCRIPTIONS_WRITE: "revops",
    Scope.USAGE_WRITE: "revops",
    Scope.OPPORTUNITIES_WRITE: "revops",
    Scope.ROUTING_EXECUTE: "revops",
    Scope.METRICS_READ: "viewer",
    Scope.EVENTS_READ: "viewer",
    Scope.WEBHOOKS_MANAGE: "integrator",
}


def permissions_of(role: str) -> set[str]:
    """Names of a role's permissions, such as `portfolio.view_product`."""
    return {
        f"{app}.{action}_{model}"
        for models, actions in ROLES[role].items()
        for app, model in (name.split(".") for name in models)
        for action in actions
    }


def write_groups() -> None:
    """Make the groups say what the table says; run after every migration, changes nothing twice.

    Permissions of models that do not exist yet are left out until they do.
    """
    existing = _permissions(Permission.objects.select_related("content_type"))
    for role in ROLES:
        group, _ = Group.objects.get_or_create(name=role)
        wanted = {existing[name] for name in permissions_of(role) & existing.keys()}
        held = set(group.permissions.values_list("pk", flat=True))
        group.permissions.remove(*held - wanted)
        group.permissions.add(*wanted - held)


def _permissions(rows: Iterable[Permission]) -> dict[str, int]:
    return {f"{row.content_type.app_label}.{row.codename}": row.pk for row in rows}
