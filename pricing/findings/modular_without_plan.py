"""In a modular portfolio each product stands alone."""

from collections.abc import Iterator

from config.findings import Asked, Found, Severity, finding
from portfolio.catalog import CATALOG, about, catalog, sold
from portfolio.models import PortfolioModel
from pricing.standalone import PLANS, standalone_plans


@finding(Severity.WARNING, needs=(*CATALOG, *PLANS))
def modular_without_plan(asked: Asked) -> Iterator[Found]:
    """A product that is on sale cannot be bought alone. In a modular portfolio each product
    stands alone: one that is on sale needs a plan of its own that is on sale too."""
    found, plans = asked.once(catalog), asked.once(standalone_plans)
    for portfolio in found.of_model(PortfolioModel.MODULAR):
        for product in found.of(portfolio):
            if sold(product, asked) and product.pk not in plans:
                yield Found(
                    product,
                    f"{product} is on sale in a modular portfolio, and no plan of it is.",
                    about(product),
                )
