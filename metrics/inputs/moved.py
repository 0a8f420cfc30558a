"""Movements account by account: for groups at the opening, and for accounts that are chosen."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import numpy as np

from metrics.columns.columns import PARTS
from metrics.columns.window import Window, windows
from metrics.inputs.pairs import BLOCK
from metrics.models import KINDS
from metrics.registry import Asked, Read

MOVED = {kind: place for place, kind in enumerate(KINDS, start=1)}
WIDTH = len(MOVED) + 1
OVERLAPPING = (None, "product")  # these groups together are not the whole
WHOLE = object()  # stands for the key of a group


class Tally:
    """What moved in one stretch for one group, added up over columns, piece by piece of it."""

    def __init__(self, pieces: int) -> None:
        self.balance, self.logos = np.zeros(2), np.zeros(2, dtype=int)
        self.money, self.times = np.zeros((pieces, WIDTH)), np.zeros(WIDTH)
        self.parts = np.zeros((pieces, len(PARTS)))
        self.currencies: set[str] = set()

    def join(self, other: "Tally") -> None:
        """Add what another has counted, of other accounts."""
        self.balance += other.balance
        self.logos += other.logos
        self.money += other.money
        self.times += other.times
        self.parts += other.parts
        self.currencies |= other.currencies

    def told(self, made: Callable):
        pieces = [_named(*piece) for piece in zip(self.money, self.parts, strict=True)]
        return made(
            *(round(value) for value in self.balance),
            *self.logos.tolist(),
            _named(self.money.sum(axis=0), self.parts.sum(axis=0)),
            {kind: round(self.times[place]) for kind, place in MOVED.items()},
            tuple(sorted(self.currencies)),
            tuple(pieces),
        )


def _named(money: np.ndarray, parts: np.ndarray) -> dict[str, int]:
    return {
        **{kind: round(money[place]) for kind, place in MOVED.items()},
        **{name: round(parts[place]) for name, place in PARTS.items()},
    }


class Flow:
    """The entries of a piece of a window and the parts of them."""

    def __init__(self, window: Window, since: date, until: date) -> None:
        self.columns = columns = window.columns
        self.entries, self.parts = columns.entries(since, until), columns.parts(since, until)

    def summed(self, rows: np.ndarray, size: int) -> Iterator[np.ndarray]:
        """By row but the first: money by kind, how often by kind, money by part. Accounts that are
        hidden have the first row."""
        columns, (money, times) = self.columns, np.zeros((2, size * WIDTH))
        for some in _blocks(self.entries):
            cell = rows[columns.account[some]].astype(np.intp) * WIDTH + columns.kind[some]
            money += np.bincount(cell, columns.after[some] - columns.before[some], len(money))
            times += np.bincount(cell, minlength=len(times))
        parts = np.zeros(size * len(PARTS))
        for some in _blocks(self.parts):
            cell = rows[columns.account[columns.part_entry[some]]].astype(np.intp) * len(PARTS)
            cell += columns.part_kind[some]
            parts += np.bincount(cell, columns.part_amount[some], len(parts))
        return (each.reshape(size, -1)[1:] for each in (money, times, parts))


def _blocks(whole: slice) -> Iterator[slice]:
    """A slice some at a time: what is worked out of so many stays near the processor."""
    for start in range(whole.start, whole.stop, BLOCK):
        yield slice(start, min(start + BLOCK, whole.stop))


class Moves:
    """What a window moved in its pieces, to be added up for groups of accounts."""

    def __init__(self, window: Window, pieces: list[tuple[date, date]]) -> None:
        self.window = window
        self.flows = [Flow(window, *piece) for piece in pieces]

    def add(self, tallies: list[Tally], labels: np.ndarray) -> None:
        """Add every account that pays before or in the window to the tally at its label; -1 to
        none."""
        # Places are shifted by one: what belongs to no tally is counted in a row that is dropped.
        rows, size = np.where(self.window.classed_by > 0, labels, -1) + 1, len(tallies) + 1
        rows = rows.astype(np.min_scalar_type(size))  # small, to stay near the processor
        money, logos, known = (each[:, 1:] for each in self._ends(rows, size))
        for piece, flow in enumerate(self.flows):
            moved, times, parts = flow.summed(rows, size)
            for place, tally in enumerate(tallies):
                tally.money[piece] += moved[place]
                tally.times += times[place]
                tally.parts[piece] += parts[place]
        names, _ = self.window.columns.currencies
        for place, tally in enumerate(tallies):
            tally.balance += money[:, place]
            tally.logos += logos[:, place]
            tally.currencies |= {names[at] for at in np.flatnonzero(known[:, place])}

    def _ends(self, rows: np.ndarray, size: int) -> list[np.ndarray]:
        """By row: what is paid before and at the end, by how many, and how many have each currency;
        some accounts at a time."""
        ends = (self.window.before, self.window.after)
        names, places = self.window.columns.currencies
        money = np.zeros((2, size))
        counts = np.zeros((len(names), 2, 2, size), dtype=int)  # by currency, and who pays when
        for some in _blocks(slice(0, len(rows))):
            row, cell = rows[some].astype(np.intp), places[some].astype(np.intp)
            for place, paid in enumerate(ends):
                money[place] += np.bincount(row, paid[some], size)
                cell = cell * 2 + (paid[some] > 0)
            cell = cell * size + row
            counts += np.bincount(cell, minlength=counts.size).reshape(counts.shape)
        logos = np.array([counts[:, 1].sum(axis=(0, 1)), counts[:, :, 1].sum(axis=(0, 1))])
        return [money, logos, counts.sum(axis=(1, 2))]


def read(asked: Asked, made: Callable) -> Read:
    """The movements of all who are chosen and of each group; `made` takes the totals."""
    pieces = pieces_of(asked)

    def none() -> list[Tally]:
        return [Tally(len(each)) for each in pieces]

    groups: dict[Any, list[Tally]] = defaultdict(none)
    for at, stretch in enumerate(windows(asked)):
        for window in stretch:
            moves, chosen = Moves(window, pieces[at]), window.chosen(asked.ids, asked)
            for keys, labels in _divisions(window, asked):
                meant = labels if chosen is None else np.where(chosen, labels, -1)
                moves.add([groups[key][at] for key in keys], meant)
    total = groups.pop(WHOLE, none())
    if asked.scope.group_by not in OVERLAPPING:
        for tallies in groups.values():
            for whole, tally in zip(total, tallies, strict=True):
                whole.join(tally)
    told = {key: [tally.told(made) for tally in tallies] for key, tallies in groups.items()}
    return Read([tally.told(made) for tally in total], told)


def pieces_of(asked: Asked) -> list[list[tuple[date, date]]]:
    """Each stretch in pieces of one rate of the currency that is read; without rates, whole."""
    currency = asked.ids.get("currency")
    if asked.rates is None or currency is None:
        return [[stretch] for stretch in asked.stretches]
    return [asked.rates.pieces(currency, *stretch) for stretch in asked.stretches]


def _divisions(window: Window, asked: Asked) -> list[tuple[list, np.ndarray]]:
    """Groups that do not overlap, as labels: all at once, or of products one by one and the whole.

    Who is in none of the former pays nothing: together they are the whole.
    """
    by = asked.scope.group_by
    if by not in OVERLAPPING:
        return [window.labels(by)]
    everybody = np.zeros(len(window.columns.id), dtype=np.int32)
    found = [([WHOLE], everybody)]
    if by:
        found += [([key], mask.astype(np.int32) - 1) for key, mask in window.groups(by, asked)]
    return found
