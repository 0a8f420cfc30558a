"""What customers pay on the monthly anniversaries of their first paid day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import numpy as np

from metrics.columns.calendar import months_completed
from metrics.columns.columns import Columns, numbered
from metrics.columns.keeping import book
from metrics.columns.window import of_first_days
from metrics.inputs.pairs import BLOCK
from metrics.registry import Asked, Group, Input, Read

LOGOS = np.array([0, 1, 1, 0, 0, -1], dtype=np.int8)  # by kind: none, then as in KINDS
PARAMETERS = ("segment", "region", "product", "cohort", "currency", "known_at", "gap_days")
GROUPS = ("segment", "region", "currency")


@dataclass(frozen=True)
class Cell:
    """A cohort k months on: who is old enough, and what they paid first and pay now."""

    cohort: int  # year x 12 + month - 1
    months: int
    started: int
    staying: int
    opening: int
    paid: int
    whole: bool  # whether everybody of the cohort is old enough


@dataclass(frozen=True)
class Cohorts:
    cells: list[Cell]
    currencies: tuple[str, ...]

    @property
    def customers(self) -> int:
        return sum(cell.started for cell in self.cells if cell.months == 0)


def read(asked: Asked) -> Read:
    on = asked.days[0]
    total, groups = Tables(), defaultdict(Tables)
    for columns in book(asked):
        cohorts = Ages(columns, on)
        window = of_first_days(columns, on)
        chosen = window.chosen(asked.ids, asked)
        total.add(cohorts, chosen)
        for key, mask in window.groups_of(asked):
            groups[key].add(cohorts, mask if chosen is None else mask & chosen)
    told: dict[Group, list] = {key: [tables.told()] for key, tables in groups.items()}
    return Read([total.told()], told)


class Ages:
    """How many months each account has completed by a day; -1: it has not begun to pay."""

    def __init__(self, columns: Columns, on: date) -> None:
        self.columns, self.last = columns, columns.place(on, after=True)
        day = np.full(len(columns.first), on.toordinal())
        begun = (columns.first > 0) & (columns.first <= day)
        self.months = months_completed(np.where(begun, columns.first, day), day)
        self.months[~begun] = -1

    def added_up(self, row: np.ndarray, shape: tuple[int, int]) -> list[np.ndarray]:
        """By the row of the account and the age of the entry, the money that entries brought,
        and how many accounts came or went by them; some entries at a time."""
        columns, (paid, logos) = self.columns, np.zeros((2, *shape))
        for start in range(1, self.last, BLOCK):
            some = slice(start, min(start + BLOCK, self.last))
            age = np.minimum(columns.age[some], shape[1] - 1)
            cell = row[columns.account[some]] * shape[1] + age
            change = columns.after[some] - columns.before[some]
            paid += np.bincount(cell, change, paid.size).reshape(shape)
            logos += np.bincount(cell, LOGOS[columns.kind[some]], paid.size).reshape(shape)
        return [paid, logos]


class Tables:
    """Cohorts by months, added up over columns."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], np.ndarray] = defaultdict(lambda: np.zeros(4))
        self.whole: dict[int, int] = {}
        self.currencies: set[str] = set()

    def add(self, ages: Ages, mask: np.ndarray | None) -> None:
        columns = ages.columns
        meant = ages.months >= 0
        meant = meant if mask is None else meant & mask
        if columns.hidden is not None:
            meant &= ~columns.hidden
        if not meant.any():
            return
        names, places = columns.currencies
        self.currencies |= {names[at] for at in np.flatnonzero(np.bincount(places[meant]))}
        self._count(ages, meant)

    def _count(self, ages: Ages, meant: np.ndarray) -> None:
        """Every account counts for the months that it has completed.

        Accounts of a cohort have completed one of two numbers of months; those of each are
        added up together, in a row. Who is not meant has a row of their own, which is dropped.
        """
        cohort, months = ages.columns.cohort[meant], ages.months[meant]
        first, width = int(cohort.min()), int(months.max()) + 2
        keys, places = numbered((cohort - first) * width + months)
        row = np.full(len(meant), len(keys), dtype=np.int32)
        row[meant] = places
        started = np.bincount(places, minlength=len(keys))
        sums = ages.added_up(row, (len(keys) + 1, width))
        paid, logos = (each.cumsum(axis=1) for each in sums)
        for place, key in enumerate(keys):
            cohort, completed = key // width + first, key % width
            self.whole[cohort] = min(self.whole.get(cohort, completed), completed)
            for months in range(completed + 1):
                self.cells[cohort, months] += (
                    started[place],
                    logos[place, months],
                    paid[place, 0],
                    paid[place, months],
                )

    def told(self) -> Cohorts:
        return Cohorts(
            [
                Cell(
                    cohort,
                    months,
                    *(round(value) for value in self.cells[cohort, months]),
                    months <= self.whole[cohort],
                )
                for cohort, months in sorted(self.cells)
            ],
            tuple(sorted(self.currencies)),
        )


COHORTS = Input(read, False, PARAMETERS, GROUPS, has_series=False)
