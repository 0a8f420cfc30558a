"""From query parameters to a question, strictly."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from re import fullmatch

from django.utils.dateparse import parse_datetime

from config.api.fields import WHOLE, asked_day, fault_of_day
from config.api.problems import input_error
from config.codes import CODE
from metrics.registry import Metric, Scope
from metrics.stretches import back
from portfolio.models import Motion

LONGEST_SERIES = 120
LARGEST_SUPPORT = 1_000_000_000
LARGEST_POSITION = 2**62
LARGEST_NUMBER = 2**31 - 1
LONGEST_GAP, LONGEST_TRAIL = 366, 60
BASES = ("paid", "activated", "entitled")
DAY = timedelta(days=1)
YEAR = 12  # months of a period that nobody names


def scope_of(metric: Metric, given: dict[str, str], *, today: date) -> Scope:
    """The scope that the parameters of a request mean; `on` is today unless it is said.

    A metric of a period is asked for the twelve calendar months before today's unless start and
    end, or on, are said. Raises Refusal (400) naming the parameter.
    """
    read = {name: READERS[name](name, text) for name, text in given.items() if name in READERS}
    for name, known in {"group_by": metric.reads.groups, **metric.choices}.items():
        if name in read:
            _one_of(name, read[name], known)
    if "followed_to" in metric.parameters:
        read = {"followed_to": today, **read}
    if metric.reads.of_a_period:
        return _period(read, today)
    period = [name for name in ("start", "end", "interval") if name in read]
    if not period:
        return Scope(**{"on": today, **read})
    if len(period) < 3 or "on" in read:
        raise input_error(
            period[0], "series", "A series takes start, end and interval=month, without on."
        )
    _check(read["start"], read["end"])
    return Scope(**{"on": read["end"] - DAY, **read})


def _period(read: dict, today: date) -> Scope:
    """Of a metric of a period: `on` alone is the year that ends with the day."""
    if ("start" in read) != ("end" in read):
        missing = "end" if "start" in read else "start"
        raise input_error(missing, "period", "A period takes both start and end.")
    if "trailing_months" in read and "interval" not in read:
        raise input_error("trailing_months", "series", "It goes with interval=month.")
    last = read.pop("on", None)
    if last is not None and "start" in read:
        raise input_error("on", "period", "A period takes start and end, without on.")
    end = last + DAY if last else today.replace(day=1)
    read = {"start": back(end, YEAR), "end": end, **read}
    _check(read["start"], read["end"])
    return Scope(on=min(today, read["end"] - DAY), **read)


def _check(start: date, end: date) -> None:
    if not start < end:
        raise input_error("end", "period", "The end must lie after the start.")
    if (end.year - start.year) * 12 + end.month - start.month > LONGEST_SERIES:
        raise input_error("start", "period", f"At most {LONGEST_SERIES} months.")


def _day(name: str, text: str) -> date:
    day = asked_day(text)
    if day is None:
        raise input_error(name, "invalid", fault_of_day(text))
    return day


def _code(name: str, text: str) -> str:
    if not CODE.fullmatch(text):
        raise input_error(name, "invalid", "This cannot be a code.")
    return text


def _currency(name: str, text: str) -> str:
    if not fullmatch("[A-Z]{3}", text):
        raise input_error(name, "invalid", "Must be a currency such as EUR.")
    return text


def _interval(name: str, text: str) -> str:
    return _one_of(name, text, ("month",))


def _one_of(name: str, text: str, known: tuple[str, ...]) -> str:
    if text not in known:
        raise input_error(name, "invalid", f"Must be one of: {', '.join(known)}.")
    return text


def _motion(name: str, text: str) -> str:
    return _one_of(name, text, tuple(Motion.values))


def _basis(name: str, text: str) -> str:
    return _one_of(name, text, BASES)


def _month(name: str, text: str) -> date:
    day = asked_day(f"{text}-01")
    if day is None:
        raise input_error(name, "invalid", "Must be a month such as 2026-01.")
    return day


def _known(name: str, text: str) -> int | datetime:
    """A position of the ledger, or an instant with its offset."""
    if WHOLE.fullmatch(text) and int(text) <= LARGEST_POSITION:
        return int(text)
    try:
        instant = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise input_error(
            name, "invalid", "Must be a position, or an instant such as 2026-01-31T12:00:00Z."
        )
    return instant


def _fraction(name: str, text: str) -> Decimal:
    if not fullmatch(r"[01](\.[0-9]{1,6})?", text) or Decimal(text) > 1:
        raise input_error(name, "invalid", "Must be a fraction from 0 to 1, such as 0.8.")
    return Decimal(text)


def _at_most(most: int, least: int = 0):
    def read(name: str, text: str) -> int:
        if not WHOLE.fullmatch(text) or not least <= int(text) <= most:
            raise input_error(name, "invalid", f"Must be a whole number of {least} to {most}.")
        return int(text)

    return read


def _support(name: str, text: str) -> int:
    if not WHOLE.fullmatch(text) or not 0 <= int(text) <= LARGEST_SUPPORT:
        raise input_error(name, "invalid", "Must be a whole number of 0 or more.")
    return int(text)


def _level(name: str, text: str) -> float:
    if not fullmatch(r"0\.[0-9]{1,6}", text) or not 0.5 <= float(text) < 1:
        raise input_error(name, "invalid", "Must be a fraction from 0.5 to below 1, such as 0.95.")
    return float(text)


READERS = {
    "owner": _at_most(LARGEST_NUMBER, least=1),
    "experiment": _code,
    "feature": _code,
    "on": _day,
    "start": _day,
    "end": _day,
    "interval": _interval,
    "segment": _code,
    "region": _code,
    "product": _code,
    "currency": _currency,
    "rates": _code,
    "plan": _code,
    "motion": _motion,
    "cohort": _month,
    "basis": _basis,
    "gap_days": _at_most(LONGEST_GAP),
    "grain": _code,
    "followed_to": _day,
    "trailing_months": _at_most(LONGEST_TRAIL, least=1),
    "gross_margin": _fraction,
    "discount_rate": _fraction,
    "known_at": _known,
    "group_by": _code,
    "min_support": _support,
    "level": _level,
}
