"""An anchor is where customers begin."""

from collections.abc import Iterator

from config.access.scopes import Scope
from config.findings import Asked, Found, Severity, finding
from metrics.role_evidence import SEES, evidence, percent
from portfolio.catalog import CATALOG, about, catalog, lives
from portfolio.models import ProductRole


@finding(Severity.WARNING, needs=(*CATALOG, *SEES), scope=Scope.METRICS_READ)
def anchor_not_the_way_in(asked: Asked) -> Iterator[Found]:
    """An anchor is not the product that most customers begin with. The entry share of a product
    is the share of all customers who began with it; of the products of its portfolio the anchor
    should have the largest. Of several anchors only one can have it."""
    found, seen = asked.once(catalog), asked.once(evidence).book.entries
    for portfolio in found.portfolios:
        products = found.of(portfolio)
        first = max(products, key=lambda each: seen.by_product.get(each.pk, 0), default=None)
        most = seen.by_product.get(first.pk, 0) if first else 0
        for anchor in products:
            own = seen.by_product.get(anchor.pk, 0)
            if anchor.role == ProductRole.ANCHOR and own < most and lives(anchor, asked):
                yield Found(
                    anchor,
                    f"{percent(seen.share(anchor))} of {seen.accounts:,} customers began with "
                    f"{anchor}; with {first}, {percent(seen.share(first))} did.",
                    about(anchor),
                    {
                        "entry_share": seen.share(anchor),
                        "largest": first.code,
                        "largest_share": seen.share(first),
                        "accounts": seen.accounts,
                    },
                )
