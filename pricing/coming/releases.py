"""Releases of prices, from the draft that names its day to what is published."""

from collections.abc import Iterator

from django.db.models import Count

from config.access.scoping import visible
from pricing.calendar import MOST, Entry, Span, becomes_effective
from pricing.models import PriceRelease, ReleaseState

STANDS = {
    ReleaseState.DRAFT: "is still a draft",
    ReleaseState.IN_REVIEW: "waits for its review",
    ReleaseState.APPROVED: "is approved, and not published yet",
    ReleaseState.PUBLISHED: "takes effect",
}


@becomes_effective("release", needs=("pricing.view_pricerelease", "pricing.view_price"))
def release(span: Span) -> Iterator[Entry]:
    rows = PriceRelease.objects.filter(
        state__in=STANDS, effective_on__gte=span.since, effective_on__lt=span.until
    )
    if span.book:
        rows = rows.filter(book=span.book)
    rows = visible(rows, span.actor).select_related("book").annotate(count=Count("lines"))
    for row in rows.order_by("effective_on", "pk")[:MOST]:
        lines = "1 price" if row.count == 1 else f"{row.count:,} prices"
        sentence = f"“{row}” {STANDS[row.state]}: {lines} of {row.book}."
        yield Entry(row.effective_on, "release", row, sentence, row.book.code)
