"""What accounts hold on a day: by number of products, or by which."""

from dataclasses import replace
from datetime import date
from functools import cached_property, partial

import numpy as np

from metrics.columns.window import DAY
from metrics.engine import holdings
from metrics.exchange import Rates
from metrics.holdings import Grain, Holdings, joined, merged
from metrics.inputs import held as by_lines
from metrics.inputs.bundled import Bundles
from metrics.inputs.dearest import Dearest
from metrics.inputs.pairs import PAYING, Pairs
from metrics.registry import Asked, Group, Input, Read

FILTERS = ("segment", "region", "product", "currency", "known_at", "basis", "gap_days")
GROUPS = ("segment", "region", "currency")


def read(asked: Asked, *, grain: Grain) -> Read:
    """The holdings of all and of each group, at the end of each stretch."""
    if not by_lines.is_plain(asked):
        return by_lines.read(asked, grain=grain)
    group_by = asked.scope.group_by
    days = asked.days
    # A pair of products is part of the whole: attach rates do not leave out other customers.
    ids = {name: key for name, key in asked.ids.items() if name != "product" or grain == "sizes"}
    by_group = holdings(
        grain=grain,
        days=days,
        version=asked.version,
        ids=ids,
        group_by=group_by,
        money=asked.metric.money,
    )

    bundles = Bundles(asked, ids)
    one_by_one = [OneByOne(replace(asked, ids=ids), day) for day in days]
    dearest = Dearest(replace(asked, ids=ids))

    def each(states: list[Holdings], *group: Group) -> list[Holdings]:
        return [
            replace(
                held,
                each_account=partial(accounts.of, *group),
                largest=partial(_largest, dearest, accounts, day, *group),
                bundled=bundles.on(day, *group),
            )
            for held, accounts, day in zip(states, one_by_one, days, strict=True)
        ]

    totals = [merged([states[place] for states in by_group.values()]) for place in range(len(days))]
    groups = {key: each(states, key) for key, states in by_group.items() if group_by}
    return Read(each(totals), groups)


class OneByOne:
    """The accounts of a day one by one, read when they are first asked for."""

    def __init__(self, asked: Asked, on: date) -> None:
        self.asked = replace(asked, stretches=[(on, on + DAY)])

    @cached_property
    def paying(self) -> Read:
        return PAYING.read(self.asked)

    def of(self, *group: Group) -> np.ndarray:
        """Monthly revenue and number of products of all, or of a group: n x 2, as their ids go."""
        pairs = self._pairs(*group)
        found = np.column_stack([pairs.opening, pairs.at_opening("products")])[pairs.paying]
        return found[np.argsort(pairs.of_account("id")[pairs.paying])]

    def largest(self, *group: Group) -> tuple[int, int]:
        """Revenue and number of products of who pays most, of all or of a group."""
        pairs = self._pairs(*group)
        most = pairs.opening.max(initial=0)
        if not most:
            return 0, 0
        products = pairs.at_opening("products")[pairs.opening == most]
        return round(most), int(products.max())

    def _pairs(self, *group: Group) -> Pairs:
        (pairs,) = self.paying.groups[group[0]] if group else self.paying.total
        return pairs


def _largest(dearest: Dearest, accounts: OneByOne, day: date, *group: Group) -> tuple[int, int]:
    return dearest.on(day, *group) or accounts.largest(*group)


def join(parts: dict[str, Holdings], rates: Rates, _start: date | None, end: date) -> Holdings:
    """Holdings of several currencies in that of the rates, at those of the day. Raises NoRate."""
    there = {currency: part for currency, part in parts.items() if part.customers}
    return joined(
        [(part, rates.factor(currency, end - DAY)) for currency, part in there.items()],
        rates.currency,
    )


SIZES = Input(partial(read, grain=Grain.SIZES), False, FILTERS, GROUPS, join=join, rates_of="day")
SETS = Input(partial(read, grain=Grain.SETS), False, FILTERS, GROUPS)
