"""What customers pay on the monthly anniversaries of their first paid day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import numpy as np

from metrics.columns.calendar import months_completed
from metrics.columns.columns import Columns
from metrics.columns.keeping import book
from metrics.columns.window import of_first_days
from metrics.registry import Asked, Group, Input, Read

PARAMETERS = ("segment", "region", "product", "cohort", "currency", "known_at")
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
    for columns in book(asked.version, asked.ids):
        cohorts = Ages(columns, on)
        window = of_first_days(columns, on)
        chosen = window.chosen(asked.ids, asked)
        total.add(cohorts, chosen)
        for key, mask in window.groups_of(asked):
            groups[key].add(cohorts, mask if chosen is None else mask & chosen)
    told: dict[Group, list] = {key: [tables.told()] for key, tables in groups.items()}
    return Read([total.told()], told)


class Ages:
    """How many months each account has completed by a day, and each entry's part in that."""

    def __init__(self, columns: Columns, on: date) -> None:
        self.columns = columns
        self.cohort = columns.cohort
        day = np.full(len(columns.first), on.toordinal())
        first = np.where(columns.first > 0, columns.first, on.toordinal() + 1)
        self.months = months_completed(first, np.maximum(day, 1))
        self.months[first > day] = -1
        entries = slice(1, columns.place(on, after=True))
        self.account, self.age = columns.account[entries], columns.age[entries]
        before, after = columns.before[entries], columns.after[entries]
        self.change = after - before
        self.logos = (after > 0).astype(np.int8) - (before > 0)


class Tables:
    """Cohorts by months, added up over columns."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], np.ndarray] = defaultdict(lambda: np.zeros(4))
        self.whole: dict[int, int] = {}
        self.currencies: set[str] = set()

    def add(self, ages: Ages, mask: np.ndarray | None) -> None:
        columns = ages.columns
        meant = (columns.first > 0) & (ages.months >= 0)
        meant = meant if mask is None else meant & mask
        if columns.hidden is not None:
            meant &= ~columns.hidden
        if not meant.any():
            return
        names, places = columns.currencies
        self.currencies |= {names[at] for at in np.unique(places[meant]).tolist()}
        for cohort, least in _least(ages, meant).items():
            self.whole[cohort] = min(self.whole.get(cohort, least), least)
        self._count(ages, meant)

    def _count(self, ages: Ages, meant: np.ndarray) -> None:
        """Every account counts for the months that it has completed.

        Accounts of a cohort have completed one of two numbers of months; those of each are
        added up together.
        """
        first, width = int(ages.cohort[meant].min()), int(ages.months[meant].max()) + 2
        group = (ages.cohort - first) * width + ages.months
        size = (int(ages.cohort[meant].max()) - first + 1) * width
        entries = meant[ages.account] & (ages.age < width)
        account, age = ages.account[entries], ages.age[entries]
        keys, places = np.unique(group[meant], return_inverse=True)
        row = np.zeros(size, dtype=np.int64)
        row[keys] = np.arange(len(keys))
        cell = row[group[account]] * width + age
        shape = (len(keys), width)
        paid = np.bincount(cell, ages.change[entries], shape[0] * width).reshape(shape)
        logos = np.bincount(cell, ages.logos[entries], shape[0] * width).reshape(shape)
        started = np.bincount(places, minlength=len(keys))
        paid, logos = paid.cumsum(axis=1), logos.cumsum(axis=1)
        for place, key in enumerate(keys.tolist()):
            cohort, completed = key // width + first, key % width
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


def _least(ages: Ages, meant: np.ndarray) -> dict[int, int]:
    """By cohort, the months that its youngest account has completed."""
    cohorts, places = np.unique(ages.cohort[meant], return_inverse=True)
    least = np.full(len(cohorts), np.iinfo(np.int32).max, dtype=np.int64)
    np.minimum.at(least, places, ages.months[meant])
    return dict(zip(cohorts.tolist(), least.tolist(), strict=True))


COHORTS = Input(read, False, PARAMETERS, GROUPS, has_series=False)
