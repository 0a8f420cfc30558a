"""Half-open stretches of days: from the first day up to, but not including, the last."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, count
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value

from config.errors import DomainError


class BeyondCalendars(DomainError):
    code = "beyond_calendars"


def next_month(day: date) -> date:
    """The first day of the month after the day's."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day where it has no such day.

    Raises BeyondCalendars where there are no years any more.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise BeyondCalendars(f"{months} months from {day} lie beyond all calendars.")
    last = 28 if day.day <= 28 else monthrange(year, month + 1)[1]  # every month has so many
    return date(year, month + 1, min(day.day, last))


def months_between(earlier: date, later: date) -> int:
    """How many times the calendar turns to another month from one day to the other."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def boundary(*, anchor: date, months: int, number: int) -> date:
    """Where term `number` begins, if term 0 begins on the anchor and each has so many months.

    Always counted from the anchor: a 31st that a short month cut to its last day is a 31st again
    in the next long one.
    """
    return add_months(anchor, months * number)


def term_number(*, anchor: date, months: int, on: date) -> int:
    """The number of the term that the day lies in; negative before the anchor."""
    number = months_between(anchor, on) // months
    return number if boundary(anchor=anchor, months=months, number=number) <= on else number - 1


def term(*, anchor: date, months: int, on: date) -> tuple[date, date]:
    """First day, and first day after, of the term that the day lies in."""
    number = term_number(anchor=anchor, months=months, on=on)
    start, end = (boundary(anchor=anchor, months=months, number=number + n) for n in (0, 1))
    return start, end


def boundaries(*, anchor: date, months: int, after: date) -> Iterator[date]:
    """The days after `after` on which terms begin, the anchor the first, one after the other."""
    before = after < anchor
    number = 0 if before else 1 + term_number(anchor=anchor, months=months, on=after)
    return (boundary(anchor=anchor, months=months, number=each) for each in count(number))


def next_boundary(*, anchor: date, months: int, after: date) -> date:
    """The first day after `after` on which a term begins; before the anchor, the anchor itself."""
    return next(boundaries(anchor=anchor, months=months, after=after))


def boundary_from(*, anchor: date, months: int, day: date) -> date:
    """The first day on or after `day` on which a term begins; before the anchor, the anchor."""
    if day <= anchor:
        return anchor
    start, end = term(anchor=anchor, months=months, on=day)
    return day if start == day else end


class DatedQuerySet(models.QuerySet):
    def in_force(self, *, on: date) -> Self:
        """Rows that apply on the day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)


class Dated(models.Model):
    """A row that applies from `starts_on` up to, but not including, `ends_on`."""

    starts_on = models.DateField("starts on")
    ends_on = models.DateField(
        "ends on", null=True, blank=True, help_text="First day it no longer applies; empty: no end."
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")),
                violation_error_message="It must end after it starts.",
            ),
        ]

    def clean(self) -> None:
        # The range of a backwards period is an error of its own in PostgreSQL: name the field
        # first, so that exclusion constraints are not asked about it.
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on <= self.starts_on:
            raise ValidationError({"ends_on": "It must end after it starts."})


def days() -> Func:
    """The row's days as a range, for constraints that compare one row with another."""
    return Func(
        F("starts_on"),
        F("ends_on"),
        Value("[)"),
        function="daterange",
        output_field=DateRangeField(),
    )


def in_order(*fields: str) -> Q:
    """That the dates of one row never descend; a date that is not given says nothing."""
    condition = Q()
    for earlier, later in combinations(fields, 2):
        condition &= Q(**{earlier: None}) | Q(**{later: None}) | Q(**{f"{later}__gte": F(earlier)})
    return condition


def one_at_a_time(*keys, name: str, message: str, condition: Q | None = None):
    """The constraint that two rows of one key never share a day.

    Every key must be NOT NULL (or wrapped so that it is): a null escapes the comparison.
    """
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((key, RangeOperators.EQUAL) for key in keys),
            (days(), RangeOperators.OVERLAPS),
        ],
        condition=condition,
        violation_error_message=message,
    )
