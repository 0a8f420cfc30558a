"""What customers pay on a day, and how much of it is below the list price, since when."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from metrics.columns.given import Given
from metrics.columns.keeping import discounts
from metrics.inputs.pairs import Pairs, read_day
from metrics.inputs.rows import GROUPS, PROFILE, fetch
from metrics.registry import Asked, Group, Input, Read

# What is paid for a product or plan: the ledger knows what accounts pay in all.
PAID = """
SELECT account.id, account.currency, {group}, sum(line.mrr)::bigint
FROM accounts_subscriptionline line
JOIN accounts_account account ON account.id = line.account_id {profile}
WHERE line.voided_at IS NULL AND line.mrr > 0 AND line.starts_on <= %(on)s
  AND (line.ends_on IS NULL OR line.ends_on > %(on)s) AND {where}
GROUP BY 1, 2, 3 ORDER BY 1"""
FILTERS = {"product": "line.product_id = %(product)s", "plan": "line.plan_id = %(plan)s"}


class Paid(NamedTuple):
    account: int
    currency: str
    group: Group
    mrr: int


@dataclass(frozen=True)
class Discounts:
    """Who pays on a day, an item of each array for each: what, and what of it is below the list
    price (minor units a month); `since` is the first day of its oldest discount, as an ordinal,
    0 without one."""

    paid: np.ndarray
    below: np.ndarray
    since: np.ndarray
    currencies: tuple[str, ...]

    @property
    def customers(self) -> int:
        return len(self.paid)


class Below:
    """By account, what is paid below the list price on a day, and since when."""

    def __init__(self, asked: Asked) -> None:
        (on,) = asked.days
        books = discounts(asked.version, asked.ids)
        parts = [_added_up(each, np.flatnonzero(_meant(each, asked, on))) for each in books]
        self.id, self.mrr, self.since = map(np.concatenate, zip(*parts, strict=True))

    def of(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Money and first days of the accounts with these ids, which are in order."""
        below, since = np.zeros(len(ids)), np.zeros(len(ids), dtype=np.int32)
        if len(ids):
            place = np.searchsorted(ids, self.id).clip(max=len(ids) - 1)
            there = ids[place] == self.id
            below[place[there]], since[place[there]] = self.mrr[there], self.since[there]
        return below, since


def _meant(lines: Given, asked: Asked, on: date) -> np.ndarray:
    masks = [getattr(lines, name) == asked.ids[name] for name in FILTERS if name in asked.ids]
    return np.logical_and.reduce([lines.on(on), *masks])


def _added_up(lines: Given, places: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each account of the lines at these places, which are in the order of its id: the id,
    what the lines come to, and the first of their days."""
    account, mrr, since = (each[places] for each in (lines.id, lines.mrr, lines.since))
    if not len(account):
        return account, mrr, since
    starts = np.flatnonzero(np.diff(account, prepend=account[0] - 1))
    return account[starts], np.add.reduceat(mrr, starts), np.minimum.reduceat(since, starts)


def read(asked: Asked) -> Read:
    """What customers of each group pay on the day, and since when below the list price."""
    below = Below(asked)
    if FILTERS.keys() & asked.ids.keys():
        return _of_lines(asked, below)
    found = read_day(asked)
    return Read(
        [_of_pairs(pairs, below) for pairs in found.total],
        {key: [_of_pairs(each, below) for each in parts] for key, parts in found.groups.items()},
    )


def _of_pairs(pairs: Pairs, below: Below) -> Discounts:
    parts = [below.of(window.columns.id) for window, _ in pairs.windows]
    given, since = (np.concatenate(each)[pairs.paying] for each in zip(*parts, strict=True))
    return Discounts(pairs.opening[pairs.paying], given, since, pairs.currencies)


def _of_lines(asked: Asked, below: Below) -> Read:
    text = PAID.replace("{group}", GROUPS.get(asked.scope.group_by, "NULL::bigint"))
    text = text.replace("{profile}", PROFILE.format(day="%(on)s"))
    rows = fetch(text, Paid, asked, FILTERS, {"on": asked.days[0]})
    groups: dict[Group, list[Paid]] = defaultdict(list)
    for row in rows if asked.scope.group_by else ():
        groups[row.group].append(row)
    return Read(
        [_of_rows(rows, below)], {key: [_of_rows(each, below)] for key, each in groups.items()}
    )


def _of_rows(rows: Sequence[Paid], below: Below) -> Discounts:
    given, since = below.of(np.array([row.account for row in rows], dtype=np.int64))
    currencies = tuple(sorted({row.currency for row in rows}))
    return Discounts(np.array([row.mrr for row in rows], dtype=float), given, since, currencies)


DISCOUNTS = Input(
    read,
    False,
    ("segment", "region", "product", "plan", "cohort", "currency"),
    ("segment", "region", "cohort", "currency"),
    has_series=False,
)
