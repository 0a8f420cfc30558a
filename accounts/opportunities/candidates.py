"""What could be offered to an account: every product it lacks, with all that speaks of it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q

from accounts.affinity import Affinity, Lead, leads
from accounts.models import Exposure
from accounts.opportunities import facts
from accounts.opportunities.classification import flows
from accounts.opportunities.offers import Offered, offers
from accounts.opportunities.standing import Standing
from portfolio.models import (
    Integration,
    IntegrationStatus,
    Motion,
    Posture,
    Product,
    ProductRole,
    ProductStatus,
    SequenceKind,
    Threshold,
)
from portfolio.sequencing import missing_before, predecessors
from portfolio.targeting import Positioning
from pricing.models import Plan, PlanKind


@dataclass(frozen=True)
class Candidate:
    """A product, or with none the whole platform, and what speaks for and against it.

    `lacking` must come first, `better_after` had better; `plan` is what to begin with.
    """

    product: Product | None
    plan: Plan | None
    price: Offered | None
    posture: Posture
    motion: Motion
    lead: Lead | None = None
    lacking: list[Product] = field(default_factory=list)
    better_after: list[Product] = field(default_factory=list)
    shown_on: date | None = None
    better_together: str = ""

    @property
    def name(self) -> str:
        return str(self.product or self.plan)

    @property
    def affinity(self) -> Affinity:
        return self.lead.affinity if self.lead else Affinity.INSUFFICIENT

    @property
    def is_ending(self) -> bool:
        return self.product is not None and self.product.role == ProductRole.SUNSET


@dataclass(frozen=True)
class Around:
    """What is known of a portfolio around what an account holds; read once for all candidates."""

    holds: Standing
    positioning: Positioning
    owned: dict[int, Product]
    lacking: dict[int, list[Product]]
    better_after: dict[int, list[Product]]
    leads: dict[int, list[Lead]]
    shown: dict[int, date]
    statements: dict[frozenset[int], str]
    flowing: set[frozenset[int]]


def candidates(*, holds: Standing, positioning: Positioning) -> list[Candidate]:
    """Every product that the account lacks, and the platform of what it has; unordered.

    The number of queries does not depend on how many products, plans or accounts there are.
    """
    owned = holds.products
    others = [p for p in Product.objects.not_retired(on=holds.on) if p.pk not in owned]
    around = _around(holds, positioning, others)
    plans = _first_plans(holds, others)
    prices = offers(
        account=holds.account,
        plans=[plan for each in plans.values() for plan in each],
        on=holds.on,
        buyer=holds.buyer,
    )
    found = [_of_product(product, around, plans, prices) for product in others]
    platform = _first_priced(plans.get(None, []), prices)
    if platform:
        found.append(_of_platform(platform, around, prices))
    return found


def _around(holds: Standing, positioning: Positioning, others: list[Product]) -> Around:
    owned, before = holds.products, predecessors()
    live = list(Integration.objects.filter(status=IntegrationStatus.LIVE))
    thresholds = Threshold.objects.values_on(holds.on)
    to = [product.pk for product in others]
    return Around(
        holds,
        positioning,
        owned,
        missing_before(products=others, held=owned, before=before),
        _better_after(owned, before),
        leads(held=owned, to=to, on=holds.on, thresholds=thresholds),
        _shown(holds, thresholds),
        {frozenset((each.product_a_id, each.product_b_id)): each.better_together for each in live},
        flows(owned, live=live),
    )


def _of_product(
    product: Product, around: Around, plans: dict, prices: dict[int, Offered]
) -> Candidate:
    plan = _first_priced(plans.get(product.pk, []), prices)
    lead = next(iter(around.leads[product.pk]), None)
    adjacent = any(frozenset((product.pk, held)) in around.flowing for held in around.owned)
    return Candidate(
        product,
        plan,
        plan and prices[plan.pk],
        around.positioning.posture(product),
        Motion.ADJACENT_CROSS_SELL if adjacent else Motion.COMPLEMENTARY_CROSS_SELL,
        lead,
        around.lacking[product.pk],
        around.better_after.get(product.pk, []),
        around.shown.get(product.pk),
        around.statements.get(frozenset((product.pk, lead.held)), "") if lead else "",
    )


def _of_platform(plan: Plan, around: Around, prices: dict[int, Offered]) -> Candidate:
    posture = around.positioning.posture(None)
    return Candidate(None, plan, prices[plan.pk], posture, Motion.PLATFORM_CROSS_SELL)


def _first_plans(holds: Standing, others: list[Product]) -> dict[int | None, list[Plan]]:
    """Public tiers on sale of each product, the lowest first; with None the platforms."""
    by_id = {product.pk: product for product in others}
    homes = {product.portfolio_id for product in holds.products.values()}
    wanted = Q(kind=PlanKind.TIER, product__in=by_id)
    wanted |= Q(kind=PlanKind.PLATFORM, portfolio__in=homes)
    plans = Plan.objects.on_sale(on=holds.on).filter(wanted, is_public=True)
    found: dict[int | None, list[Plan]] = defaultdict(list)
    for plan in plans.order_by("rank", "code"):
        if plan.product_id:
            plan.product = by_id[plan.product_id]
        found[plan.product_id].append(plan)
    return found


def _first_priced(plans: list[Plan], prices: dict[int, Offered]) -> Plan | None:
    """The first of the plans with a price for the account, else the first there is."""
    priced = (plan for plan in plans if prices[plan.pk].mrr is not None)
    return next(priced, plans[0] if plans else None)


def _better_after(
    owned: dict[int, Product], before: dict[str, dict[int, list[Product]]]
) -> dict[int, list[Product]]:
    """What had better come before each product and is not owned."""
    recommended = before[SequenceKind.RECOMMENDED]
    return {
        after: [product for product in products if product.pk not in owned]
        for after, products in recommended.items()
    }


def _shown(holds: Standing, thresholds: Mapping[str, Decimal]) -> dict[int, date]:
    """The last day each product was shown to the account, of those that count as lately."""
    lately = facts.days_of(facts.EXPOSURE_GAP, on=holds.on, thresholds=thresholds)
    rows = Exposure.objects.within(since=holds.on - lately, on=holds.on)
    rows = rows.filter(account=holds.account)
    return dict(rows.order_by("shown_on").values_list("product", "shown_on"))


def is_sold(candidate: Candidate, *, on: date) -> bool:
    """Whether new customers can buy the product on the day."""
    product = candidate.product
    return product is None or product.status(on=on) == ProductStatus.ON_SALE
