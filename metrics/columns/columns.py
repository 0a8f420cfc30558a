"""The entries of the ledger that are in force, as columns, and the state they leave on a day."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Self

import numpy as np

from accounts.models.ledger import Part

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
}
# What accounts have, and what only some entries have: how many upsells, and parts of the change.
ACCOUNT = {"id": "i8", "currency": "S3", "first": "i4"}
PART = {"part_entry": "i4", "part_kind": "u1", "part_amount": "f8"}
UPSELLS = len(Part.values)
KINDS = {**{name: place for place, name in enumerate(Part.values)}, "upsells": UPSELLS}
NEVER = date.max.toordinal()
EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class State:
    """By place of the account: its entry in force on a day (0: none yet), and what it pays."""

    entry: np.ndarray
    paid: np.ndarray


@dataclass(frozen=True)
class Columns:
    """Entries in the order of their days, after one that stands for none: all noughts.

    `first` is the first day on which an account pays, nought for never. Accounts that are hidden
    count as if they had no entries: what holds of them stands elsewhere.
    """

    id: np.ndarray
    currency: np.ndarray
    first: np.ndarray
    account: np.ndarray
    day: np.ndarray
    until: np.ndarray
    before: np.ndarray
    after: np.ndarray
    set: np.ndarray
    products: np.ndarray
    segment: np.ndarray
    region: np.ndarray
    part_entry: np.ndarray
    part_kind: np.ndarray
    part_amount: np.ndarray
    hidden: np.ndarray | None = None

    def place(self, day: date | int, *, after: bool = False) -> int:
        """The place of the first entry of the day or later; `after`: later than the day."""
        number = day if isinstance(day, int) else day.toordinal()
        return max(1, int(np.searchsorted(self.day, number, "right" if after else "left")))

    def states(self, days: list[date]) -> dict[date, "State"]:
        """What every account holds and pays on each day; each from the day before it."""
        found: dict[date, State] = {}
        known = State(np.zeros(len(self.id), dtype=np.int32), np.zeros(len(self.id)))
        since = 1
        for day in sorted(set(days)):
            until = self.place(day, after=True)
            if found:
                known = State(known.entry.copy(), known.paid.copy())
                places = np.arange(since, until, dtype=np.int32)
            else:
                places = np.flatnonzero(self.until[:until] > day.toordinal())
            # Of several entries of an account the last one stays: they are in order.
            account = self.account[places]
            known.entry[account] = places
            known.paid[account] = self.after[places]
            if self.hidden is not None:
                known.entry[self.hidden] = 0
                known.paid[self.hidden] = 0
            found[day], since = known, until
        return found

    def entries(self, start: date, end: date) -> slice | np.ndarray:
        """The places of the entries of a period [start, end)."""
        first, last = self.place(start), self.place(end)
        if self.hidden is None:
            return slice(first, last)
        return first + np.flatnonzero(~self.hidden[self.account[first:last]])

    def parts(self, start: date, end: date) -> slice:
        """Where the parts of the entries of a period lie."""
        edges = [self.place(start), self.place(end)]
        return slice(*np.searchsorted(self.part_entry, edges).tolist())

    def without(self, accounts: np.ndarray) -> Self:
        """The same with the accounts of these ids hidden."""
        hidden = np.isin(self.id, accounts)
        return replace(self, hidden=hidden) if hidden.any() else self

    @cached_property
    def cohort(self) -> np.ndarray:
        """The month of each account's first paid day, as year x 12 + month - 1; 0 for never."""
        months = (self.first - EPOCH).astype("M8[D]").astype("M8[M]").astype(np.int64) + 1970 * 12
        return np.where(self.first > 0, months, 0).astype(np.int32)

    @cached_property
    def currencies(self) -> tuple[list[str], np.ndarray]:
        """The currencies that there are, and the place of each account's among them."""
        names, places = np.unique(self.currency, return_inverse=True)
        return [name.decode() for name in names], places
