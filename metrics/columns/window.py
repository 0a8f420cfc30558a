"""A period as the accounts saw it: what each paid before and at the end, and who is meant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from django.db import connection

from metrics.columns.columns import Columns, State
from metrics.columns.keeping import book
from metrics.registry import Asked, Catalog, Group, Ids
from metrics.versions import Version

DAY = timedelta(days=1)
LINES = """
SELECT account_id, starts_on - '0001-01-01'::date + 1,
       coalesce(ends_on, '9999-12-31') - '0001-01-01'::date + 1
FROM accounts_subscriptionline
WHERE plan_id = %(plan)s AND mrr > 0 AND starts_on < %(end)s
  AND (ends_on IS NULL OR ends_on >= %(start)s) AND {known}"""
STANDING = "voided_at IS NULL"
# As of an earlier position of the ledger: the lines that there were when it was recorded.
AS_KNOWN = """
recorded_at <= (SELECT recorded_at FROM accounts_ledgerentry WHERE position = %(known)s)
AND (voided_at IS NULL
     OR voided_at > (SELECT recorded_at FROM accounts_ledgerentry WHERE position = %(known)s))"""


@dataclass(frozen=True)
class Window:
    """A period [start, end) of some columns."""

    columns: Columns
    start: date
    end: date
    opened: State
    closed: State

    @cached_property
    def classed_by(self) -> np.ndarray:
        """The entry that says where each account belongs: that of the opening or, of who did not
        pay then, the first one in the period; 0 for who never pays."""
        places = self.columns.entries(self.start, self.end)
        if isinstance(places, slice):
            places = np.arange(places.start, places.stop, dtype=np.int32)
        paying = places[self.columns.after[places] > 0][::-1]
        first = np.zeros(len(self.columns.id), dtype=np.int32)
        first[self.columns.account[paying]] = paying
        return np.where(self.opened.paid > 0, self.opened.entry, first)

    def chosen(self, ids: Ids, asked: Asked) -> np.ndarray | None:
        """Which accounts the filters leave; None for all."""
        columns, mask = self.columns, None
        for name, key in ids.items():
            if name in ("segment", "region"):
                found = getattr(columns, name)[self.classed_by] == key
            elif name == "product":
                found = self._holding(key, asked.catalog)
            elif name == "plan":
                found = self._on_plan(key, asked.version)
            elif name == "cohort":
                found = columns.cohort == key
            elif name == "currency":
                found = columns.currency == key.encode()
            else:
                continue
            mask = found if mask is None else mask & found
        return mask

    def groups_of(self, asked: Asked) -> Iterator[tuple[Group, np.ndarray]]:
        """The groups that are asked for; none without."""
        return self.groups(asked.scope.group_by, asked) if asked.scope.group_by else iter(())

    def groups(self, by: str, asked: Asked) -> Iterator[tuple[Group, np.ndarray]]:
        """Who belongs to each group; the groups of products overlap."""
        columns, classed = self.columns, self.classed_by
        if by == "product":
            yield from ((key, self._holding(key, asked.catalog)) for key in asked.catalog.products)
            return
        if by == "currency":
            names, values = columns.currencies
        else:
            values = columns.cohort if by == "cohort" else getattr(columns, by)[classed]
            names = None
        values = np.where(classed > 0, values, -1)
        for value in np.unique(values[values >= 0]).tolist():
            yield (names[value] if names else value or None), values == value

    def _holding(self, product: int, catalog: Catalog) -> np.ndarray:
        sets = self.columns.set[self.classed_by]
        known = np.unique(sets[sets > 0])
        has = catalog.set_members(known)[:, list(catalog.products).index(product)] > 0
        return np.isin(sets, known[has])

    def _on_plan(self, plan: int, version: Version) -> np.ndarray:
        """Who pays for the plan on the day by which it is classed."""
        columns = self.columns
        opening = self.start - DAY
        values = {"plan": plan, "start": opening, "end": self.end, "known": version.known}
        with connection.cursor() as cursor:
            cursor.execute(
                LINES.format(known=STANDING if version.known is None else AS_KNOWN), values
            )
            lines = np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 3)
        place = np.searchsorted(columns.id, lines[:, 0]).clip(max=max(len(columns.id) - 1, 0))
        mask = np.zeros(len(columns.id), dtype=bool)
        if not len(columns.id):
            return mask
        day = np.where(self.opened.paid > 0, opening.toordinal(), columns.day[self.classed_by])[
            place
        ]
        meant = (columns.id[place] == lines[:, 0]) & (lines[:, 1] <= day) & (day < lines[:, 2])
        mask[place[meant]] = True
        return mask & (self.classed_by > 0)

    def having(self, kinds: list[int]) -> np.ndarray:
        """Which accounts have a part of these kinds in the period."""
        columns, within = self.columns, self.columns.parts(self.start, self.end)
        entries = columns.part_entry[within][np.isin(columns.part_kind[within], kinds)]
        mask = np.zeros(len(columns.id), dtype=bool)
        mask[columns.account[entries]] = True
        return mask if columns.hidden is None else mask & ~columns.hidden

    def currencies(self, mask: np.ndarray | None) -> set[str]:
        """The currencies of who pays before or in the period."""
        names, places = self.columns.currencies
        if len(names) == 1 and mask is None:
            return set(names) if self.opened.paid.any() or self.classed_by.any() else set()
        meant = self.classed_by > 0 if mask is None else mask & (self.classed_by > 0)
        return {names[place] for place in np.flatnonzero(np.bincount(places[meant]))}


def windows(asked: Asked) -> list[list[Window]]:
    """Of each stretch, its windows: one for each of the columns that make up the book."""
    days = [day for start, end in asked.stretches for day in (start - DAY, end - DAY)]
    books = [(columns, columns.states(days)) for columns in book(asked.version, asked.ids)]
    return [
        [
            Window(columns, start, end, states[start - DAY], states[end - DAY])
            for columns, states in books
        ]
        for start, end in asked.stretches
    ]
