"""A layered portfolio stands on something."""

from collections.abc import Iterator

from config.findings import Asked, Found, Severity, finding
from portfolio.catalog import CATALOG, about, catalog
from portfolio.models import PortfolioModel, ProductRole


@finding(Severity.ERROR, needs=CATALOG)
def layered_without_core_anchor(asked: Asked) -> Iterator[Found]:
    """No anchor is marked as core. In a layered portfolio products build on a core: at least one
    anchor must be marked as core, or nobody can tell where a customer begins."""
    found = asked.once(catalog)
    for portfolio in found.of_model(PortfolioModel.LAYERED):
        anchors = [each for each in found.of(portfolio) if each.role == ProductRole.ANCHOR]
        if not any(each.is_core for each in anchors):
            names = ", ".join(each.name for each in anchors[:5])
            have = f"Its anchors ({names}) are none." if anchors else "It has no anchor at all."
            yield Found(
                portfolio,
                f"{portfolio} is layered, and no anchor of it is marked as core. {have}",
                about(portfolio),
                {"anchors": [each.code for each in anchors]},
            )
