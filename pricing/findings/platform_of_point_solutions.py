"""A platform is sold of products that work together."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from statistics import fmean

from config.access.scoping import visible
from config.findings import Asked, Found, Severity, finding
from portfolio.catalog import CATALOG, about, catalog, lives
from portfolio.coherence import EXACT_TO, PLATFORM, pair_of, relations_among, thresholds_on
from portfolio.models import ProductStatus
from pricing.models import Plan, PlanKind
from pricing.standalone import PLANS


@finding(
    Severity.WARNING,
    needs=(*CATALOG, *PLANS, "portfolio.view_integration", "portfolio.view_workflowedge"),
)
def platform_of_point_solutions(asked: Asked) -> Iterator[Found]:
    """A portfolio sells a platform although its products hardly depend on one another. A platform
    works where customers use many of its products together; where they use few, they resent
    paying for the others. The coherence of the portfolio is below the threshold
    coherence-platform. Its page says which pairs pull it down."""
    sold = _platforms(asked)
    known = thresholds_on(asked.on).get(PLATFORM)
    found = asked.once(catalog)
    products = {
        portfolio: [each for each in found.of(portfolio) if lives(each, asked)]
        for portfolio in found.portfolios
        if portfolio.pk in sold
    }
    if known is None or not products:
        return
    relations = relations_among([each for some in products.values() for each in some])
    for portfolio, some in products.items():
        pairs = [pair_of(a, b, relations).value for a, b in combinations(some, 2)]
        if pairs and round(Decimal(fmean(pairs)), EXACT_TO) < known.value:
            value, plans = fmean(pairs), sold[portfolio.pk]
            yield Found(
                portfolio,
                f"{portfolio} sells {', '.join(plan.name for plan in plans[:3])} as a platform, "
                f"and its coherence is {value:.2f}, below {known.value.normalize():f}.",
                about(portfolio),
                {
                    "coherence": value,
                    "platform": float(known.value),
                    "plans": [plan.code for plan in plans],
                },
            )


def _platforms(asked: Asked) -> dict[int, list[Plan]]:
    """By portfolio, the platform plans on sale on the day."""
    plans: dict[int, list[Plan]] = {}
    for plan in visible(Plan.objects.filter(kind=PlanKind.PLATFORM).order_by("code"), asked.actor):
        if plan.status(on=asked.on) == ProductStatus.ON_SALE:
            plans.setdefault(plan.portfolio_id, []).append(plan)
    return plans
