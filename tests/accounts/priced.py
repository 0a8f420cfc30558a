"""A small shop: a product with two tiers in a standard book, whose prices change by releases."""

from datetime import date
from decimal import Decimal

from accounts.models import SubscriptionLine
from accounts.subscriptions import add
from pricing.models import PriceBook, ReleaseTreatment, Treatment, VersionState
from tests.factories import (
    BundleFactory,
    BundleItemFactory,
    ChargeFactory,
    PlanVersionFactory,
    SubscriptionFactory,
)
from tests.factories.prices import flat, published

DAY = date(2024, 3, 1)


def standard() -> PriceBook:
    return PriceBook.objects.get_or_create(code="standard", defaults={"name": "Standard"})[0]


def costs(charge, amount, *, on=date(2020, 1, 1), book=None, treatment="next_boundary", **facts):
    """A release that sets one price."""
    return published(
        book or standard(),
        flat(charge, amount, **facts),
        on=on,
        existing_treatment=ReleaseTreatment(treatment),
    )


def a_charge(amount=None, **facts):
    charge = ChargeFactory(**facts)
    if amount is not None:
        costs(charge, amount)
    return charge


def sell(charge, *, subscription=None, on=DAY, **facts) -> list[SubscriptionLine]:
    """Sell at the price in force, in a subscription of its own unless one is named."""
    term = facts.pop("term_months", 1)
    subscription = subscription or SubscriptionFactory(starts_on=on, term_months=term)
    return add(
        subscription=subscription, line=SubscriptionLine(charge=charge, starts_on=on, **facts)
    )


def money(*amounts) -> list[Decimal]:
    return [Decimal(str(amount)) for amount in amounts]


def a_bundle(amount, *parts, kind="bundle", quantity=1, **facts):
    """The charge of a bundle with a version that contains the plans of these charges."""
    charge = ChargeFactory(plan=BundleFactory(kind=kind))
    costs(charge, amount, **facts)
    version = PlanVersionFactory(plan=charge.plan)
    for part in parts:
        BundleItemFactory(plan_version=version, plan=part.plan, quantity=quantity)
    version.state, version.existing_treatment = VersionState.PUBLISHED, Treatment.KEEP
    version.save()
    return charge
