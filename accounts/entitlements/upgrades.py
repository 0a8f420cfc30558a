"""The cheapest plan that would let an account do more, at the prices that it gets."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.buyers import buyer_of
from accounts.models import Account
from portfolio.models import ProductStatus
from pricing.grants import ADDING_UP, Grant, Granted, granted, measure
from pricing.models import OF_A_PRODUCT, Cadence, Charge, Feature, Plan, PlanKind, PriceInterval
from pricing.resolution import Ask, Buyer, Resolved, resolve_prices

INTERVAL = PriceInterval.MONTH


@dataclass(frozen=True)
class Allowing:
    """A plan that would allow more, what it grants, and its price a month (None: it has none)."""

    plan: Plan
    grant: Grant
    amount: Decimal | None
    currency: str
    is_minimum: bool = False


def cheapest(
    *, account: Account, lacking: Mapping[Feature, Grant | None], on: date
) -> dict[int, Allowing]:
    """By feature, the plan with the lowest price a month that grants more than they have.

    Public tiers, add-ons and capacity packs of the feature's product that are on sale; add-ons
    and packs only of products that they hold. Without any price, the lowest tier. A handful of
    queries, however many features there are.
    """
    buyer = buyer_of(account=account, on=on)
    plans = _on_sale({feature.product_id for feature in lacking}, buyer, on)
    offers = granted(plans=plans, on=on)
    prices = _prices(plans, buyer, account.currency, on)
    found = {}
    for feature, has in lacking.items():
        fits = [offer for offer in offers if _allows(offer, feature, has)]
        if fits:
            best = min(fits, key=lambda offer: _order(offer.plan, prices))
            amount, is_minimum = prices.get(best.plan.pk, (None, False))
            found[feature.pk] = Allowing(
                best.plan, best.grants[feature.pk], amount, account.currency, is_minimum
            )
    return found


def _on_sale(products: Iterable[int], buyer: Buyer, on: date) -> list[Plan]:
    rows = Plan.objects.filter(product__in=set(products), kind__in=OF_A_PRODUCT, is_public=True)
    return [
        plan
        for plan in rows.select_related("product")
        if plan.status(on=on) == plan.product.status(on=on) == ProductStatus.ON_SALE
        and (plan.kind == PlanKind.TIER or plan.product.code in buyer.products)
    ]


def _allows(offer: Granted, feature: Feature, has: Grant | None) -> bool:
    grant = offer.grants.get(feature.pk)
    if grant is None:
        return False
    adds = offer.plan.kind in ADDING_UP and grant.quantity is not None
    return measure(grant) > 0 if adds else measure(grant) > measure(has)


def _prices(
    plans: list[Plan], buyer: Buyer, currency: str, on: date
) -> dict[int, tuple[Decimal, bool]]:
    """What one of each plan costs a month, all that recurs, where all of it has a price."""
    charges = list(
        Charge.objects.filter(plan__in=plans, cadence=Cadence.RECURRING).select_related("plan")
    )
    asks = [Ask(buyer, charge, currency, INTERVAL) for charge in charges]
    answers = resolve_prices(asks, on=on)
    total: dict[int, tuple[Decimal, bool]] = defaultdict(lambda: (Decimal(0), False))
    lacking = set()
    for charge, answer in zip(charges, answers, strict=True):
        if isinstance(answer, Resolved):
            amount, is_minimum = total[charge.plan_id]
            total[charge.plan_id] = (
                amount + answer.amount.total,
                is_minimum or answer.price.is_minimum,
            )
        else:
            lacking.add(charge.plan_id)
    return {plan: price for plan, price in total.items() if plan not in lacking}


def _order(plan: Plan, prices: dict) -> tuple:
    price = prices.get(plan.pk)
    return (price is None, price[0] if price else 0, plan.rank or 0, plan.code)
