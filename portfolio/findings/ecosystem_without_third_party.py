"""An ecosystem has others in it."""

from collections.abc import Iterator

from config.findings import Asked, Found, Severity, finding
from portfolio.catalog import CATALOG, about, catalog
from portfolio.models import Origin, PortfolioModel


@finding(Severity.WARNING, needs=CATALOG)
def ecosystem_without_third_party(asked: Asked) -> Iterator[Found]:
    """No product comes from a third party. An ecosystem lives from what others add to it: with
    products of our own alone it is a portfolio of another model."""
    found = asked.once(catalog)
    for portfolio in found.of_model(PortfolioModel.ECOSYSTEM):
        products = found.of(portfolio)
        if not any(each.origin == Origin.THIRD_PARTY for each in products):
            yield Found(
                portfolio,
                f"{portfolio} is an ecosystem, and all its products ({len(products)}) are our own.",
                about(portfolio),
                {"products": len(products)},
            )
