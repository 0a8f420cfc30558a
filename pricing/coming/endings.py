"""Prices that end with none following them."""

from collections.abc import Iterator
from datetime import timedelta

from config.access.scoping import visible
from pricing.calendar import MOST, Entry, Span, becomes_effective
from pricing.models import Price


@becomes_effective("price without successor", needs=("pricing.view_price",))
def price_ends(span: Span) -> Iterator[Entry]:
    rows = Price.objects.ending(after=span.since - timedelta(days=1), before=span.until)
    if span.book:
        rows = rows.filter(book=span.book)
    rows = visible(rows, span.actor).select_related("charge__plan", "book")
    for row in rows.order_by("ends_on", "pk")[:MOST]:
        sentence = (
            f"{row.charge} has no price in {row.book} any more, {row.currency} a {row.interval}."
        )
        yield Entry(row.ends_on, "price_ends", row, sentence, row.book.code)
