"""How long after its first paid day each account did something first."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from metrics.columns.columns import Columns
from metrics.columns.firsts import Firsts, firsts_of
from metrics.columns.keeping import book
from metrics.columns.window import of_first_days
from metrics.inputs.pairs import BLOCK, GROUPS, PARAMETERS
from metrics.registry import Asked, Input, Read
from metrics.survival import NOBODY, Waits


@dataclass(frozen=True)
class Followed:
    """Some accounts of some columns, each followed from its first paid day to a day.

    Also who leaves is followed: they may come back and do it yet.
    """

    columns: Columns
    chosen: np.ndarray | None  # None: all
    on: int

    @property
    def is_everybody(self) -> bool:
        """Whether all who began to pay by the day are meant."""
        return self.chosen is None and self.columns.hidden is None

    @cached_property
    def meant(self) -> np.ndarray:
        first = self.columns.first
        meant = (first > 0) & (first <= self.on)
        if self.chosen is not None:
            meant &= self.chosen
        return meant if self.columns.hidden is None else meant & ~self.columns.hidden

    @property
    def firsts(self) -> Firsts:
        return firsts_of(self.columns)

    @cached_property
    def customers(self) -> int:
        return int(np.count_nonzero(self.meant))

    @cached_property
    def currencies(self) -> set[str]:
        names, places = self.columns.currencies
        return {names[at] for at in np.flatnonzero(np.bincount(places[self.meant]))}

    def waits(self, day: np.ndarray) -> tuple[Waits, int]:
        """Of when it happened to each account: the waits, and to how many on their first day."""
        first, meant, on = self.columns.first, self.meant, self.on
        width = on - int(np.min(first, where=meant, initial=on)) + 1
        # By days waited: those to whom it happened, then the others; last who is not meant.
        counts = np.zeros(2 * width + 1, dtype=np.int64)
        for start in range(0, len(first), BLOCK):
            some = slice(start, start + BLOCK)
            happened = (day[some] > 0) & (day[some] <= on)
            waited = np.where(happened, day[some], on) - first[some] + width * ~happened
            counts += np.bincount(np.where(meant[some], waited, 2 * width), minlength=len(counts))
        events, censored = counts[:width], counts[width:-1]
        immediate, events[0] = int(events[0]), 0
        return Waits(events, censored), immediate


@dataclass(frozen=True)
class Started:
    """Who began to pay by the day."""

    parts: tuple[Followed, ...]

    @property
    def customers(self) -> int:
        return sum(part.customers for part in self.parts)

    @property
    def currencies(self) -> tuple[str, ...]:
        return tuple(sorted(set().union(*(part.currencies for part in self.parts))))

    def until(self, day_of: Callable[[Firsts], np.ndarray]) -> tuple[Waits, int]:
        """How long they waited until the day that `day_of` tells, and to how many it happened
        on their first day: they are not among the waits."""
        total, immediate = NOBODY, 0
        for part in self.parts:
            waits, at_once = part.waits(day_of(part.firsts))
            total, immediate = total + waits, immediate + at_once
        return total, immediate


def read(asked: Asked) -> Read:
    """Who is chosen, and each group; segment and the like are those of the first paid day."""
    total, groups = [], defaultdict(list)
    books = book(asked)
    for day in asked.days:
        parts, divided = [], defaultdict(list)
        for columns in books:
            window = of_first_days(columns, day)
            chosen = window.chosen(asked.ids, asked)
            parts.append(Followed(columns, chosen, day.toordinal()))
            for key, mask in window.groups_of(asked):
                both = mask if chosen is None else mask & chosen
                divided[key].append(Followed(columns, both, day.toordinal()))
        total.append(Started(tuple(parts)))
        for key, found in divided.items():
            groups[key].append(Started(tuple(found)))
    return Read(total, dict(groups))


FIRST_DAYS = Input(read, False, PARAMETERS, GROUPS, has_series=False)
