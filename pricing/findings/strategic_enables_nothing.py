"""A strategic product is there for something."""

from collections.abc import Iterator

from config.access.scoping import visible
from config.findings import Asked, Found, Severity, finding
from portfolio.catalog import CATALOG, about, catalog, lives
from portfolio.models import ProductRole, SegmentEnablement
from pricing.models import PlanEnablement

SEES = ("portfolio.view_segmentenablement", "pricing.view_planenablement")


@finding(Severity.ERROR, needs=(*CATALOG, *SEES))
def strategic_enables_nothing(asked: Asked) -> Iterator[Found]:
    """A strategic product names nothing that it makes possible. It need not earn money itself,
    so it must list at least one plan or segment that could not be sold without it."""
    enabling = set()
    for model in (SegmentEnablement, PlanEnablement):
        rows = visible(model.objects.all(), asked.actor)
        enabling.update(rows.values_list("product", flat=True).distinct())
    for product in asked.once(catalog).in_role(ProductRole.STRATEGIC):
        if product.pk not in enabling and lives(product, asked):
            yield Found(
                product,
                f"{product} is strategic and enables nothing: "
                "name a segment or a plan that could not be sold without it.",
                about(product),
            )
