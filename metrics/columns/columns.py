"""The entries of the ledger that are in force, as columns, and the state they leave on a day."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self

import numpy as np

from accounts.models.ledger import Part
from metrics.columns.calendar import months_of
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

    def entries(self, start: date, end: date) -> slice | np.ndarray:
        """The places of the entries of a period [start, end)."""
        first, last = self.place(start), self.place(end)
        if self.hidden is None:
            return slice(first, last)
        return first + np.flatnonzero(~self.hidden[self.account[first:last]])

    def parts(self, start: date, end: date) -> slice:
        """Where the parts of the entries of a period lie."""
        edges = np.array([self.place(start), self.place(end)], dtype=np.int32)
        return slice(*self.part_entry.searchsorted(edges).tolist())


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
        """From the day before it that is known, if less has changed since than there is."""
        columns, earlier = self.columns, max((each for each in self if each < day), default=None)
        until = columns.place(day, after=True)
        since = columns.place(earlier, after=True) if earlier else 1
        if earlier and until - since < len(columns.id):
            known, places = self[earlier].copy(), slice(since, until)
        else:
            known = np.zeros(len(columns.id), dtype=self.kind)
            places = np.flatnonzero(columns.until[:until] > np.int32(day.toordinal()))
        # Of several entries of an account the last one stays: they are in order.
        known[columns.account[places]] = self.value(places)
        if columns.hidden is not None:
            known[columns.hidden] = 0
        self[day] = known
        return known


def _numbers(places: slice | np.ndarray) -> np.ndarray:
    if isinstance(places, slice):
        return np.arange(places.start, places.stop, dtype=np.int32)
    return places
