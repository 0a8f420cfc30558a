"""The stretches of days that a question is about."""

from datetime import date, timedelta
from itertools import pairwise

from config.periods import next_month
from metrics.registry import Scope

DAY = timedelta(days=1)


def months_before(day: date, months: int) -> date:
    """The first day of the month that lies so many months before the day's."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def calendar_months(start: date, end: date) -> list[tuple[date, date]]:
    """The period [start, end) cut at the first of each month."""
    edges = [start]
    while edges[-1] < end:
        edges.append(min(next_month(edges[-1]), end))
    return list(pairwise(edges))


def asked_days(scope: Scope) -> list[date]:
    """The days whose state is asked for: one, or the last of each calendar month in the period."""
    if not scope.interval:
        return [scope.on]
    return [end - DAY for _, end in calendar_months(scope.start, scope.end)]


def asked_stretches(scope: Scope, *, of_a_period: bool) -> list[tuple[date | None, date]]:
    """The stretches of a question: of a period the whole, then those of its series.

    With trailing months, each stretch of the series goes back so many months from its end.
    """
    series = calendar_months(scope.start, scope.end) if scope.interval else []
    if not of_a_period:
        return list(series) or [(None, scope.on + DAY)]
    if scope.trailing_months:
        series = [(back(end, scope.trailing_months), end) for _, end in series]
    return [(scope.start, scope.end), *series]


def back(end: date, months: int) -> date:
    """The day so many months before; the last of the month where there is no such day."""
    first = months_before(end, months)
    return min(first + timedelta(days=end.day - 1), next_month(first) - DAY)
