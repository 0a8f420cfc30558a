"""One pass over the raw columns in memory with NumPy: what no database is there to slow down."""

from datetime import date

import numpy as np

from benchmarks.book import FIRST_DAY, PRODUCTS, Book
from benchmarks.questions import Question, pairs_of
from benchmarks.variants import Variant


class Columns:
    """The raw lines as narrow arrays."""

    def __init__(self, book: Book) -> None:
        self.accounts = len(book.segment)
        self.account = book.account.astype(np.int32)
        self.bit = (1 << book.product).astype(np.float64)
        self.start, self.end = book.start.astype(np.int16), book.end.astype(np.int16)
        self.mrr = book.mrr.astype(np.float64)  # exact below 2^53

    def number(self, day: date) -> int:
        """A day as the book counts it."""
        return int((np.datetime64(day) - FIRST_DAY).astype(int))

    def live(self, day: int) -> np.ndarray:
        return (self.start <= day) & (self.end > day)


def variants(question: Question, columns: Columns) -> list[Variant]:
    ways = {"pairs": _pairs, "customers": _customers, "mrr": _mrr}
    of_day = ways[question.figure]
    numbers = dict(zip(question.days, question.day_numbers(), strict=True))
    return [
        Variant(
            "NumPy, one pass",
            lambda: {day: of_day(columns, number) for day, number in numbers.items()},
            lambda found: found,
        )
    ]


def _pairs(columns: Columns, day: int) -> dict:
    live = columns.live(day)
    masks = np.bincount(columns.account[live], columns.bit[live], columns.accounts)
    sets, counts = np.unique(masks.astype(np.int32), return_counts=True)
    return pairs_of((sets[:, None] >> np.arange(PRODUCTS)) & 1, counts)


def _customers(columns: Columns, day: int) -> dict:
    sizes = np.bincount(columns.account[columns.live(day)], minlength=columns.accounts)
    return _told(np.bincount(sizes))


def _mrr(columns: Columns, day: int) -> dict:
    live = columns.live(day)
    sizes = np.bincount(columns.account[live], minlength=columns.accounts)
    paid = np.bincount(columns.account[live], columns.mrr[live], columns.accounts)
    return _told(np.bincount(sizes, paid))


def _told(figures: np.ndarray) -> dict:
    return {size: int(figure) for size, figure in enumerate(figures) if size and figure}
