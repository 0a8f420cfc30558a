"""A product that costs more than it is worth to the portfolio could end."""

from collections.abc import Iterator

from config.access.scopes import Scope
from config.findings import Asked, Found, Severity, finding
from metrics.role_evidence import SEES, evidence
from portfolio.catalog import CATALOG, about, catalog, lives


@finding(Severity.INFO, needs=(*CATALOG, *SEES), scope=Scope.METRICS_READ)
def sunset_suggested(asked: Asked) -> Iterator[Found]:
    """A product could be on its way out. It is neither anchor nor strategic, brings little
    revenue, is held by fewer customers than before, and is strongly tied to no other product.
    Somebody decides: its role never changes by itself. The cuts are the thresholds
    sunset-revenue-share and sunset-falling-months."""
    seen = asked.once(evidence)
    for product in asked.once(catalog).products:
        conditions = seen.ending(product)
        if lives(product, asked) and all(each.holds for each in conditions):
            yield Found(
                product,
                f"{product} could end: {' '.join(each.sentence for each in conditions)}",
                about(product),
                {each.name: each.facts for each in conditions},
            )
