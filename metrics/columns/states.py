"""What every account holds and pays on a day, as the entries leave it."""

from collections.abc import Callable
from datetime import date

import numpy as np

from metrics.columns.columns import Columns

KEPT_STATES = 16  # of half-years; 4 or 8 bytes an account each


class States:
    """What every account holds and pays on days, worked out when first asked for."""

    def __init__(self, columns: Columns) -> None:
        # By day, what each account pays, and its entry that is in force; 0: none yet.
        self.paid = Walk(columns, lambda places: columns.after[places], np.float64)
        self.entry = Walk(columns, _numbers, np.int32)


class Walk(dict[date, np.ndarray]):
    """By day, a value of the entry of each account that is in force; nought for no entry."""

    def __init__(self, columns: Columns, value: Callable, kind: type) -> None:
        super().__init__()
        self.columns, self.value, self.kind = columns, value, kind

    def __missing__(self, day: date) -> np.ndarray:
        """From the nearest day before it that is known: one of this question, or the first of
        the half-year, which is remembered."""
        columns, edge = self.columns, day.replace(month=1 if day.month < 7 else 7, day=1)
        earlier = max((each for each in self if edge <= each < day), default=None)
        known = (self[earlier] if earlier else self._at(edge)).copy()
        places = slice(*(columns.place(each, after=True) for each in (earlier or edge, day)))
        # Of several entries of an account the last one stays: they are in order.
        known[columns.account[places]] = self.value(places)
        if columns.hidden is not None:
            known[columns.hidden] = 0
        self[day] = known
        return known

    def _at(self, edge: date) -> np.ndarray:
        """The state on the first day of a half-year, whoever is hidden."""
        columns, until = self.columns, self.columns.place(edge, after=True)
        found = np.zeros(len(columns.id), dtype=self.kind)
        if until == 1:
            return found
        known = columns.remembered(f"states {self.kind.__name__}", dict)
        if edge not in known:
            places = np.flatnonzero(columns.until[:until] > np.int32(edge.toordinal()))
            found[columns.account[places]] = self.value(places)
            while len(known) >= KEPT_STATES:
                known.pop(next(iter(known)), None)
            known[edge] = found
        return known[edge]


def _numbers(places: slice | np.ndarray) -> np.ndarray:
    if isinstance(places, slice):
        return np.arange(places.start, places.stop, dtype=np.int32)
    return places
