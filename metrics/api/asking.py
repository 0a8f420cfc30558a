"""From query parameters to a question, strictly."""

from datetime import date
from re import fullmatch

from config.api.fields import WHOLE, day_of
from config.api.problems import input_error
from config.codes import CODE
from metrics.registry import Metric, Scope

GROUPS = ("segment", "region", "currency")
LONGEST_SERIES = 120
LARGEST_SUPPORT = 1_000_000_000


def scope_of(metric: Metric, given: dict[str, str], *, today: date) -> Scope:
    """The scope that the parameters of a request mean; `on` is today unless it is said.

    Raises Refusal (400) naming the parameter.
    """
    read = {name: READERS[name](name, text) for name, text in given.items() if name in READERS}
    period = [name for name in ("start", "end", "interval") if name in read]
    if not period:
        return Scope(**{"on": today, **read})
    if len(period) < 3 or "on" in read:
        raise input_error(
            period[0], "series", "A series takes start, end and interval=month, without on."
        )
    start, end = read["start"], read["end"]
    if not start < end:
        raise input_error("end", "period", "The end must lie after the start.")
    if (end.year - start.year) * 12 + end.month - start.month > LONGEST_SERIES:
        raise input_error("start", "period", f"At most {LONGEST_SERIES} months.")
    return Scope(**{"on": date.fromordinal(end.toordinal() - 1), **read})


def _day(name: str, text: str) -> date:
    day = day_of(text)
    if day is None or day.year < 1900 or day.year > 9000:
        raise input_error(name, "invalid", "Must be a day such as 2026-01-31.")
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


def _group(name: str, text: str) -> str:
    return _one_of(name, text, GROUPS)


def _one_of(name: str, text: str, known: tuple[str, ...]) -> str:
    if text not in known:
        raise input_error(name, "invalid", f"Must be one of: {', '.join(known)}.")
    return text


def _support(name: str, text: str) -> int:
    if not WHOLE.fullmatch(text) or not 0 <= int(text) <= LARGEST_SUPPORT:
        raise input_error(name, "invalid", "Must be a whole number of 0 or more.")
    return int(text)


def _level(name: str, text: str) -> float:
    if not fullmatch(r"0\.[0-9]{1,6}", text) or not 0.5 <= float(text) < 1:
        raise input_error(name, "invalid", "Must be a fraction from 0.5 to below 1, such as 0.95.")
    return float(text)


READERS = {
    "on": _day,
    "start": _day,
    "end": _day,
    "interval": _interval,
    "segment": _code,
    "region": _code,
    "product": _code,
    "currency": _currency,
    "group_by": _group,
    "min_support": _support,
    "level": _level,
}
