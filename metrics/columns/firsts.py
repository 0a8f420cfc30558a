"""The first day on which each account did something, worked out once for columns that are kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from metrics.columns.columns import PARTS, Columns
from metrics.models import KINDS
from metrics.registry import Catalog

BUY_BACK_DAYS = 180  # a product bought back so soon after it was given up is none that is new
EXPANSION = list(KINDS).index("expansion") + 1


@dataclass(frozen=True)
class Adoptions:
    """When accounts first paid for a product, in the order of the days."""

    account: np.ndarray
    day: np.ndarray

    def until(self, on: int) -> slice:
        """Where those lie that had done so by a day."""
        return slice(int(self.day.searchsorted(np.int32(on), "right")))


@dataclass(frozen=True)
class Together:
    """The accounts that have adopted both products of a pair, and when each.

    They are in the order of `both`, the days since which they had adopted both.
    """

    account: np.ndarray
    first: np.ndarray
    second: np.ndarray
    both: np.ndarray

    def until(self, on: int) -> slice:
        """Where those lie that had adopted both by a day."""
        return slice(int(self.both.searchsorted(np.int32(on), "right")))


class Firsts:
    """First days of the accounts of some columns, hidden or not; 0 stands for never."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._second: np.ndarray | None = None
        self._parts: dict[tuple[str, ...], np.ndarray] = {}
        self._adoptions: dict[int, Adoptions] = {}
        self._pairs: dict[tuple[int, int], Together] = {}

    def _day_of(self, places: np.ndarray) -> np.ndarray:
        """The day of the first of these entries of each account; they are in order of days."""
        day = np.zeros(len(self.columns.id), dtype=np.int32)
        latest_first = places[::-1]
        day[self.columns.account[latest_first]] = self.columns.day[latest_first]
        return day

    @cached_property
    def expansion(self) -> np.ndarray:
        return self._day_of(np.flatnonzero(self.columns.kind == EXPANSION))

    def part(self, names: tuple[str, ...]) -> np.ndarray:
        """Of a change that has a part of one of these kinds."""
        if names not in self._parts:
            wanted = np.isin(np.arange(len(PARTS)), [PARTS[name] for name in names])
            entries = self.columns.part_entry[wanted[self.columns.part_kind]]
            self._parts[names] = self._day_of(entries)
        return self._parts[names]

    def second(self, catalog: Catalog) -> np.ndarray:
        """The first day with two products at once, one of them not just bought back."""
        if self._second is None:
            columns = self.columns
            several = np.flatnonzero(columns.products >= 2)
            day = self._day_of(several)
            suspects = self._with_a_past(day)
            day[suspects] = 0
            for account, found in self._walked(suspects, catalog):
                day[account] = found
            self._second = day
        return self._second

    def _with_a_past(self, second: np.ndarray) -> np.ndarray:
        """The accounts that held different things before they held two products at once."""
        columns = self.columns
        began = np.zeros(len(columns.id), dtype=np.int32)
        began[columns.account[:0:-1]] = columns.set[:0:-1]
        account = columns.account[1:]
        other = (columns.set[1:] != began[account]) & (columns.day[1:] < second[account])
        return np.flatnonzero(np.bincount(account[other], minlength=len(columns.id)))

    def _walked(self, accounts: np.ndarray, catalog: Catalog) -> Iterable[tuple[int, int]]:
        """The same entry by entry, for accounts that may have bought something back."""
        columns = self.columns
        wanted = np.zeros(len(columns.id), dtype=bool)
        wanted[accounts] = True
        places = 1 + np.flatnonzero(wanted[columns.account[1:]])
        places = places[np.argsort(columns.account[places], kind="stable")]
        sets = np.unique(columns.set[places])
        members = columns.members(sets.astype(np.int64), catalog) > 0
        held = dict(zip(sets.tolist(), map(frozenset, map(np.flatnonzero, members)), strict=True))
        named = (columns.account, columns.day, columns.set)
        rows = zip(*(column[places].tolist() for column in named), strict=True)
        account, done, now, until = -1, False, frozenset(), {}
        for whose, day, product_set in rows:
            if whose != account:
                account, done, now, until = whose, False, frozenset(), {}
            then, now = now, held[product_set]
            until |= dict.fromkeys(then - now, day)
            fresh = [p for p in now - then if p not in until or day - until[p] > BUY_BACK_DAYS]
            if not done and len(now) >= 2 and fresh:
                done = True
                yield account, day

    def adoptions(self, catalog: Catalog) -> dict[int, Adoptions]:
        """By product, who first paid for it when."""
        missing = [product for product in catalog.products if product not in self._adoptions]
        if missing:
            columns = self.columns
            sets = np.flatnonzero(np.bincount(columns.set[1:]))
            members = columns.members(sets.astype(np.int64), catalog) > 0
            place = np.zeros(int(sets.max(initial=0)) + 1, dtype=np.int32)
            place[sets] = np.arange(len(sets))
            at = place[columns.set[1:]]
            order = list(catalog.products)
            for product in missing:
                day = self._day_of(1 + np.flatnonzero(members[:, order.index(product)][at]))
                account = np.flatnonzero(day).astype(np.int32)
                account = account[np.argsort(day[account], kind="stable")]
                self._adoptions[product] = Adoptions(account, day[account])
        return self._adoptions

    def together(self, one: int, other: int, catalog: Catalog) -> Together:
        """The accounts that have adopted both products; `one` comes before `other` by its id."""
        if (one, other) not in self._pairs:
            known = self.adoptions(catalog)
            day = np.zeros(len(self.columns.id), dtype=np.int32)
            day[known[one].account] = known[one].day
            first = day[known[other].account]
            there = np.flatnonzero(first)
            both = np.maximum(first[there], known[other].day[there])
            order = np.argsort(both, kind="stable")
            there = there[order]
            self._pairs[one, other] = Together(
                known[other].account[there], first[there], known[other].day[there], both[order]
            )
        return self._pairs[one, other]


def firsts_of(columns: Columns) -> Firsts:
    """The first days of these columns; those of columns that are kept are kept with them."""
    return columns.remembered("firsts", lambda: Firsts(columns))
