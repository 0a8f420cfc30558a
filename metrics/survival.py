"""How long it takes until something happens, when for some it has not happened yet."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from metrics.statistics import reach

LEAST_AT_RISK = 10  # the curve is told as long as so many are still followed


@dataclass(frozen=True)
class Waits:
    """How many waited so many days until it happened, and how many had by then been followed
    without it; the place in an array is the number of days."""

    events: np.ndarray
    censored: np.ndarray

    @classmethod
    def of(cls, events: np.ndarray, censored: np.ndarray) -> "Waits":
        """From the days that each of them waited."""
        width = int(max(events.max(initial=0), censored.max(initial=0))) + 1
        return cls(np.bincount(events, minlength=width), np.bincount(censored, minlength=width))

    def __add__(self, other: "Waits") -> "Waits":
        return Waits(_both(self.events, other.events), _both(self.censored, other.censored))

    @property
    def n(self) -> int:
        return int(self.events.sum() + self.censored.sum())

    @cached_property
    def at_risk(self) -> np.ndarray:
        """By day, for how many it had not happened before, of those followed that long."""
        return (self.events + self.censored)[::-1].cumsum()[::-1]

    def followed(self, days: int) -> int:
        return int(self.at_risk[days]) if days < len(self.at_risk) else 0


def _both(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The sum of two counts by days, of which one may go on for longer."""
    shorter, longer = sorted((one, other), key=len)
    found = longer.copy()
    found[: len(shorter)] += shorter
    return found


NOBODY = Waits(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))


class Curve:
    """The product-limit estimate (Kaplan and Meier 1958): for what share it has not happened yet.

    On a day on which it happens to some and others are followed no longer, those count as at
    risk. Bounds are on the scale log(-log) with Greenwood's variance.
    """

    def __init__(self, waits: Waits, level: float) -> None:
        self.waits = waits
        self.days = np.flatnonzero(waits.events)
        self.risk, self.happened = waits.at_risk[self.days], waits.events[self.days]
        self.survival = np.cumprod(1 - self.happened / self.risk)
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = self.happened / (self.risk * (self.risk - self.happened))
            error = np.sqrt(np.cumsum(terms)) / np.abs(np.log(self.survival))
            spread = np.exp(reach(level) * error)
            self.low, self.high = self.survival**spread, self.survival ** (1 / spread)

    def _place(self, days: int) -> int:
        """Of the last day until then on which it happened; -1 before the first."""
        return int(np.searchsorted(self.days, days, side="right")) - 1

    def survives(self, days: int) -> float | None:
        """For what share it has not happened by the day; None where nobody was followed so long."""
        place = self._place(days)
        left = float(self.survival[place]) if place >= 0 else 1.0
        return left if left == 0 or self.waits.followed(days) else None

    def reached(self, days: int) -> dict:
        """For what share it has happened by the day, with its bounds where there are any."""
        left, place = self.survives(days), self._place(days)
        bounds = (None, None)
        if left is not None and place >= 0 and 0 < left < 1:
            bounds = (1 - float(self.high[place]), 1 - float(self.low[place]))
        return {
            "days": days,
            "share": None if left is None else 1 - left,
            "low": bounds[0],
            "high": bounds[1],
            "at_risk": self.waits.followed(days),
        }

    def quantile(self, share: float) -> int | None:
        """The first day by which it has happened for the share; None if it never has."""
        # Products of fractions may miss a share such as a half by the last digit.
        there = np.flatnonzero(self.survival <= 1 - share + 1e-12)
        return int(self.days[there[0]]) if len(there) else None

    def restricted_mean(self, days: int) -> float | None:
        """The mean wait of which no more than so many days count; None if it cannot be known."""
        if self.survives(days) is None:
            return None
        inside = self.days < days
        edges = np.concatenate([[0], self.days[inside], [days]])
        return float((np.diff(edges) * np.append(1, self.survival[inside])).sum())

    def points(self) -> list[dict]:
        """The days on which it happened, as long as enough are at risk."""
        told = self.risk >= LEAST_AT_RISK
        left = self.survival[told]
        bounded = (left > 0) & (left < 1)
        columns = {
            "days": self.days[told],
            "share": 1 - left,
            "low": np.where(bounded, 1 - self.high[told], None),
            "high": np.where(bounded, 1 - self.low[told], None),
            "at_risk": self.risk[told],
            "events": self.happened[told],
        }
        rows = zip(*(values.tolist() for values in columns.values()), strict=True)
        return [dict(zip(columns, row, strict=True)) for row in rows]
