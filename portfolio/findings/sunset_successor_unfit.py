"""Where customers of an ending product are sent, there must be something."""

from collections.abc import Iterator

from config.findings import Asked, Found, Severity, finding
from portfolio.catalog import CATALOG, about, lives
from portfolio.ending import ENDING, plans


@finding(Severity.ERROR, needs=(*CATALOG, *ENDING))
def sunset_successor_unfit(asked: Asked) -> Iterator[Found]:
    """The successor of an ending product cannot take over. It is on its way out itself, is not
    sold yet, or ends before the product that it should replace."""
    for plan in asked.once(plans).values():
        if lives(plan.product, asked) and (fault := plan.successor_fault()):
            yield Found(plan, fault, about(plan.product), {"successor": plan.successor.code})
