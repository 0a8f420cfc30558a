"""A period as the accounts saw it: what each paid before and at the end, and who is meant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from django.db import connection

from metrics.columns.columns import PARTS, Columns, Moving, numbered
from metrics.columns.keeping import book
from metrics.columns.states import States
from metrics.lines import lines_of
from metrics.registry import Asked, Catalog, Group, Ids

DAY = timedelta(days=1)
LINES = """
SELECT account_id, starts_on - '0001-01-01'::date + 1,
       coalesce(ends_on, '9999-12-31') - '0001-01-01'::date + 1
FROM {lines} AS line
WHERE plan_id = %(plan)s AND starts_on < %(end)s
  AND (ends_on IS NULL OR ends_on >= %(start)s)"""


@dataclass(frozen=True)
class Window:
    """A period [start, end) of some columns."""

    columns: Columns
    start: date
    end: date
    states: States

    @property
    def before(self) -> np.ndarray:
        """What each account pays on the day before the period."""
        return self.states.paid[self.start - DAY]

    @property
    def after(self) -> np.ndarray:
        """What each account pays on the last day of the period."""
        return self.states.paid[self.end - DAY]

    def moving(self, kind: str) -> Moving:
        """The entries of the period that move something of a kind, those of hidden accounts too."""
        return self.columns.moving(kind).between(self.columns, self.start, self.end)

    @cached_property
    def classed_by(self) -> np.ndarray:
        """The entry that says where each account belongs: that of the opening or, of who did not
        pay then, the first one in the period; 0 for who never pays."""
        columns, opening = self.columns, self.states.entry[self.start - DAY]
        began = (columns.first >= np.int32(self.start.toordinal())) & (
            columns.first < np.int32(self.end.toordinal())
        )
        if columns.hidden is not None:
            began &= ~columns.hidden
        first = np.where(self.before > 0, opening, columns.first_entry * began)
        back = self.moving("reactivation")
        meant = first[back.account] == 0
        if columns.hidden is not None:
            meant &= ~columns.hidden[back.account]
        # Of several entries of an account the first one stays.
        first[back.account[meant][::-1]] = back.places[meant][::-1]
        return first

    def chosen(self, ids: Ids, asked: Asked) -> np.ndarray | None:
        """Which accounts the filters leave; None for all."""
        columns, mask = self.columns, None
        for name, key in ids.items():
            if name in ("segment", "region"):
                found = self._classed(name, key)
            elif name == "product":
                found = self._holding(key, asked.catalog)
            elif name == "plan":
                found = self._on_plan(key, asked)
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
        if by == "product":
            yield from ((key, self._holding(key, asked.catalog)) for key in asked.catalog.products)
            return
        keys, labels = self.labels(by)
        yield from ((key, labels == place) for place, key in enumerate(keys))

    def labels(self, by: str) -> tuple[list[Group], np.ndarray]:
        """The groups, and the place among them of each account; -1 for who is not there."""
        columns, classed = self.columns, self.classed_by
        if by == "currency":
            keys, values = columns.currencies
        elif by == "cohort":
            keys, values = numbered(columns.cohort)
        else:
            every, codes = columns.coded(by)
            there, values = numbered(codes[classed])
            keys = [every[code] or None for code in there]
        return keys, np.where(classed > 0, values, -1)

    def _classed(self, name: str, key: int) -> np.ndarray:
        keys, codes = self.columns.coded(name)
        if key not in keys:
            return np.zeros(len(self.columns.id), dtype=bool)
        return codes[self.classed_by] == keys.index(key)

    def _holding(self, product: int, catalog: Catalog) -> np.ndarray:
        known, places = self._sets
        column = list(catalog.products).index(product)
        sets = self.columns.members(np.array(known, dtype=np.int64), catalog)
        # Place -1 is who is not there; before anybody came there is no set to take the last of.
        has = np.append(sets[:, column] > 0, False)
        return has[places] & (self.classed_by > 0)

    @cached_property
    def _sets(self) -> tuple[list[int], np.ndarray]:
        keys, places = numbered(self.columns.set[self.classed_by])
        return (keys[1:], places - 1) if keys[:1] == [0] else (keys, places)

    def _on_plan(self, plan: int, asked: Asked) -> np.ndarray:
        """Who pays for the plan on the day by which it is classed."""
        columns = self.columns
        opening = self.start - DAY
        version, gap_days = asked.version, asked.scope.gap_days
        values = {"plan": plan, "start": opening, "end": self.end}
        values |= {"known": version.known, "gap": gap_days}
        with connection.cursor() as cursor:
            cursor.execute(LINES.format(lines=lines_of(version, gap_days)), values)
            lines = np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 3)
        place = np.searchsorted(columns.id, lines[:, 0]).clip(max=max(len(columns.id) - 1, 0))
        mask = np.zeros(len(columns.id), dtype=bool)
        if not len(columns.id):
            return mask
        day = np.where(self.before > 0, opening.toordinal(), columns.day[self.classed_by])[place]
        meant = (columns.id[place] == lines[:, 0]) & (lines[:, 1] <= day) & (day < lines[:, 2])
        mask[place[meant]] = True
        return mask & (self.classed_by > 0)

    def having(self, kinds: list[int]) -> np.ndarray:
        """Which accounts have a part of these kinds in the period."""
        columns, within = self.columns, self.columns.parts(self.start, self.end)
        wanted = np.isin(np.arange(len(PARTS)), kinds)
        entries = columns.part_entry[within][wanted[columns.part_kind[within]]]
        mask = np.zeros(len(columns.id), dtype=bool)
        mask[columns.account[entries]] = True
        return mask if columns.hidden is None else mask & ~columns.hidden


def windows(asked: Asked) -> list[list[Window]]:
    """Of each stretch, its windows: one for each of the columns that make up the book."""
    since = min(start for start, _ in asked.stretches)
    books = [(columns, States(columns)) for columns in book(asked, since=since)]
    return [
        [Window(columns, start, end, states) for columns, states in books]
        for start, end in asked.stretches
    ]


def of_first_days(columns: Columns, on: date) -> Window:
    """A window that classes every account by its first paid day, up to the day."""
    return Window(columns, date.min + DAY, on + DAY, States(columns))
