"""What is asked of every variant, and the one form that all answers are compared in.

An answer is {day: {key: figure}}. Keys are pairs of product numbers (the smaller one first, a
product with itself: its holders), numbers of products, or names; figures are customers or
revenue. Of retention, a day is the closing, a year after the opening.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from benchmarks.book import FIRST_DAY

Answer = dict[date, dict]


@dataclass(frozen=True)
class Question:
    """One figure on one day, or at the end of each of several months."""

    name: str
    metric: str
    days: tuple[date, ...]
    figure: Literal["pairs", "customers", "mrr", "retention", "movements", "second", "order"]

    @property
    def is_of_periods(self) -> bool:
        return self.figure in ("retention", "movements")

    @property
    def is_of_first_days(self) -> bool:
        return self.figure in ("second", "order")

    @property
    def is_trend(self) -> bool:
        return len(self.days) > 1

    def day_numbers(self) -> list[int]:
        """The days as the book counts them."""
        return [int((np.datetime64(day) - FIRST_DAY).astype(int)) for day in self.days]


def opening_of(day: date) -> date:
    """The day a year before, whose state is the opening; both are last days of their months."""
    return day.replace(year=day.year - 1, day=monthrange(day.year - 1, day.month)[1])


LAST = date(2025, 12, 31)
MIDDLE = date(2025, 10, 12)  # neither the start nor the end of a month is near
MONTHS = tuple(
    date(year, month, monthrange(year, month)[1]) for year in (2024, 2025) for month in range(1, 13)
)
ATTACH, SIZES, MIX = "attach-rate", "products-per-customer", "multi-product-revenue-mix"
QUESTIONS = (
    Question("attach matrix, last day of a month", ATTACH, (LAST,), "pairs"),
    Question("attach matrix, amid a month", ATTACH, (MIDDLE,), "pairs"),
    Question(
        "products per customer, amid a month", "products-per-customer", (MIDDLE,), "customers"
    ),
    Question("products per customer, 24 months", "products-per-customer", MONTHS, "customers"),
    Question("revenue mix, amid a month", "multi-product-revenue-mix", (MIDDLE,), "mrr"),
    Question("revenue mix, 24 months", "multi-product-revenue-mix", MONTHS, "mrr"),
    Question("NRR and GRR, two dates", "net-revenue-retention", (LAST,), "retention"),
    Question("NRR, 24 trailing windows", "net-revenue-retention", MONTHS, "retention"),
    Question("movements, 24 months", "mrr-movements", MONTHS, "movements"),
    Question("time to second product", "time-to-second-product", (LAST,), "second"),
    Question("adoption order", "adoption-order", (LAST,), "order"),
)


def chosen(metrics: str) -> list[Question]:
    """The questions of some metrics, named by their codes with commas between, or all."""
    wanted = metrics.split(",")
    return [question for question in QUESTIONS if metrics == "all" or question.metric in wanted]


def pairs_of(sets: np.ndarray, counts: np.ndarray) -> dict:
    """The pairs of product sets (a row of 0 and 1 each) that so many accounts hold."""
    matrix = sets.T.astype(float) @ (sets * counts[:, None])
    return pairs_in(matrix.round().astype(np.int64))


def pairs_in(matrix: np.ndarray) -> dict:
    return {
        (int(a), int(b)): int(matrix[a, b]) for a, b in np.argwhere(np.triu(matrix)) if matrix[a, b]
    }
