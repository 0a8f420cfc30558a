"""Pairs that know, where it is asked for, what each product of an account lost by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import repeat

import numpy as np
from django.db import connection

from metrics.columns.window import DAY
from metrics.inputs import pairs
from metrics.inputs.pairs import GROUPS, PARAMETERS, Block, Pairs
from metrics.lines import ACCOUNTS, THEIRS, lines_of
from metrics.registry import Asked, Input, Read

GRAINS = ("account", "product")
# Of each account the lower of two days' revenue, product by product. Credits are of no product:
# they count as one more.
LEAST = """
SELECT account_id, sum(least(before, after))::bigint FROM (
    SELECT account_id, product_id,
           coalesce(sum(mrr) FILTER (WHERE starts_on <= %(opening)s
                                     AND (ends_on IS NULL OR ends_on > %(opening)s)), 0) AS before,
           coalesce(sum(mrr) FILTER (WHERE starts_on <= %(closing)s
                                     AND (ends_on IS NULL OR ends_on > %(closing)s)), 0) AS after
    FROM {lines} AS line
    WHERE starts_on <= %(closing)s AND (ends_on IS NULL OR ends_on > %(opening)s)
    GROUP BY 1, 2
) AS products GROUP BY 1 HAVING sum(least(before, after)) > 0"""


@dataclass(frozen=True)
class Kept(Pairs):
    """`least` are rows of account and what is left of it, product by product; None: not asked."""

    least: np.ndarray | None = None

    def by_product(self) -> Iterator[Block]:
        """What accounts paid at the opening and what they still pay of each product, as they pay
        it, and the factor that converts it."""
        for (window, mask), factor in zip(self.windows, self.factors or repeat(1), strict=False):
            opening = window.before if mask is None else np.where(mask, window.before, 0)
            ids, left = window.columns.id, np.zeros(len(window.columns.id))
            if len(ids):
                place = np.searchsorted(ids, self.least[:, 0]).clip(max=len(ids) - 1)
                there = ids[place] == self.least[:, 0]
                left[place[there]] = self.least[there, 1]
            yield opening, left * (opening > 0), factor


def read(asked: Asked) -> Read:
    """The pairs of all who are chosen and of each group, with the losses of products if asked."""
    found = pairs.read(asked)
    least = [
        _least(asked, each, *stretch)
        for each, stretch in zip(found.total, asked.stretches, strict=True)
    ]

    def kept(parts: list[Pairs]) -> list[Kept]:
        return [Kept(each.windows, least=left) for each, left in zip(parts, least, strict=True)]

    return Read(kept(found.total), {key: kept(parts) for key, parts in found.groups.items()})


def _least(asked: Asked, found: Pairs, start: date, end: date) -> np.ndarray | None:
    if asked.scope.grain != "product":
        return None
    values = {"opening": start - DAY, "closing": end - DAY, "known": asked.version.known}
    rows = _rows(lines_of(asked.version, None), values)
    for window, _ in found.windows:
        if window.columns.made is not None:  # these are over gaps
            bridged = window.columns.id
            lines = lines_of(asked.version, asked.scope.gap_days, whose=THEIRS)
            values |= {"gap": asked.scope.gap_days, ACCOUNTS: bridged.tolist()}
            others = rows[~np.isin(rows[:, 0], bridged)]
            rows = np.concatenate([others, _rows(lines, values)])
    return rows


def _rows(lines: str, values: dict) -> np.ndarray:
    with connection.cursor() as cursor:
        cursor.execute(LEAST.format(lines=lines), values)
        return np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 2)


KEPT = Input(read, True, PARAMETERS, GROUPS, join=pairs.join, rates_of="opening")
