"""In which order accounts took products, and how long after one another."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from metrics.columns.firsts import Together
from metrics.inputs.first_days import FIRST_DAYS, Followed
from metrics.inputs.first_days import read as read_followed
from metrics.registry import Asked, Catalog, Input, Read
from metrics.survival import Waits


@dataclass(frozen=True)
class Lags:
    """Of who has both products of a pair, how many days they took the second after the first.

    `counts` are by lag; the place of lag nought is `zero`.
    """

    counts: np.ndarray
    zero: int

    @property
    def before(self) -> int:
        """How many took the first of the pair before the second."""
        return int(self.counts[self.zero + 1 :].sum())

    @property
    def after(self) -> int:
        return int(self.counts[: self.zero].sum())

    @property
    def same_day(self) -> int:
        return int(self.counts[self.zero])

    def turned(self) -> "Lags":
        """The same with the other product as the first."""
        return Lags(self.counts[::-1], self.zero)

    def events(self, width: int) -> np.ndarray:
        """By days, how many took the second so long after the first, on another day."""
        events = self.counts[self.zero : self.zero + width].copy()
        events[0] = 0
        return events

    def median(self) -> float | None:
        """The middle lag of those who took them on different days."""
        apart = self.counts.copy()
        apart[self.zero] = 0
        total = int(apart.sum())
        if not total:
            return None
        middle = np.searchsorted(apart.cumsum(), [(total + 1) // 2, total // 2 + 1])
        return float(middle.sum() / 2 - self.zero)


@dataclass(frozen=True)
class Order:
    """The first adoptions of those who are meant."""

    parts: tuple[Followed, ...]
    catalog: Catalog

    @property
    def customers(self) -> int:
        return sum(part.customers for part in self.parts)

    @property
    def currencies(self) -> tuple[str, ...]:
        return tuple(sorted(set().union(*(part.currencies for part in self.parts))))

    @cached_property
    def width(self) -> int:
        """The longest time that anybody was followed, in days, and one more."""
        begun = [part.columns.first[part.meant] for part in self.parts]
        earliest = min((int(first.min()) for first in begun if len(first)), default=None)
        return 1 if earliest is None else self.parts[0].on - earliest + 1

    @cached_property
    def products(self) -> list[int]:
        """Those that anybody has adopted."""
        return [product for product, counts in self._adopted.items() if counts.any()]

    @cached_property
    def _adopted(self) -> dict[int, np.ndarray]:
        """Of each product, by days, how many took it so long ago."""
        return {product: self._counted(product) for product in self.catalog.products}

    def _counted(self, product: int) -> np.ndarray:
        found = np.zeros(self.width, dtype=np.int64)
        for part in self.parts:
            known = part.firsts.adoptions(self.catalog)[product]
            there = part.meant[known.account] & (known.day <= part.on)
            found += np.bincount(part.on - known.day[there], minlength=self.width)
        return found

    def lags(self, one: int, other: int) -> Lags:
        """Of who has both; `one` comes before `other` among the products."""
        counts = np.zeros(2 * self.width + 1, dtype=np.int64)
        for part in self.parts:
            pair = part.firsts.together(one, other, self.catalog)
            first, second = _there(part, pair)
            counts += np.bincount(second - first + self.width, minlength=len(counts))
        return Lags(counts, self.width)

    def followed_for(self, one: int, other: int) -> tuple[np.ndarray, np.ndarray]:
        """Of who has both, by days, how long ago they took the one, and how long the other."""
        ages = np.zeros((2, self.width), dtype=np.int64)
        for part in self.parts:
            pair = part.firsts.together(one, other, self.catalog)
            for place, days in enumerate(_there(part, pair)):
                ages[place] += np.bincount(part.on - days, minlength=self.width)
        return ages[0], ages[1]

    def waits(self, one: int, other: int) -> list["Wait"]:
        """How long the other was waited for after the one, and the one after the other."""
        lags, ages = self.lags(one, other), self.followed_for(one, other)
        ways = ((one, other, lags, 0), (other, one, lags.turned(), 1))
        return [
            Wait(
                first,
                then,
                Waits(seen.events(self.width), self._adopted[first] - ages[place]),
                seen.after,
                seen.same_day,
            )
            for first, then, seen, place in ways
        ]


@dataclass(frozen=True)
class Wait:
    """Of who took `first` and not `then` before or with it: how long until they took `then`.

    Who took `then` before, and who took both on one day, are not among them.
    """

    first: int
    then: int
    waits: Waits
    other_first: int
    same_day: int


def _there(part: Followed, pair: Together) -> tuple[np.ndarray, np.ndarray]:
    """The days of the pair for who is meant and has taken both by the day of the question."""
    meant = part.meant[pair.account] & (pair.first <= part.on) & (pair.second <= part.on)
    return pair.first[meant], pair.second[meant]


def read(asked: Asked) -> Read:
    # A pair of products is part of the whole: who began with something else is not left out.
    ids = {name: key for name, key in asked.ids.items() if name != "product"}
    found, catalog = read_followed(replace(asked, ids=ids)), asked.catalog
    return Read(
        [Order(part.parts, catalog) for part in found.total],
        {key: [Order(each.parts, catalog) for each in told] for key, told in found.groups.items()},
    )


ADOPTION = Input(read, False, FIRST_DAYS.parameters, FIRST_DAYS.groups, has_series=False)
