"""Months between days, for many days at once; days are proleptic Gregorian ordinals."""

from datetime import date
from functools import cache

import numpy as np

LAST = date(2200, 1, 1)  # what lies beyond counts as the day before it
EPOCH = date(1970, 1, 1).toordinal()


@cache
def _calendar() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """By day: its month, its number in the month, and how many days that month has."""
    days = (np.arange(LAST.toordinal()) - EPOCH).astype("M8[D]")
    months = days.astype("M8[M]")
    starts = months.astype("M8[D]")
    lengths = (months + 1).astype("M8[D]") - starts
    numbers = (days - starts).astype(np.int8) + 1
    return months.astype(np.int32) + 1970 * 12, numbers, lengths.astype(np.int8)


def months_of(day: np.ndarray) -> np.ndarray:
    """Each day's month, as year x 12 + month - 1."""
    return _calendar()[0][_within(day)]


def _within(day: np.ndarray) -> np.ndarray:
    return np.minimum(day, LAST.toordinal() - 1)


def months_begun(first: np.ndarray, day: np.ndarray) -> np.ndarray:
    """How many months after the first day the anniversary lies that is not before the day.

    An anniversary falls on the last day of a month that is too short for it.
    """
    months, anniversary, number = _between(first, day)
    return months + (number > anniversary)


def months_completed(first: np.ndarray, day: np.ndarray) -> np.ndarray:
    """How many anniversaries of the first day there were by the day."""
    months, anniversary, number = _between(first, day)
    return months - (number < anniversary)


def _between(first: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    month, number, length = _calendar()
    first, day = _within(first), _within(day)
    return month[day] - month[first], np.minimum(number[first], length[day]), number[day]
