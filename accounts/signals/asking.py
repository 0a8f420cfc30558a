"""Days and instants that ways to notice ask about."""

from datetime import date, datetime, time, timedelta

from django.utils.timezone import get_current_timezone

LATE = 7  # a date is noticed on its day, or up to so many days later: a night may be missed


def until(on: date) -> datetime:
    """The first instant after the day, on the house's clock."""
    return datetime.combine(on + timedelta(days=1), time(), tzinfo=get_current_timezone())


def since(on: date, days: int) -> datetime:
    """The first instant of so many days that end with the day."""
    return until(on) - timedelta(days=days)
