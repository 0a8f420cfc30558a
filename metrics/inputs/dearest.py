"""Who pays most on a day, looked for among the entries that tell of the most money."""

from datetime import date
from functools import cached_property

import numpy as np

from metrics.columns.columns import Columns
from metrics.columns.keeping import book
from metrics.registry import Asked, Group, Ids

CANDIDATES = 4096  # entries: of most days and groups the dearest one is among so many


class Dearest:
    """What the account that pays most pays on a day, and how many products it holds."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    @cached_property
    def books(self) -> list[Columns]:
        return book(self.asked)

    def on(self, day: date, *group: Group) -> tuple[int, int] | None:
        """Of all who are meant or of a group, minor units a month and products; of equals, of the
        one with most products. None where it is not among those that were looked at."""
        by = self.asked.scope.group_by
        ids = self.asked.ids | ({by: group[0]} if group and by else {})
        found = [self._of(columns, day, ids) for columns in self.books]
        return None if None in found else max(found)

    def _of(self, columns: Columns, day: date, ids: Ids) -> tuple[int, int] | None:
        places, every = columns.remembered("dearest", lambda: _candidates(columns))
        number = np.int32(day.toordinal())
        there = (columns.day[places] <= number) & (number < columns.until[places])
        there &= self._meant(columns, places, ids)
        first = int(there.argmax()) if there.any() else None
        if first is None:
            return (0, 0) if every else None
        money = columns.after[places[first]]
        if not every and money == columns.after[places[-1]]:
            return None  # another of the same money may not be among them
        return round(money), int(columns.products[places[first]])

    def _meant(self, columns: Columns, places: np.ndarray, ids: Ids) -> np.ndarray:
        account = columns.account[places]
        meant = np.ones(len(places), dtype=bool)
        if columns.hidden is not None:
            meant &= ~columns.hidden[account]
        for name, key in ids.items():
            if name in ("segment", "region"):
                meant &= getattr(columns, name)[places] == (key or 0)
            elif name == "currency":
                meant &= columns.currency[account] == key.encode()
            elif name == "product":
                meant &= self._holding(columns.set[places], key)
        return meant

    def _holding(self, sets: np.ndarray, product: int) -> np.ndarray:
        known, at = np.unique(sets, return_inverse=True)
        catalog = self.asked.catalog
        return catalog.set_members(known)[at, list(catalog.products).index(product)] > 0


def _candidates(columns: Columns) -> tuple[np.ndarray, bool]:
    """The entries that leave the most money, dearest first, and whether these are all that leave
    any."""
    paid = columns.after
    places = np.flatnonzero(paid)
    every = len(places) <= CANDIDATES
    if not every:
        places = np.argpartition(paid, -CANDIDATES)[-CANDIDATES:]
    return places[np.lexsort((-columns.products[places], -paid[places]))], every
