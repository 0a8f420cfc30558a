"""Pairs with the whole life of each customer: from the first paid day to the day it left."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from metrics.columns.columns import Columns
from metrics.columns.keeping import book
from metrics.columns.states import States
from metrics.columns.window import DAY, of_first_days
from metrics.inputs import pairs
from metrics.inputs.first_days import Followed
from metrics.inputs.pairs import GROUPS, PARAMETERS, Pairs
from metrics.registry import Asked, Group, Input, Read
from metrics.survival import NOBODY, Waits


@dataclass(frozen=True)
class Lives(Pairs):
    """`followed` are all who ever began to pay, classed by their first paid day.

    Those of the opening alone would tell of survivors: who left before is not among them.
    """

    followed: tuple[Followed, ...] = ()

    @cached_property
    def waits(self) -> Waits:
        """How long they paid until they left; who pays at the closing is followed to it."""
        total = NOBODY
        for part in self.followed:
            total += part.waits(left(part.columns, part.on))[0]
        return total


def left(columns: Columns, on: int) -> np.ndarray:
    """The day since which each account pays nothing, 0 for who pays on the day."""
    day = date.fromordinal(on)
    gone = columns.moving("churn").between(columns, date.min, day + DAY)
    since = np.zeros(len(columns.id), dtype=np.int32)
    # Of several entries of an account the last one stays: they are in order.
    since[gone.account] = columns.day[gone.places]
    since[States(columns).paid[day] > 0] = 0
    return since


def read(asked: Asked) -> Read:
    """The pairs of all who are chosen and of each group, with the lives of those."""
    found, books = pairs.read(asked), book(asked)
    lives = [_followed(asked, books, end) for _, end in asked.stretches]
    return Read(
        [
            Lives(each.windows, followed=every[None])
            for each, every in zip(found.total, lives, strict=True)
        ],
        {
            key: [
                Lives(each.windows, followed=every.get(("group", key), ()))
                for each, every in zip(parts, lives, strict=True)
            ]
            for key, parts in found.groups.items()
        },
    )


def _followed(asked: Asked, books: Iterable[Columns], end) -> dict[Group | tuple, tuple]:
    """Everybody who is chosen (None), and those of each group."""
    every, groups = [], defaultdict(list)
    on = end - DAY
    for columns in books:
        window = of_first_days(columns, on)
        chosen = window.chosen(asked.ids, asked)
        every.append(Followed(columns, chosen, on.toordinal()))
        for key, mask in window.groups_of(asked):
            both = mask if chosen is None else mask & chosen
            groups["group", key].append(Followed(columns, both, on.toordinal()))
    return {None: tuple(every), **{key: tuple(found) for key, found in groups.items()}}


LIVES = Input(read, True, PARAMETERS, GROUPS)
