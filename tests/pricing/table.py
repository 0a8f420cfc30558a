"""The tier table that every comparison is tried on: Basic, Pro and Enterprise."""

from datetime import date
from decimal import Decimal

from portfolio.models import Product
from pricing.models import Plan
from pricing.plan_prices import PlanPrice
from tests.factories import FeatureFactory, PlanFactory, ProductFactory, published

DAY = date(2026, 6, 1)
UNLIMITED = None
LEVELS = {
    "reports": ["basic", "advanced", "customisable"],
    "support": ["email", "priority", "dedicated"],
}
TIERS = {
    "basic": {"users": 5, "storage": 10, "reports": "basic", "integrations": 3, "support": "email"},
    "pro": {
        "users": 25,
        "storage": 100,
        "reports": "advanced",
        "integrations": 10,
        "support": "priority",
    },
    "enterprise": {
        "users": UNLIMITED,
        "storage": 1000,
        "reports": "customisable",
        "integrations": UNLIMITED,
        "support": "dedicated",
    },
}
PRICES = {
    "basic": PlanPrice(Decimal(29), "USD"),
    "pro": PlanPrice(Decimal(99), "USD"),
    "enterprise": PlanPrice(Decimal(299), "USD", is_minimum=True),
}


def make_table() -> Product:
    """The product `crm` with its three tiers, each with a published version."""
    product = ProductFactory(code="crm")
    for code, unit in (("users", ""), ("storage", "GB")):
        FeatureFactory(code=code, product=product, unit=unit)
    FeatureFactory(code="reports", product=product, value_type="level", levels=LEVELS["reports"])
    FeatureFactory(code="integrations", product=product)
    FeatureFactory(
        code="support",
        product=product,
        value_type="level",
        levels=LEVELS["support"],
        is_support=True,
    )
    for rank, (code, grants) in enumerate(TIERS.items(), start=1):
        published(PlanFactory(code=code, product=product, rank=rank), **grants)
    return product


def tier(code: str) -> Plan:
    return Plan.objects.get(code=code)
