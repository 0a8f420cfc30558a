"""A suite is sold as one."""

from collections.abc import Iterator

from config.findings import Asked, Found, Severity, finding
from portfolio.catalog import CATALOG, about, catalog
from portfolio.models import PortfolioModel
from pricing.standalone import PLANS, standalone_plans


@finding(Severity.WARNING, needs=(*CATALOG, *PLANS))
def suite_sold_apart(asked: Asked) -> Iterator[Found]:
    """A product of a suite can be bought alone. A suite is sold as one: a public plan for a
    single product of it competes with the whole."""
    found, plans = asked.once(catalog), asked.once(standalone_plans)
    for portfolio in found.of_model(PortfolioModel.SUITE):
        for product in found.of(portfolio):
            public = [plan for plan in plans.get(product.pk, []) if plan.is_public]
            if public:
                names = ", ".join(plan.name for plan in public[:3])
                yield Found(
                    product,
                    f"{product} belongs to a suite, and anybody can buy it alone: {names}"
                    f"{' and more' if len(public) > 3 else ''}.",
                    about(product),
                    {"plans": [plan.code for plan in public]},
                )
