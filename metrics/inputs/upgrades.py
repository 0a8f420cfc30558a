"""What customers came to pay more for a product that they kept, sale by sale."""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from metrics.columns.columns import PARTS, Columns
from metrics.columns.window import Window, windows
from metrics.inputs.movements import UPSELLS
from metrics.inputs.pairs import GROUPS, PARAMETERS
from metrics.registry import Asked, Group, Input, Read

SOLD = [PARTS[part] for part in UPSELLS]


@dataclass
class Upgrades:
    """The upsells of a period: the money of each account and day, and how many sales they were.

    A sale is one product of one account on one day.
    """

    amounts: list[np.ndarray] = field(default_factory=list)
    sales: int = 0
    names: set[str] = field(default_factory=set)
    customers: int = 0

    @property
    def by_day(self) -> np.ndarray:
        return np.concatenate(self.amounts) if self.amounts else np.empty(0)

    @property
    def currencies(self) -> tuple[str, ...]:
        return tuple(sorted(self.names))

    def add(self, window: Window, mask: np.ndarray | None) -> None:
        columns = window.columns
        entry, account, amount = _meant(window, SOLD, mask)
        # Parts of one entry lie side by side.
        begins = np.append(True, entry[1:] != entry[:-1])[: len(entry)]
        if len(entry):
            self.amounts.append(np.add.reduceat(amount, np.flatnonzero(begins)))
        self.sales += round(_meant(window, [PARTS["upsells"]], mask)[2].sum())
        buyers = np.bincount(account, minlength=len(columns.id)) > 0
        self.customers += int(np.count_nonzero(buyers))
        names, of_account = columns.currencies
        self.names |= {names[at] for at in np.flatnonzero(np.bincount(of_account[buyers]))}


def _meant(window: Window, kinds: list[int], mask: np.ndarray | None) -> tuple[np.ndarray, ...]:
    """The parts of some kinds in the period: their entries, the accounts that are meant, and how
    much each is."""
    columns = window.columns
    found = columns.remembered(f"parts {kinds}", lambda: _parts(columns, kinds))
    some = columns.within(found[0], window.start, window.end)
    entry, account, amount = (each[some] for each in found)
    if mask is None and columns.hidden is None:
        return entry, account, amount
    shown = True if columns.hidden is None else ~columns.hidden
    meant = np.flatnonzero((shown if mask is None else mask & shown)[account])
    return entry[meant], account[meant], amount[meant]


def _parts(columns: Columns, kinds: list[int]) -> tuple[np.ndarray, ...]:
    of_kinds = np.flatnonzero(np.isin(np.arange(len(PARTS)), kinds)[columns.part_kind])
    entry = columns.part_entry[of_kinds]
    return entry, columns.account[entry], columns.part_amount[of_kinds]


def read(asked: Asked) -> Read:
    """The upsells of all who are chosen, and of each group at the opening."""
    total = [Upgrades() for _ in asked.stretches]
    groups: dict[Group, list[Upgrades]] = defaultdict(lambda: [Upgrades() for _ in asked.stretches])
    for place, stretch in enumerate(windows(asked)):
        for window in stretch:
            chosen = window.chosen(asked.ids, asked)
            total[place].add(window, chosen)
            for key, mask in window.groups_of(asked):
                groups[key][place].add(window, mask if chosen is None else mask & chosen)
    return Read(total, dict(groups))


UPGRADES = Input(read, True, PARAMETERS, GROUPS)
