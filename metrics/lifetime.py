"""What a customer is worth over the time that it stays."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from metrics.registry import Interval, Question
from metrics.statistics import FEW, between, reach, resampled
from metrics.stretches import back
from metrics.survival import Curve, Waits

MONTHS = 12
MONTH = 365 / MONTHS  # days


@dataclass(frozen=True)
class Terms:
    """What the value of a customer depends on beside what it pays and how long it stays."""

    margin: float
    rate: float  # of discount, a year
    years: float  # that the churn was counted over

    @classmethod
    def of(cls, question: Question) -> "Terms":
        scope = question.scope
        margin = 1 if scope.gross_margin is None else scope.gross_margin
        return cls(
            float(margin), float(scope.discount_rate or 0), years(question.start, question.end)
        )

    def value(self, arpa: float, retention: float) -> float | None:
        """ARPA x 12 x margin x (1 + r) / (1 + r - retention); None where nobody is ever lost."""
        leaving = 1 + self.rate - self.yearly(retention)
        return arpa * MONTHS * self.margin * (1 + self.rate) / leaving if leaving > 0 else None

    def yearly(self, retention: float) -> float:
        return retention ** (1 / self.years)


def years(start: date, end: date) -> float:
    """How many years a period has: whole months count as such, any other by its days."""
    months = (end.year - start.year) * MONTHS + end.month - start.month
    if months and back(end, months) == start:
        return months / MONTHS
    return (end - start).days / 365


@dataclass(frozen=True)
class Worth:
    """A group at the opening: what each pays, and who is still there at the closing."""

    paid: np.ndarray
    stays: np.ndarray
    terms: Terms

    @property
    def n(self) -> int:
        return len(self.paid)

    @property
    def arpa(self) -> float:
        return float(self.paid.mean())

    @property
    def retention(self) -> float:
        return float(self.stays.mean())

    @property
    def value(self) -> float | None:
        return self.terms.value(self.arpa, self.retention) if self.n else None

    def relative_error(self) -> float:
        """The standard error of the logarithm of the value, by the delta method."""
        yearly = self.terms.yearly(self.retention)
        leaving = 1 + self.terms.rate - yearly
        slope = yearly / (self.terms.years * max(self.retention, 1e-12)) / leaving
        each = self.paid / self.arpa + slope * self.stays
        return float(each.std(ddof=1) / self.n**0.5)

    def resamples(self) -> np.ndarray:
        """The value of each resample of accounts; not a number where nobody left."""
        paid, stays = (each.mean(axis=1) for each in resampled(self.paid, self.stays))
        found = zip(paid, stays, strict=True)
        values = [self.terms.value(paid, stays) for paid, stays in found]
        return np.array([np.nan if value is None else value for value in values])


def survival_value(worth: Worth, lives: Waits, months: int) -> dict:
    """What the first months of a customer bring, each by who is still there at its beginning.

    `lives` are how long customers stayed. None where nobody was followed to the last month.
    """
    curve, terms = Curve(lives, 0.95), worth.terms
    last = round((months - 1) * MONTH)
    value, stays = None, curve.survives(last)
    if stays is not None:
        value = (
            worth.arpa
            * terms.margin
            * sum(
                curve.survives(round(month * MONTH)) / (1 + terms.rate) ** (month / MONTHS)
                for month in range(months)
            )
        )
    return {
        "months": months,
        "value": value,
        "staying": stays,
        "at_risk": lives.followed(last),
        "customers": lives.n,
    }


def value_interval(worth: Worth, level: float) -> Interval | None:
    if worth.n < 2 or worth.value is None:
        return None
    if worth.n < FEW:
        return between(worth.resamples(), level)
    return _scaled(worth.value, worth.relative_error(), level)


def uplift_interval(multi: Worth, single: Worth, level: float) -> Interval | None:
    """Of value(multi) / value(single) - 1: by bootstrap where either group is small."""
    if min(multi.n, single.n) < 2:
        return None
    if min(multi.n, single.n) < FEW:
        # Resamples of the two groups are independent: one goes against the other's in reverse.
        return between(multi.resamples() / single.resamples()[::-1] - 1, level)
    error = (multi.relative_error() ** 2 + single.relative_error() ** 2) ** 0.5
    around = _scaled(multi.value / single.value, error, level)
    return Interval("delta", level, around.low - 1, around.high - 1)


def _scaled(value: float, error: float, level: float) -> Interval:
    """The interval of a figure whose logarithm has a standard error."""
    factor = float(np.exp(reach(level) * error))
    return Interval("delta", level, value / factor, value * factor)
