"""Neighbouring tiers."""

from collections import defaultdict
from collections.abc import Iterator

from config.findings import Asked, Found, Severity, finding
from pricing.comparison import compare_tiers
from pricing.offered import OFFERS, about, offered
from pricing.plan_prices import PlanPrice
from pricing.tier_gaps import judge, thresholds_on


@finding(Severity.WARNING, needs=(*OFFERS, "pricing.view_entitlement", "pricing.view_feature"))
def tiers_too_near(asked: Asked) -> Iterator[Found]:
    """Neighbouring tiers differ too little for their prices. Fewer improved features than
    customers see, a limit that grows less than the price, or value in the wrong tier."""
    found, thresholds = asked.once(offered), thresholds_on(asked.on)
    by_product = defaultdict(list)
    for plan in sorted(found.tiers, key=lambda plan: plan.rank):
        by_product[plan.product].append(plan)
    for comparison in compare_tiers(by_product, on=asked.on):
        told = set()
        for market in found.markets or [None]:
            prices = {
                tier.plan.code: PlanPrice(total, market.currency)
                for tier in comparison.tiers
                if market and (total := found.prices.total(tier.plan, market)) is not None
            }
            for remark in judge(comparison, prices, thresholds).all_remarks:
                if remark.sentence not in told:
                    told.add(remark.sentence)
                    plan = remark.plans[0]
                    yield Found(plan, remark.sentence, about(plan), {"remark": remark.code})
