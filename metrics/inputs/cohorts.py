"""What customers pay on the monthly anniversaries of their first paid day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np

from metrics.columns.calendar import months_completed, months_of
from metrics.columns.columns import Columns
from metrics.columns.keeping import book
from metrics.columns.window import of_first_days
from metrics.registry import Asked, Group, Input, Read

LOGOS = np.array([0, 1, 1, 0, 0, -1], dtype=np.int8)  # by kind: none, then as in KINDS
PARAMETERS = ("segment", "region", "product", "cohort", "currency", "known_at", "gap_days")
GROUPS = ("segment", "region", "currency")
LARGEST = 4_000_000  # cells of a table that is remembered, of 16 bytes
MANY = 1 << 16  # more months than there are
ALL = slice(None)


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
    total, groups = Tables(on), defaultdict(lambda: Tables(on))
    for columns in book(asked):
        window = of_first_days(columns, on)
        chosen = window.chosen(asked.ids, asked)
        total.add(columns, chosen)
        for key, mask in window.groups_of(asked):
            groups[key].add(columns, mask if chosen is None else mask & chosen)
    told: dict[Group, list] = {key: [tables.told()] for key, tables in groups.items()}
    return Read([total.told()], told)


@dataclass(frozen=True)
class Classes:
    """Accounts that began on one day, in one segment, region and currency, as a class; and what
    their entries bring.

    Accounts of a class have completed the same months on any day, and most questions are about
    whole classes. They are in the order of their first days, whoever is hidden.
    """

    of_account: np.ndarray  # the last one for who never pays
    first: np.ndarray
    size: np.ndarray
    sums: list[np.ndarray]

    @classmethod
    def of(cls, columns: Columns) -> Self:
        return columns.remembered("cohort classes", lambda: cls._made(columns))

    @classmethod
    def _made(cls, columns: Columns) -> Self:
        began, (names, places) = np.flatnonzero(columns.first > 0), columns.currencies
        width = int(columns.age.max(initial=0)) + 1
        day = finer = columns.first[began].astype(np.int64)
        for keys, codes in (columns.coded("segment"), columns.coded("region"), (names, None)):
            of_began = places[began] if codes is None else codes[columns.first_entry[began]]
            finer = finer * len(keys) + of_began
        for key in (finer, day):  # by the day alone where there would be too many
            _, index, of_began = np.unique(key, return_index=True, return_inverse=True)
            if len(index) * width <= LARGEST:
                break
        of_account = np.full(len(columns.id), len(index), dtype=np.int32)
        of_account[began] = of_began
        sums = _added_up(columns, of_account, (len(index) + 1, width))
        size = np.bincount(of_began, minlength=len(index))
        return cls(of_account, day[index].astype(np.int32), size, [each[:-1] for each in sums])


def _added_up(
    columns: Columns, row: np.ndarray, shape: tuple[int, int], some: slice | np.ndarray = ALL
) -> list[np.ndarray]:
    """By the row of the account and the age of the entry, the money that entries bring, and how
    many accounts come or go by them; later ages with the last."""
    age = np.minimum(columns.age[some], shape[1] - 1)
    cell = row[columns.account[some]].astype(np.intp) * shape[1] + age
    change, logos = columns.after[some] - columns.before[some], LOGOS[columns.kind[some]]
    size = shape[0] * shape[1]
    return [np.bincount(cell, weights, size).reshape(shape) for weights in (change, logos)]


class Tables:
    """Cohorts by months, added up over columns."""

    def __init__(self, on: date) -> None:
        self.on, self.last = on, on.year * 12 + on.month - 1
        # By cohort and months: who started, who stays, and what they paid first and pay now.
        self.cells: dict[int, np.ndarray] = {}
        self.whole: dict[int, int] = {}
        self.currencies: set[str] = set()

    def add(self, columns: Columns, mask: np.ndarray | None) -> None:
        meant = (columns.first > 0) & (columns.first <= self.on.toordinal())
        meant = meant if mask is None else meant & mask
        if columns.hidden is not None:
            meant &= ~columns.hidden
        if not meant.any():
            return
        names, places = columns.currencies
        self.currencies |= {names[at] for at in np.flatnonzero(np.bincount(places[meant]))}
        classes = Classes.of(columns)
        counts = np.bincount(classes.of_account[meant], minlength=len(classes.size))
        whole = counts == classes.size
        self._count(classes.first[whole], classes.size[whole], [s[whole] for s in classes.sums])
        some = meant & ~np.append(whole, True)[classes.of_account]
        if some.any():
            self._count_some(columns, some)

    def _count_some(self, columns: Columns, some: np.ndarray) -> None:
        """Accounts that are not a whole class, together by their first days."""
        first, of_some = np.unique(columns.first[some], return_inverse=True)
        row = np.zeros(len(some), dtype=np.int32)
        row[some] = of_some
        entries = np.flatnonzero(some[columns.account])
        shape = len(first), int(columns.age[entries].max(initial=0)) + 1
        sums = _added_up(columns, row, shape, entries)
        self._count(first, np.bincount(of_some), sums)

    def _count(self, first: np.ndarray, started: np.ndarray, sums: list[np.ndarray]) -> None:
        """Everybody counts for the months that they have completed.

        Those of a cohort have completed one of two numbers of months, the earlier ones more.
        """
        cohort, day = months_of(first), np.full(len(first), self.on.toordinal())
        completed = months_completed(first, day)
        begins = np.flatnonzero(np.diff(cohort * MANY + completed, prepend=-1))
        if not len(begins):
            return
        begun = np.add.reduceat(started, begins)
        money, logos = (np.add.reduceat(each, begins).cumsum(axis=1) for each in sums)
        for row, place in enumerate(begins.tolist()):
            key, months = int(cohort[place]), int(completed[place])
            self.whole[key] = min(self.whole.get(key, months), months)
            ages = np.minimum(np.arange(months + 1), money.shape[1] - 1)  # nothing moved since
            cells = self.cells.setdefault(key, np.zeros((4, self.last - key + 1)))
            for cell, value in enumerate(
                (begun[row], logos[row, ages], money[row, 0], money[row, ages])
            ):
                cells[cell, : months + 1] += value

    def told(self) -> Cohorts:
        return Cohorts(
            [
                Cell(cohort, months, *map(round, cell), months <= self.whole[cohort])
                for cohort, cells in sorted(self.cells.items())
                for months, cell in enumerate(cells.T.tolist())
                if cell[0]
            ],
            tuple(sorted(self.currencies)),
        )


COHORTS = Input(read, False, PARAMETERS, GROUPS, has_series=False)
