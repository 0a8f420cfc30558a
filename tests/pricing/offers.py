"""Three products at 99, 79 and 149, and what they are sold in together."""

from datetime import date
from decimal import Decimal

from pricing.models import Plan, PriceBook
from pricing.quoting import Quote, quote
from pricing.resolution import Buyer
from tests.factories import (
    BundleFactory,
    BundleItemFactory,
    ChargeFactory,
    PlanFactory,
    PlanVersionFactory,
    ProductFactory,
)
from tests.factories.prices import PriceBookFactory, flat, published

DAY, SINCE = date(2026, 6, 1), date(2026, 1, 1)
PRICES = {"email": 99, "analytics": 79, "crm": 149}


def price_list() -> PriceBook:
    return PriceBook.objects.filter(code="standard").first() or PriceBookFactory(
        code="standard", segment=None
    )


def sold(code: str, price: object, *, rank: int = 1, **facts) -> Plan:
    """A product of the code, or its next tier, at a flat monthly price in the price list."""
    product = facts.pop("product", None) or ProductFactory(code=code)
    plan = PlanFactory(code=code, product=product, rank=rank, **facts)
    priced(plan, price)
    return plan


def priced(plan: Plan, price: object, *, book: PriceBook | None = None, on=SINCE, **facts) -> None:
    charge = plan.charges.first() or ChargeFactory(plan=plan)
    published(book or price_list(), flat(charge, price, **facts), on=on)


def bundled(code: str, price: object, *parts: Plan, kind: str = "bundle", **quantities) -> Plan:
    """A bundle of plans, each once unless `code=quantity` says otherwise, at a monthly price."""
    bundle = BundleFactory(code=code, kind=kind)
    version = PlanVersionFactory(plan=bundle, starts_on=SINCE, existing_treatment="keep")
    for part in parts:
        BundleItemFactory(plan_version=version, plan=part, quantity=quantities.get(part.code, 1))
    version.state = "published"
    version.save()
    if price is not None:
        priced(bundle, price)
    return bundle


def three() -> list[Plan]:
    return [sold(code, price) for code, price in PRICES.items()]


def quoted(*plans: Plan, buyer: Buyer | None = None, interval="month", on=DAY, **many) -> Quote:
    pairs = [(plan, Decimal(many.get(plan.code, 1))) for plan in plans]
    return quote(plans=pairs, buyer=buyer or Buyer(), currency="USD", interval=interval, on=on)


def codes(cover) -> list[str]:
    return sorted(offer.plan.code for offer in cover.offers)


def remarks(found: Quote) -> list[str]:
    return [remark.code for remark in found.findings]
