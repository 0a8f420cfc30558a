"""A product that ends has a plan for its customers."""

from collections.abc import Iterator

from config.findings import Asked, Found, Severity, finding
from portfolio.catalog import CATALOG, about, catalog, lives
from portfolio.ending import ENDING, plans
from portfolio.models import ProductRole


@finding(Severity.WARNING, needs=(*CATALOG, *ENDING))
def sunset_without_plan(asked: Asked) -> Iterator[Found]:
    """A product on its way out has no sunset plan. Its customers need to know what they get
    instead, or that there is nothing, why, and how early they are told."""
    planned = asked.once(plans)
    for product in asked.once(catalog).in_role(ProductRole.SUNSET):
        if product.pk not in planned and lives(product, asked):
            yield Found(
                product,
                f"{product} is on its way out and has no sunset plan: "
                "say what its customers get instead.",
                about(product),
                {"end_of_life_on": product.end_of_life_on},
            )
