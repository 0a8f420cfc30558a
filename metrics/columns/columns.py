"""The entries of the ledger that are in force, as columns."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self

import numpy as np

from accounts.models.ledger import Part
from metrics.columns.calendar import months_of
from metrics.models import KINDS
from metrics.registry import Catalog

# What an entry has beside its day; money is in whole minor units, exact up to 2^53.
ENTRY = {
    "account": "i4",  # place among `ids`
    "day": "i4",  # days are proleptic Gregorian ordinals
    "until": "i4",  # the day of the account's next entry
    "before": "f8",
    "after": "f8",
    "set": "i4",
    "products": "i2",
    "segment": "i4",  # 0: none
    "region": "i4",
    "kind": "u1",  # of movement: its place among KINDS + 1; 0: none
    "age": "i2",  # months after the account's first day that it counts from
}
# What accounts have, and what only some entries have: how many upsells, and parts of the change.
ACCOUNT = {"id": "i8", "currency": "S3", "first": "i4"}
PART = {"part_entry": "i4", "part_kind": "u1", "part_amount": "f8"}
PARTS = {name: place for place, name in enumerate((*Part.values, "upsells"))}
NEVER = date.max.toordinal()


@dataclass(frozen=True)
class OfAccounts:
    """What accounts have: their ids in order, their currency, and the first day on which each
    pays, nought for never.

    Accounts that are hidden count as if they had nothing: what holds of them stands elsewhere.
    """

    id: np.ndarray
    currency: np.ndarray
    first: np.ndarray
    hidden: np.ndarray | None = field(default=None, kw_only=True)
    # What was worked out of the columns, whoever is hidden: shared with those made from these.
    memory: dict[str, Any] = field(default_factory=dict, compare=False, repr=False, kw_only=True)

    def without(self, accounts: np.ndarray) -> Self:
        """The same with the accounts of these ids hidden."""
        hidden = np.isin(self.id, accounts)
        if self.hidden is not None:
            hidden |= self.hidden
        return replace(self, hidden=hidden) if hidden.any() else self

    def remembered(self, name: str, made: Callable[[], Any]) -> Any:
        """What `made` works out of the columns, whoever is hidden, worked out once."""
        if name not in self.memory:
            self.memory[name] = made()
        return self.memory[name]

    @property
    def cohort(self) -> np.ndarray:
        """The month of each account's first paid day, as year x 12 + month - 1; 0 for never."""
        return self.remembered("cohort", lambda: np.where(self.first > 0, months_of(self.first), 0))

    @property
    def currencies(self) -> tuple[list[str], np.ndarray]:
        """The currencies that there are, and the place of each account's among them."""
        return self.remembered("currencies", self._currencies)

    def _currencies(self) -> tuple[list[str], np.ndarray]:
        names, places = np.unique(self.currency, return_inverse=True)
        return [name.decode() for name in names], places.astype(np.int16)


@dataclass(frozen=True)
class Columns(OfAccounts):
    """Entries in the order of their days, after one that stands for none: all noughts."""

    account: np.ndarray
    day: np.ndarray
    until: np.ndarray
    before: np.ndarray
    after: np.ndarray
    set: np.ndarray
    products: np.ndarray
    segment: np.ndarray
    region: np.ndarray
    kind: np.ndarray
    age: np.ndarray
    part_entry: np.ndarray
    part_kind: np.ndarray
    part_amount: np.ndarray
    # Where gaps are bridged: the products of sets that the ledger does not know, by number.
    made: dict[int, tuple[int, ...]] | None = None

    def members(self, sets: np.ndarray, catalog: Catalog) -> np.ndarray:
        """Sets x products of the catalog: which set has which product, as 0 and 1."""
        if not self.made:
            return catalog.set_members(sets)
        new = np.isin(sets, list(self.made))
        found = np.zeros((len(sets), len(catalog.products)))
        found[~new] = catalog.set_members(sets[~new])
        for row in np.flatnonzero(new):
            held = self.made[int(sets[row])]
            found[row] = [product in held for product in catalog.products]
        return found

    def place(self, day: date, *, after: bool = False) -> int:
        """The place of the first entry of the day or later; `after`: later than the day."""
        # A number of the column's own type, or the whole column would be converted first.
        number = np.int32(day.toordinal())
        return max(1, int(self.day.searchsorted(number, "right" if after else "left")))

    def entries(self, start: date, end: date) -> slice:
        """Where the entries of a period [start, end) lie, those of hidden accounts too."""
        return slice(self.place(start), self.place(end))

    @property
    def first_entry(self) -> np.ndarray:
        """The entry by which each account began to pay, 0 for never, whoever is hidden."""
        return self.remembered("first entry", self._first_entry)

    def _first_entry(self) -> np.ndarray:
        found, new = np.zeros(len(self.id), dtype=np.int32), self.moving("new")
        found[new.account[::-1]] = new.places[::-1]
        return found

    def coded(self, name: str) -> tuple[list[int], np.ndarray]:
        """The values of a column of few, in order, and the place of each entry's among them."""
        return self.remembered(f"coded {name}", lambda: self._coded(name))

    def _coded(self, name: str) -> tuple[list[int], np.ndarray]:
        keys, places = numbered(getattr(self, name))
        return keys, places.astype(np.min_scalar_type(len(keys)))

    def moving(self, kind: str) -> "Moving":
        """The entries that move something of a kind; those of hidden accounts are among them."""
        return self.remembered(f"moving {kind}", lambda: self._moving(kind))

    def _moving(self, kind: str) -> "Moving":
        places = np.flatnonzero(self.kind == KINDS.index(kind) + 1).astype(np.int32)
        return Moving(places, self.account[places], self.after[places] - self.before[places])

    def parts(self, start: date, end: date) -> slice:
        """Where the parts of the entries of a period lie."""
        return self.within(self.part_entry, start, end)

    def within(self, places: np.ndarray, start: date, end: date) -> slice:
        """Where, among places of entries in their order, those of a period [start, end) lie."""
        edges = np.array([self.place(start), self.place(end)], dtype=np.int32)
        return slice(*places.searchsorted(edges).tolist())


@dataclass(frozen=True)
class Moving:
    """Entries in the order of their days: their places, whose they are, and the money that each
    moves."""

    places: np.ndarray
    account: np.ndarray
    change: np.ndarray

    def between(self, columns: Columns, start: date, end: date) -> Self:
        """Those of a period [start, end)."""
        some = columns.within(self.places, start, end)
        return Moving(self.places[some], self.account[some], self.change[some])


def distinct(values: np.ndarray) -> np.ndarray:
    """The whole numbers that there are, in order: `np.unique` tells them apart by hashing, which
    takes many times as long as sorting them."""
    found = np.sort(values)
    return found[np.append(True, found[1:] != found[:-1])[: len(found)]]


def numbered(values: np.ndarray) -> tuple[list[int], np.ndarray]:
    """The values that there are, in order, and the place of each among them.

    For small whole numbers, much quicker than sorting them.
    """
    if not len(values):
        return [], values
    keys = np.flatnonzero(np.bincount(values))
    places = np.zeros(int(keys[-1]) + 1, dtype=np.int32)
    places[keys] = np.arange(len(keys))
    return keys.tolist(), places[values]
