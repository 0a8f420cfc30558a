"""The catalog as one reader sees it: read once, asked by every kind of finding."""

from collections import defaultdict
from dataclasses import dataclass

from config.access.scoping import visible
from config.findings import Asked
from portfolio.models import Portfolio, PortfolioModel, Product, ProductRole, ProductStatus

PORTFOLIOS, PRODUCTS = "portfolio.view_portfolio", "portfolio.view_product"
CATALOG = (PORTFOLIOS, PRODUCTS)


@dataclass(frozen=True)
class Catalog:
    """Portfolios and their products, in the order of their codes."""

    portfolios: list[Portfolio]
    products: list[Product]
    by_portfolio: dict[int, list[Product]]

    def of_model(self, model: PortfolioModel) -> list[Portfolio]:
        return [each for each in self.portfolios if each.model == model]

    def of(self, portfolio: Portfolio) -> list[Product]:
        return self.by_portfolio.get(portfolio.pk, [])

    def in_role(self, *roles: ProductRole) -> list[Product]:
        return [each for each in self.products if each.role in roles]


def catalog(asked: Asked) -> Catalog:
    """What the actor sees of the catalog: two queries, however much there is.

    Each product has its portfolio with it.
    """
    portfolios = list(visible(Portfolio.objects.order_by("code"), asked.actor))
    by_id = {each.pk: each for each in portfolios}
    products = [
        each
        for each in visible(Product.objects.order_by("code"), asked.actor)
        if each.portfolio_id in by_id
    ]
    by_portfolio = defaultdict(list)
    for product in products:
        product.portfolio = by_id[product.portfolio_id]
        by_portfolio[product.portfolio_id].append(product)
    return Catalog(portfolios, products, dict(by_portfolio))


def lives(product: Product, asked: Asked) -> bool:
    """Whether somebody may still have the product on the day asked about."""
    return product.status(on=asked.on) != ProductStatus.RETIRED


def sold(product: Product, asked: Asked) -> bool:
    return product.status(on=asked.on) == ProductStatus.ON_SALE


def about(row: Portfolio | Product) -> dict[str, str]:
    """How a finding names the portfolio, and the product, that it is about."""
    if isinstance(row, Portfolio):
        return {"portfolio": row.code}
    return {"portfolio": row.portfolio.code, "product": row.code}
