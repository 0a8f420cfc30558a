"""What customers came to pay more for a product that they kept, sale by sale."""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from metrics.columns.columns import KINDS
from metrics.columns.window import Window, windows
from metrics.inputs.movements import UPSELLS
from metrics.inputs.pairs import GROUPS, PARAMETERS
from metrics.registry import Asked, Group, Input, Read

SOLD = [KINDS[part] for part in UPSELLS]


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
        columns, within = window.columns, window.columns.parts(window.start, window.end)
        entry, kind = columns.part_entry[within], columns.part_kind[within]
        account = columns.account[entry]
        meant = np.ones(len(entry), dtype=bool) if mask is None else mask[account]
        if columns.hidden is not None:
            meant &= ~columns.hidden[account]
        sold = meant & np.isin(kind, SOLD)
        entries, places = np.unique(entry[sold], return_inverse=True)
        amounts = columns.part_amount[within]
        self.amounts.append(np.bincount(places, amounts[sold], len(entries)))
        self.sales += round(amounts[meant & (kind == KINDS["upsells"])].sum())
        names, of_account = columns.currencies
        self.names |= {names[at] for at in np.unique(of_account[account[sold]]).tolist()}
        self.customers += len(np.unique(account[sold]))


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
