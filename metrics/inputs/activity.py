"""What customers do in each month after their first paid day, by the month they came in."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
from django.db import connection

from metrics.columns.calendar import months_begun, months_completed
from metrics.columns.columns import PARTS, Columns, distinct
from metrics.columns.copying import copied, packed
from metrics.columns.keeping import book
from metrics.columns.reading import ORDINAL
from metrics.columns.window import of_first_days
from metrics.inputs.movements import UPSELLS
from metrics.registry import Asked, Ids, Input, Read

FILTERS = ("segment", "region", "product", "cohort", "currency")
GROUPS = ("segment", "region", "currency")
MANY = 1 << 16  # more months than there are
USED = f"""
SELECT DISTINCT usage.account_id, (usage.day {ORDINAL})::int4
FROM accounts_usageday usage JOIN pricing_feature feature ON feature.id = usage.feature_id
WHERE usage.kind = 'use' AND usage.value > 0 AND usage.day <= %(on)s AND {{where}}"""
OF_USE = {
    "accounts": "usage.account_id = ANY(%(accounts)s::bigint[])",
    "product": "feature.product_id = %(product)s",
    "feature": "feature.id = %(feature)s",
}
SINCE = f"""
SELECT (min(usage.day) {ORDINAL})::int4
FROM accounts_usageday usage JOIN pricing_feature feature ON feature.id = usage.feature_id
WHERE usage.kind = 'use' AND {{where}}"""
USE = {"id": "i8", "day": "i4"}

# Of some columns, the places of accounts and their months in which it was done, in this order.
Done = tuple[np.ndarray, np.ndarray]


class Ages:
    """How many months each account has completed by a day; -1: it has not begun to pay."""

    def __init__(self, columns: Columns, on: date) -> None:
        self.columns, day = columns, on.toordinal()
        begun = (columns.first > 0) & (columns.first <= day)
        # Of each day once, and there are few: it is the same for all who began on it.
        since = int(np.min(columns.first, where=begun, initial=day))
        months = months_completed(np.arange(since, day + 1), np.full(day + 1 - since, day))
        self.months = np.where(begun, months[(columns.first - since).clip(0, day - since)], -1)


@dataclass(frozen=True)
class Told:
    """What is known of the things that were done: all from the day `since` on, an ordinal; None
    where nobody told of any. `of` finds them in columns."""

    since: int | None
    of: Callable[[Columns], Done]


@dataclass(frozen=True)
class Month:
    """A cohort in its month k, from the k-th anniversary to the next: whose month is over and
    known, who of them did it in the month, and who by its end."""

    cohort: int  # year x 12 + month - 1
    months: int
    customers: int
    doing: int
    by_then: int
    whole: bool  # whether the month is over and known of everybody of the cohort


@dataclass(frozen=True)
class Activity:
    cells: list[Month]
    started: int
    since: date | None = None  # the first day that is known; None: all days are
    currencies: tuple[str, ...] = ()

    @property
    def customers(self) -> int:
        return self.started


class Added:
    """Cells of several columns, added up."""

    def __init__(self, since: int | None) -> None:
        self.since = since
        self.cells: dict[tuple[int, int], np.ndarray] = defaultdict(lambda: np.zeros(3, int))
        self.started: dict[int, int] = defaultdict(int)

    def add(self, ages: Ages, mask: np.ndarray | None, done: Done) -> None:
        """Count those who began to pay; `done` may tell of others, and of months not over yet."""
        columns, completed = ages.columns, ages.months
        meant = completed >= 0
        meant = meant if mask is None else meant & mask
        if columns.hidden is not None:
            meant &= ~columns.hidden
        if not meant.any():
            return
        first = int(columns.cohort[meant].min())
        row = np.where(meant, columns.cohort - first, 0)
        shape = int(row.max()) + 1, int(completed[meant].max()) + 1
        known, (account, month) = self._known(columns), done
        counts = month < np.where(meant, completed, 0)[account]
        if known.any():
            counts &= known[account] <= month
        places = np.flatnonzero(counts)
        account, month = account[places], month[places]

        def table(rows: np.ndarray, months: np.ndarray) -> np.ndarray:
            cells = np.bincount(row[rows] * shape[1] + months, minlength=shape[0] * shape[1])
            return cells.reshape(shape)

        every = np.flatnonzero(meant)
        some = np.flatnonzero(meant & (known < completed))
        # Whoever has completed m months has had the months 0 to m - 1, of which some are known.
        over = (table(some, known[some]) - table(some, completed[some])).cumsum(axis=1)
        at = np.flatnonzero(np.diff(account, prepend=-1))  # the first month of each comes first
        ever = account[at]
        by_then = table(ever, month[at]) - table(ever, completed[ever])
        told = (over, table(account, month), by_then.cumsum(axis=1))
        started = np.bincount(row[every])
        for cohort in np.flatnonzero(started):
            self.started[first + cohort] += int(started[cohort])
            for months in range(shape[1]):
                figures = [each[cohort, months] for each in told]
                if figures[0]:
                    self.cells[first + cohort, months] += figures

    def _known(self, columns: Columns) -> np.ndarray:
        """Of each account, the first month that is known from its first day."""
        found = np.zeros(len(columns.first), dtype=np.int32)
        before = np.flatnonzero((columns.first > 0) & (columns.first < self.since))
        since = np.full(len(before), self.since, dtype=np.int32)
        found[before] = months_begun(columns.first[before], since)
        return found

    def told(self) -> Activity:
        cells = [
            Month(int(cohort), months, *map(int, figures), bool(figures[0] == self.started[cohort]))
            for (cohort, months), figures in sorted(self.cells.items())
        ]
        since = date.fromordinal(self.since) if self.since else None
        return Activity(cells, sum(self.started.values()), since)


def read(asked: Asked, *, done: Callable[[Asked], Told]) -> Read:
    """What all who are chosen do, and each group; both as of the first paid day."""
    on, what = asked.days[0], done(asked)
    total, groups = Added(what.since), defaultdict(lambda: Added(what.since))
    for columns in book(asked) if what.since is not None else ():
        ages, window = Ages(columns, on), of_first_days(columns, on)
        chosen, of_these = window.chosen(asked.ids, asked), what.of(columns)
        total.add(ages, chosen, of_these)
        for key, mask in window.groups_of(asked):
            groups[key].add(ages, mask if chosen is None else mask & chosen, of_these)
    return Read([total.told()], {key: [added.told()] for key, added in groups.items()})


def _upgraded(asked: Asked) -> Told:
    kinds = (asked.scope.motion,) if asked.scope.motion else UPSELLS
    wanted = np.isin(np.arange(len(PARTS)), [PARTS[kind] for kind in kinds])

    def of(columns: Columns) -> Done:
        return columns.remembered(f"upgraded {kinds}", lambda: made(columns))

    def made(columns: Columns) -> Done:
        entry = columns.part_entry[wanted[columns.part_kind]]
        return _by_month(columns, columns.account[entry], columns.day[entry])

    return Told(0, of)


def _used(asked: Asked) -> Told:
    where = [OF_USE[name] for name in OF_USE if name in asked.ids]
    select = USED.format(where=" AND ".join(where) or "TRUE")
    found = copied(select, {**asked.ids, "on": asked.days[0]}, packed(USE), USE)

    def of(columns: Columns) -> Done:
        return _by_month(columns, *_places(columns, found["id"], found["day"]))

    return Told(_told_since(asked.ids), of)


def _by_month(columns: Columns, account: np.ndarray, day: np.ndarray) -> Done:
    """Once each, the accounts and their months in which something was done; nothing of days
    before an account began to pay."""
    begun = columns.first[account]
    there = np.flatnonzero((begun > 0) & (begun <= day))
    account, begun, day = account[there], begun[there], day[there]
    months = months_completed(begun, day)
    pairs = distinct(account.astype(np.int64) * MANY + months)
    return tuple(each.astype(np.int32) for each in np.divmod(pairs, MANY))


def _told_since(ids: Ids) -> int | None:
    """The first day of which any use is told, by whomever: what was before it nobody knows."""
    where = [OF_USE[name] for name in ("product", "feature") if name in ids]
    with connection.cursor() as cursor:
        cursor.execute(SINCE.format(where=" AND ".join(where) or "TRUE"), ids)
        return cursor.fetchone()[0]


def _places(columns: Columns, ids: np.ndarray, days: np.ndarray) -> Done:
    """Of accounts that are in the columns, their places there."""
    if not len(columns.id):
        return ids[:0].astype(int), days[:0]
    place = columns.id.searchsorted(ids).clip(max=len(columns.id) - 1)
    there = (columns.id[place] == ids) & (columns.first[place] > 0)
    return place[there], days[there]


UPGRADED = Input(
    partial(read, done=_upgraded), False, (*FILTERS, "known_at"), GROUPS, has_series=False
)
# Usage is told all day long, and not counted as a change.
IN_USE = Input(
    partial(read, done=_used),
    False,
    (*FILTERS, "feature"),
    GROUPS,
    has_series=False,
    is_counted=False,
)
