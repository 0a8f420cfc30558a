"""What accounts paid at two dates: the day before a period, and its last day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import repeat

import numpy as np

from metrics.columns.columns import PARTS
from metrics.columns.window import DAY, Window, windows
from metrics.exchange import ONE, Rates
from metrics.registry import Asked, Group, Input, Read

PARAMETERS = ("segment", "region", "product", "plan", "cohort", "currency", "known_at", "gap_days")
GROUPS = ("segment", "region", "product", "cohort", "currency")
# What accounts paid before and pay after, and the factor that converts both.
Block = tuple[np.ndarray, np.ndarray, Decimal | int]
BLOCK = 1 << 15  # accounts: what is worked out of so many stays near the processor


@dataclass(frozen=True)
class Pairs:
    """Who pays at the opening of a period, and what each of them pays then and at the closing.

    Arrays have an item for each account of the book. Who is not meant, or does not pay at the
    opening, has nought in both: whatever is added up stays right. Money that was converted is
    `into` a currency, of each window by its factor.
    """

    windows: tuple[tuple[Window, np.ndarray | None], ...]
    factors: tuple[Decimal, ...] = ()
    into: str = ""

    @cached_property
    def opening(self) -> np.ndarray:
        return self.worth(
            window.before if mask is None else np.where(mask, window.before, 0)
            for window, mask in self.windows
        )

    def blocks(self) -> Iterator[Block]:
        """The opening and the closing as they are paid, some accounts at a time, and the factor
        that converts them."""
        for (window, mask), factor in zip(self.windows, self.factors or repeat(1), strict=False):
            for start in range(0, len(window.before), BLOCK):
                some = slice(start, start + BLOCK)
                opening = window.before[some]
                opening = opening if mask is None else np.where(mask[some], opening, 0)
                yield opening, window.after[some] * (opening > 0), factor

    def worth(self, arrays: Iterable[np.ndarray]) -> np.ndarray:
        """Money of each window, joined and, where it is to be, converted."""
        if not self.factors:
            return _joined(arrays)
        return _joined(
            array * float(factor) for array, factor in zip(arrays, self.factors, strict=True)
        )

    @cached_property
    def paying(self) -> np.ndarray:
        return self.opening > 0

    @cached_property
    def closing(self) -> np.ndarray:
        return self.worth(window.after for window, _ in self.windows) * self.paying

    @cached_property
    def customers(self) -> int:
        return int(np.count_nonzero(self.paying))

    @cached_property
    def currencies(self) -> tuple[str, ...]:
        if self.into:
            return (self.into,)
        found: set[str] = set()
        for window, mask in self.windows:
            names, places = window.columns.currencies
            meant = window.before > 0
            meant = meant if mask is None else meant & mask
            if len(names) == 1:
                found |= set(names) if meant.any() else set()
            else:
                found |= {names[at] for at in np.flatnonzero(np.bincount(places[meant]))}
        return tuple(sorted(found))

    def at_opening(self, name: str) -> np.ndarray:
        """A column of the entries that were in force at the opening, such as `products`."""
        return self._column(name, [each.start - DAY for each, _ in self.windows])

    def classed(self, name: str) -> tuple[list[int], np.ndarray]:
        """The values of such a column of few, in order, and the place of each account's."""
        found = []
        for window, _ in self.windows:
            keys, codes = window.columns.coded(name)
            found.append((keys, codes[window.states.entry[window.start - DAY]]))
        every = sorted(set().union(*(keys for keys, _ in found)))
        return every, _joined(
            codes if keys == every else np.searchsorted(every, keys)[codes] for keys, codes in found
        )

    def at_closing(self, name: str) -> np.ndarray:
        return self._column(name, [each.end - DAY for each, _ in self.windows])

    def _column(self, name: str, days: list[date]) -> np.ndarray:
        return _joined(
            getattr(each.columns, name)[each.states.entry[day]]
            for (each, _), day in zip(self.windows, days, strict=True)
        )

    def of_account(self, name: str) -> np.ndarray:
        """A column of the accounts, such as `first`."""
        return _joined(getattr(window.columns, name) for window, _ in self.windows)

    def with_part(self, parts: tuple[str, ...]) -> np.ndarray:
        """Who pays at the opening and has a part of one of these kinds in the period."""
        kinds = [PARTS[part] for part in parts]
        return _joined(each.having(kinds) for each, _ in self.windows) & self.paying

    def moved(self, kinds: tuple[str, ...]) -> Decimal | int:
        """What the movements of these kinds in the period add up to, of who pays at the opening."""
        total = 0
        for (window, mask), factor in zip(self.windows, self.factors or repeat(1), strict=False):
            paying = window.before > 0 if mask is None else (window.before > 0) & mask
            for kind in kinds:
                found = window.moving(kind)
                total += round(found.change[paying[found.account]].sum()) * factor
        return total

    def taken(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the chosen ones paid at the opening and pay at the closing, nobody else."""
        places = np.flatnonzero(chosen)  # quicker than by truth, twice
        return self.opening[places], self.closing[places]


def _joined(arrays) -> np.ndarray:
    found = list(arrays)
    return found[0] if len(found) == 1 else np.concatenate(found)


def read(asked: Asked) -> Read:
    """The pairs of all who are chosen and of each group at the opening."""
    total = []
    groups: dict[Group, list[list]] = defaultdict(lambda: [[] for _ in asked.stretches])
    for place, stretch in enumerate(windows(asked)):
        chosen = [(window, window.chosen(asked.ids, asked)) for window in stretch]
        total.append(Pairs(tuple(chosen)))
        for window, mask in chosen:
            for key, found in window.groups_of(asked):
                both = found if mask is None else found & mask
                groups[key][place].append((window, both))
    return Read(
        total, {key: [Pairs(tuple(each)) for each in parts] for key, parts in groups.items()}
    )


def read_day(asked: Asked) -> Read:
    """The same of one day: what is paid on it is the opening of an empty period after it."""
    return read(replace(asked, stretches=[(end, end) for _, end in asked.stretches]))


def join(parts: dict[str, Pairs], rates: Rates, start: date | None, end: date) -> Pairs:
    """The pairs of several currencies in that of the rates: both ends at the opening's, so that
    what rates moved is no growth. A currency in which nobody pays needs no rate. Raises NoRate."""
    windows, factors = [], []
    for currency, part in parts.items():
        factor = rates.factor(currency, start - DAY) if part.customers else ONE
        windows += part.windows
        factors += [factor] * len(part.windows)
    first, *_ = parts.values()
    return replace(first, windows=tuple(windows), factors=tuple(factors), into=rates.currency)


def join_day(parts: dict[str, Pairs], rates: Rates, _start: date | None, end: date) -> Pairs:
    return join(parts, rates, end, end)


PAIRS = Input(read, True, PARAMETERS, GROUPS, join=join, rates_of="opening")
PAYING = Input(read_day, False, PARAMETERS, GROUPS, join=join_day, rates_of="day")
