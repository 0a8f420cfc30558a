"""An attach product is attached to something."""

from collections.abc import Iterator

from config.access.scopes import Scope
from config.findings import Asked, Found, Severity, finding
from metrics.role_evidence import SEES, evidence, percent
from portfolio.catalog import CATALOG, about, catalog, sold
from portfolio.models import ProductRole


@finding(Severity.WARNING, needs=(*CATALOG, *SEES), scope=Scope.METRICS_READ)
def attach_without_affinity(asked: Asked) -> Iterator[Found]:
    """Customers of no anchor take an attach product. Its best attach rate from an anchor of the
    portfolio is weak; anchors with too few customers to judge do not count. The cut is the
    threshold attach-weak, the fewest customers minimum-support."""
    found, seen = asked.once(catalog), asked.once(evidence)
    for portfolio in found.portfolios:
        products = found.of(portfolio)
        anchors = [each for each in products if each.role == ProductRole.ANCHOR]
        for product in products:
            if product.role != ProductRole.ATTACH or not sold(product, asked):
                continue
            best = seen.best_attach(product, anchors)
            if best and best.affinity == "weak":
                yield Found(
                    product,
                    f"Of {best.holders:,} customers of {best.anchor}, {percent(best.rate)} hold "
                    f"{product} too, and no anchor attaches it better.",
                    about(product),
                    {
                        "anchor": best.anchor.code,
                        "rate": best.rate,
                        "holders": best.holders,
                        "both": best.both,
                        "weak": float(seen.thresholds["attach-weak"]),
                    },
                )
