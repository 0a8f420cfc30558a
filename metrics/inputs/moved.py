"""Movements account by account: for groups at the opening, and for accounts that are chosen."""

from collections.abc import Callable

import numpy as np

from metrics.columns.columns import PARTS
from metrics.columns.window import Window, windows
from metrics.models import KINDS
from metrics.registry import Asked, Group, Read

MOVED = {kind: place for place, kind in enumerate(KINDS, start=1)}
WIDTH = len(MOVED) + 1


class Tally:
    """What moved in one stretch for one group, added up over columns."""

    def __init__(self) -> None:
        self.balance, self.logos = np.zeros(2), np.zeros(2, dtype=int)
        self.money, self.times = np.zeros(WIDTH), np.zeros(WIDTH)
        self.parts = np.zeros(len(PARTS))
        self.currencies: set[str] = set()

    def told(self, made: Callable):
        return made(
            *(round(value) for value in self.balance),
            *self.logos.tolist(),
            {
                **{kind: round(self.money[place]) for kind, place in MOVED.items()},
                **{name: round(self.parts[place]) for name, place in PARTS.items()},
            },
            {kind: round(self.times[place]) for kind, place in MOVED.items()},
            tuple(sorted(self.currencies)),
        )


class Moves:
    """The entries of a window and the parts of them, to be added up for groups of accounts."""

    def __init__(self, window: Window) -> None:
        self.window, columns = window, window.columns
        entries = columns.entries(window.start, window.end)
        self.account, self.kind = columns.account[entries], columns.kind[entries]
        self.change = columns.after[entries] - columns.before[entries]
        within = columns.parts(window.start, window.end)
        self.part_account = columns.account[columns.part_entry[within]]
        self.part, self.amount = columns.part_kind[within], columns.part_amount[within]
        if columns.hidden is not None:
            shown = ~columns.hidden[self.part_account]
            self.part_account, self.part = self.part_account[shown], self.part[shown]
            self.amount = self.amount[shown]

    def add(self, tallies: list[Tally], labels: np.ndarray) -> None:
        """Add every account to the tally at its label; -1 to none."""
        # Places are shifted by one: what belongs to no tally is counted in a row that is dropped.
        rows, size = labels + 1, len(tallies) + 1
        balances = [self.window.before, self.window.after]
        money = [np.bincount(rows, paid, size)[1:] for paid in balances]
        logos = [np.bincount(rows[paid > 0], minlength=size)[1:] for paid in balances]
        cell = rows[self.account] * WIDTH + self.kind
        moved = np.bincount(cell, self.change, size * WIDTH).reshape(size, WIDTH)[1:]
        times = np.bincount(cell, minlength=size * WIDTH).reshape(size, WIDTH)[1:]
        cell = rows[self.part_account] * len(PARTS) + self.part
        parts = np.bincount(cell, self.amount, size * len(PARTS)).reshape(size, len(PARTS))[1:]
        for place, tally in enumerate(tallies):
            tally.balance += [paid[place] for paid in money]
            tally.logos += [count[place] for count in logos]
            tally.money += moved[place]
            tally.times += times[place]
            tally.parts += parts[place]
            tally.currencies |= self.window.currencies(labels == place)


def read(asked: Asked, made: Callable) -> Read:
    """The movements of all who are chosen and of each group; `made` takes the totals."""
    total = [Tally() for _ in asked.stretches]
    groups: dict[Group, list[Tally]] = {}
    for at, stretch in enumerate(windows(asked)):
        for window in stretch:
            moves, chosen = Moves(window), window.chosen(asked.ids, asked)
            everybody = np.zeros(len(window.columns.id), dtype=np.int32)
            whole = everybody if chosen is None else np.where(chosen, everybody, -1)
            moves.add([total[at]], whole)
            for keys, labels in _divisions(window, asked):
                for key in keys:
                    groups.setdefault(key, [Tally() for _ in asked.stretches])
                tallies = [groups[key][at] for key in keys]
                moves.add(tallies, labels if chosen is None else np.where(chosen, labels, -1))
    told = {key: [tally.told(made) for tally in tallies] for key, tallies in groups.items()}
    return Read([tally.told(made) for tally in total], told)


def _divisions(window: Window, asked: Asked) -> list[tuple[list[Group], np.ndarray]]:
    """Groups that do not overlap, as labels: all at once, or of products one by one."""
    by = asked.scope.group_by
    if not by:
        return []
    if by != "product":
        return [window.labels(by)]
    return [([key], mask.astype(np.int32) - 1) for key, mask in window.groups(by, asked)]
