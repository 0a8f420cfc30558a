"""In which order accounts took products, and how long after one another."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from metrics.columns.firsts import Adoptions, Together
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

    @cached_property
    def before(self) -> int:
        """How many took the first of the pair before the second."""
        return int(self.counts[self.zero + 1 :].sum())

    @cached_property
    def after(self) -> int:
        return int(self.counts[: self.zero].sum())

    @property
    def same_day(self) -> int:
        return int(self.counts[self.zero])

    @property
    def customers(self) -> int:
        return self.before + self.after + self.same_day

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
        """The longest time that anybody has had a product, in days, and one more."""
        days = [days for taken in self._taken.values() for days in taken if len(days)]
        return max((self.parts[0].on - int(each[0]) + 1 for each in days), default=1)

    @cached_property
    def products(self) -> list[int]:
        """Those that anybody has adopted."""
        return [product for product, taken in self._taken.items() if any(map(len, taken))]

    @cached_property
    def _taken(self) -> dict[int, list[np.ndarray]]:
        """Of each product, the days on which it was first taken, in order, for each part."""
        return {
            product: [
                _there(part, part.firsts.adoptions(self.catalog)[product], "day")[0]
                for part in self.parts
            ]
            for product in self.catalog.products
        }

    @cached_property
    def _adopted(self) -> dict[int, np.ndarray]:
        """Of each product, by days, how many took it so long ago."""
        return {
            product: sum(
                np.bincount(part.on - days, minlength=self.width)
                for part, days in zip(self.parts, taken, strict=True)
            )
            for product, taken in self._taken.items()
        }

    def lags(self, one: int, other: int) -> Lags:
        """Of who has both; `one` comes before `other` among the products."""
        return self._lags(self._having(one, other))

    def _having(self, one: int, other: int) -> list[list[np.ndarray]]:
        """The days on which those who have both took the one and the other, for each part."""
        return [
            _there(part, part.firsts.together(one, other, self.catalog), "first", "second")
            for part in self.parts
        ]

    def _lags(self, having: list[list[np.ndarray]]) -> Lags:
        counts = np.zeros(2 * self.width + 1, dtype=np.int64)
        for first, second in having:
            counts += np.bincount(second - first + self.width, minlength=len(counts))
        return Lags(counts, self.width)

    def _ages(self, having: list[list[np.ndarray]]) -> np.ndarray:
        """By days, how long ago they took the one, and how long the other."""
        ages = np.zeros((2, self.width), dtype=np.int64)
        for part, both in zip(self.parts, having, strict=True):
            for place, days in enumerate(both):
                ages[place] += np.bincount(part.on - days, minlength=self.width)
        return ages

    def waits(self, one: int, other: int) -> list["Wait"]:
        """How long the other was waited for after the one, and the one after the other."""
        having = self._having(one, other)
        lags, ages = self._lags(having), self._ages(having)
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


def _there(part: Followed, taken: Adoptions | Together, *names: str) -> list[np.ndarray]:
    """Columns of who is meant and has taken what is asked by the day of the question."""
    places = taken.until(part.on)
    if part.is_everybody:
        return [getattr(taken, name)[places] for name in names]
    meant = np.flatnonzero(part.meant[taken.account[places]])  # quicker than by truth
    return [getattr(taken, name)[places][meant] for name in names]


def read(asked: Asked) -> Read:
    # A pair of products is part of the whole: who began with something else is not left out.
    ids = {name: key for name, key in asked.ids.items() if name != "product"}
    found, catalog = read_followed(replace(asked, ids=ids)), asked.catalog
    return Read(
        [Order(part.parts, catalog) for part in found.total],
        {key: [Order(each.parts, catalog) for each in told] for key, told in found.groups.items()},
    )


# The first day of a product comes before every gap in it.
PARAMETERS = tuple(name for name in FIRST_DAYS.parameters if name != "gap_days")
ADOPTION = Input(read, False, PARAMETERS, FIRST_DAYS.groups, has_series=False)
