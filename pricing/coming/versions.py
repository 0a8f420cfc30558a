"""Versions of plans that begin."""

from collections.abc import Iterator

from config.access.scoping import visible
from pricing.calendar import MOST, Entry, Span, becomes_effective
from pricing.models import PlanVersion, VersionState

SAYS = {VersionState.DRAFT: "is planned", VersionState.PUBLISHED: "begins"}


@becomes_effective("plan version", needs=("pricing.view_planversion",))
def plan_version(span: Span) -> Iterator[Entry]:
    """Those of every plan, unless one book is asked about: what a plan includes is no price."""
    if span.book:
        return
    rows = PlanVersion.objects.filter(starts_on__gte=span.since, starts_on__lt=span.until)
    rows = visible(rows, span.actor).select_related("plan")
    for row in rows.order_by("starts_on", "pk")[:MOST]:
        yield Entry(row.starts_on, "plan_version", row, f"{row} {SAYS[row.state]}.")
