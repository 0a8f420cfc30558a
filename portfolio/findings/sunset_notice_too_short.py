"""Customers know in time what ends."""

from collections.abc import Iterator

from config.findings import Asked, Found, Severity, finding
from portfolio.catalog import CATALOG, about, lives
from portfolio.ending import ENDING, plans
from portfolio.sunsetting import told_late


@finding(Severity.WARNING, needs=(*CATALOG, *ENDING))
def sunset_notice_too_short(asked: Asked) -> Iterator[Found]:
    """Customers of an ending product are told too late. The plan promises so many days between
    the announcement and the end of life; they are fewer, or nothing was announced in time."""
    for plan in asked.once(plans).values():
        if lives(plan.product, asked) and (late := told_late(plan, on=asked.on)):
            yield Found(
                plan,
                f"{plan.product}: {late}",
                about(plan.product),
                {
                    "announced_on": plan.announced_on,
                    "told_by": plan.told_by(),
                    "notice_days": plan.notice_days,
                },
            )
