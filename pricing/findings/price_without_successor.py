"""A price that ends is followed by another, or its end is meant."""

from collections.abc import Iterator
from datetime import timedelta

from config.access.scopes import Scope
from config.access.scoping import visible
from config.findings import Asked, Found, Severity, finding
from portfolio.catalog import about
from pricing.models import Price

SOON = timedelta(days=90)
MOST = 500


@finding(Severity.WARNING, needs=("pricing.view_price",), scope=Scope.PRICES_READ)
def price_without_successor(asked: Asked) -> Iterator[Found]:
    """A price ends within 90 days and none follows it. From that day on nobody can buy by this
    book for this interval: unless that is meant, a release should set the next price."""
    rows = Price.objects.ending(after=asked.on, before=asked.on + SOON)
    names = ("charge__plan__product__portfolio", "charge__plan__portfolio", "book")
    rows = visible(rows, asked.actor).select_related(*names)
    for price in rows.order_by("ends_on", "pk")[:MOST]:
        yield Found(
            price,
            f"{price.charge} has no price in {price.book}, {price.currency} a {price.interval}, "
            f"from {price.ends_on} on.",
            about(price.charge.plan.product or price.charge.plan.portfolio),
            {"book": price.book.code, "ends_on": price.ends_on.isoformat()},
        )
