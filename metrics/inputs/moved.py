"""Movements account by account: for groups at the opening, and for accounts that are chosen."""

from collections import defaultdict
from collections.abc import Callable

import numpy as np

from metrics.columns.columns import KINDS as PARTS
from metrics.columns.window import Window, windows
from metrics.models import KINDS
from metrics.registry import Asked, Read


class Tally:
    """What moved in one stretch for one group, added up over columns."""

    def __init__(self) -> None:
        self.opening = self.closing = 0.0
        self.opened = self.closed = 0
        self.money, self.times = np.zeros(len(KINDS) + 1), np.zeros(len(KINDS) + 1)
        self.parts = np.zeros(len(PARTS))
        self.currencies: set[str] = set()

    def add(self, window: Window, moves: "Moves", mask: np.ndarray | None) -> None:
        before, after = window.opened.paid, window.closed.paid
        if mask is not None:
            before, after = before[mask], after[mask]
        self.opening += before.sum()
        self.closing += after.sum()
        self.opened += int(np.count_nonzero(before))
        self.closed += int(np.count_nonzero(after))
        kinds, change, parts, amounts = moves.of(mask)
        self.money += np.bincount(kinds, change, len(KINDS) + 1)
        self.times += np.bincount(kinds, minlength=len(KINDS) + 1)
        self.parts += np.bincount(parts, amounts, len(PARTS))
        self.currencies |= window.currencies(mask)

    def told(self, made: Callable):
        kinds = {kind: place for place, kind in enumerate(KINDS, start=1)}
        return made(
            round(self.opening),
            round(self.closing),
            self.opened,
            self.closed,
            {
                **{kind: round(self.money[place]) for kind, place in kinds.items()},
                **{name: round(self.parts[place]) for name, place in PARTS.items()},
            },
            {kind: round(self.times[place]) for kind, place in kinds.items()},
            tuple(sorted(self.currencies)),
        )


class Moves:
    """The entries of a window with their kinds (0: nothing moved), and the parts of them."""

    def __init__(self, window: Window) -> None:
        columns = window.columns
        entries = columns.entries(window.start, window.end)
        before, after = columns.before[entries], columns.after[entries]
        self.account, self.change = columns.account[entries], after - before
        new = columns.day[entries] == columns.first[self.account]
        kinds = np.zeros(len(before), dtype=np.int8)
        kinds[self.change > 0] = 3
        kinds[self.change < 0] = 4
        kinds[(before == 0) & (after > 0)] = 2
        kinds[(before == 0) & (after > 0) & new] = 1
        kinds[(before > 0) & (after == 0)] = 5
        self.kinds = kinds
        within = columns.parts(window.start, window.end)
        self.part_account = columns.account[columns.part_entry[within]]
        self.part, self.amount = columns.part_kind[within], columns.part_amount[within]
        if columns.hidden is not None:
            shown = ~columns.hidden[self.part_account]
            self.part_account, self.part = self.part_account[shown], self.part[shown]
            self.amount = self.amount[shown]

    def of(self, mask: np.ndarray | None) -> tuple[np.ndarray, ...]:
        if mask is None:
            return self.kinds, self.change, self.part, self.amount
        moved, parts = mask[self.account], mask[self.part_account]
        return self.kinds[moved], self.change[moved], self.part[parts], self.amount[parts]


def read(asked: Asked, made: Callable) -> Read:
    """The movements of all who are chosen and of each group; `made` takes the totals."""
    total, groups = [], defaultdict(lambda: [Tally() for _ in asked.stretches])
    for place, stretch in enumerate(windows(asked)):
        tally = Tally()
        for window in stretch:
            moves, chosen = Moves(window), window.chosen(asked.ids, asked)
            tally.add(window, moves, chosen)
            for key, mask in window.groups_of(asked):
                groups[key][place].add(window, moves, mask if chosen is None else mask & chosen)
        total.append(tally.told(made))
    told = {key: [tally.told(made) for tally in tallies] for key, tallies in groups.items()}
    return Read(total, told)
