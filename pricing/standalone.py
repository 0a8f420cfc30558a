"""Which products can be bought by themselves, as one reader sees it."""

from collections import defaultdict

from config.access.scoping import visible
from config.findings import Asked
from portfolio.models import ProductStatus
from pricing.models import Plan, PlanKind

PLANS = ("pricing.view_plan",)


def standalone_plans(asked: Asked) -> dict[int, list[Plan]]:
    """By product, the plans by which it can be bought alone on the day: its tiers on sale."""
    by_product = defaultdict(list)
    tiers = visible(Plan.objects.filter(kind=PlanKind.TIER), asked.actor)
    for plan in tiers.order_by("product", "rank"):
        if plan.status(on=asked.on) == ProductStatus.ON_SALE:
            by_product[plan.product_id].append(plan)
    return dict(by_product)
