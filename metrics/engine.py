"""From the sums and the ledger's tail to what groups of accounts hold on a day: one statement."""

from collections import defaultdict
from datetime import date, timedelta

import numpy as np
from django.db import connection

from metrics.registry import Grain, Holdings, Metric, Scope
from metrics.sums import sides

GROUPS = {
    None: "NULL::bigint",
    "segment": "segment_id",
    "region": "region_id",
    "currency": "currency",
}
KEYS = {Grain.SIZES: "products", Grain.SETS: "product_set_id"}
FILTERS = {
    "segment": "segment_id = %(segment)s",
    "region": "region_id = %(region)s",
    "currency": "currency = %(currency)s",
    "product": (
        "product_set_id IN "
        "(SELECT id FROM accounts_productset WHERE products @> ARRAY[%(product)s]::bigint[])"
    ),
}
# Casts keep sums of whole numbers out of slow arithmetic; they are exact up to 2^53.
FIGURES = ("sum(accounts::int4)", "sum(mrr::float8)", "sum(mrr_squared)::float8")

# The sums know months. Entries count one by one where a month is asked for in part, and where
# they are not folded yet.
STARTED = sides(
    "position <= %(folded)s AND effective_on >= %(open_month)s AND effective_on <= %(last)s"
)
TAIL = sides("position > %(folded)s AND effective_on <= %(last)s")
CHANGES = f"""
SELECT month, segment_id, region_id, currency, product_set_id, products, accounts, mrr, mrr_squared
FROM metrics_statesum WHERE month < %(open_month)s
UNION ALL
SELECT month, segment_id, region_id, currency, set_id, cardinality(s.products),
       accounts, mrr, mrr_squared
FROM ({STARTED} UNION ALL {TAIL}) AS sides JOIN accounts_productset s ON s.id = set_id"""


def statement(metric: Metric, group_by: str | None, filters: list[str]) -> str:
    """SQL that yields, by month, group and currency, an array of keys and arrays of changes.

    Changes before the first asked month are its own: it holds the opening state. Money is read
    by those metrics only that are about money.
    """
    figures = FIGURES if metric.money else FIGURES[:1]
    named = ", ".join(f"{figure} AS f{place}" for place, figure in enumerate(figures))
    nonzero = " OR ".join(f"{figure} <> 0" for figure in figures)
    arrays = ", ".join(f"array_agg(f{place})" for place in range(len(figures)))
    where = " AND ".join(FILTERS[name] for name in filters) or "TRUE"
    return f"""
SELECT month, group_id, currency, array_agg(key), {arrays}
FROM (
    SELECT greatest(month, %(first_month)s) AS month, {GROUPS[group_by]} AS group_id, currency,
           {KEYS[metric.grain]} AS key, {named}
    FROM ({CHANGES}) AS changes
    WHERE {where}
    GROUP BY 1, 2, 3, 4
    HAVING {nonzero}
) AS summed
GROUP BY 1, 2, 3"""


def asked_days(scope: Scope) -> list[date]:
    """The days whose state is asked for: one, or the last of each calendar month in the period."""
    if not scope.interval:
        return [scope.on]
    edges = [scope.start]
    while edges[-1] < scope.end:
        edges.append(min(next_month(edges[-1]), scope.end))
    return [edge - timedelta(days=1) for edge in edges[1:]]


def next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


Ids = dict[str, int | str]


def holdings(
    *, metric: Metric, scope: Scope, ids: Ids, folded: int
) -> dict[int | str | None, list[Holdings]]:
    """What each group holds on each asked day, by the group's id (None without grouping).

    `ids` are the filters that apply, resolved to ids; `folded` is the position that the sums
    have reached in this very snapshot.
    """
    days = asked_days(scope)
    last, months = days[-1], [day.replace(day=1) for day in days]
    whole = next_month(last) - timedelta(days=1) == last
    parameters = {
        "first_month": months[0],
        "open_month": next_month(last) if whole else months[-1],
        "last": last,
        "folded": folded,
        **ids,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement(metric, scope.group_by, list(ids)), parameters)
        found = cursor.fetchall()
    groups = defaultdict(list)
    for month, group, currency, *columns in found:
        groups[group].append((month, currency, *map(np.asarray, columns)))
    return {group: _states(changes, months) for group, changes in groups.items()}


def _states(changes: list[tuple], months: list[date]) -> list[Holdings]:
    """Running totals of a group's changes, at each month."""
    keys = np.unique(np.concatenate([change[2] for change in changes]))
    totals = np.zeros((len(months), len(FIGURES), len(keys)))
    held = defaultdict(lambda: np.zeros(len(months)))
    for month, currency, key, *figures in changes:
        place = months.index(month)
        columns = np.searchsorted(keys, key)
        for row, figure in enumerate(figures):
            totals[place, row, columns] += figure
        held[currency][place] += figures[0].sum()
    totals = totals.cumsum(axis=0)
    present = {currency: counts.cumsum() for currency, counts in held.items()}
    return [
        _state(keys, totals[place], [name for name, counts in present.items() if counts[place]])
        for place in range(len(months))
    ]


def _state(keys: np.ndarray, totals: np.ndarray, currencies: list[str]) -> Holdings:
    kept = totals[0] != 0
    accounts, mrr, squared = totals[:, kept]
    return Holdings(
        keys[kept],
        accounts.round().astype(np.int64),
        mrr.round().astype(np.int64),
        squared,
        tuple(sorted(currencies)),
    )


def merged(parts: list[Holdings]) -> Holdings:
    """Several groups as one."""
    if len(parts) == 1:
        return parts[0]
    keys, places = np.unique(
        np.concatenate([part.keys for part in parts]) if parts else np.array([], dtype=np.int64),
        return_inverse=True,
    )
    columns = []
    for name in ("accounts", "mrr", "mrr_squared"):
        values = [getattr(part, name) for part in parts]
        summed = np.bincount(
            places, weights=np.concatenate(values) if values else None, minlength=len(keys)
        )
        columns.append(summed if name == "mrr_squared" else summed.round().astype(np.int64))
    currencies = sorted({name for part in parts for name in part.currencies})
    return Holdings(keys, *columns, tuple(currencies))


# The state of each account on a day: the last day's entry that is in force.
EACH_ACCOUNT = """
SELECT mrr_after, cardinality(s.products) FROM (
    SELECT DISTINCT ON (account_id) segment_after_id AS segment_id, region_after_id AS region_id,
           currency, set_after_id AS product_set_id, mrr_after
    FROM (
        SELECT DISTINCT ON (account_id, effective_on) * FROM accounts_ledgerentry
        WHERE effective_on <= %(last)s
        ORDER BY account_id, effective_on, position DESC
    ) AS net
    WHERE sign = 1
    ORDER BY account_id, effective_on DESC
) AS states JOIN accounts_productset s ON s.id = product_set_id
WHERE mrr_after > 0"""


def each_account(*, on: date, ids: Ids, group: tuple[str, object] | None) -> np.ndarray:
    """Monthly revenue and number of products of every account of a small group: n x 2."""
    where = [FILTERS[name] for name in ids]
    if group:
        where.append(f"{GROUPS[group[0]]} IS NOT DISTINCT FROM %(group)s")
    statement = " AND ".join([EACH_ACCOUNT, *where])
    with connection.cursor() as cursor:
        cursor.execute(statement, {"last": on, **ids, "group": group and group[1]})
        return np.array(cursor.fetchall(), dtype=float).reshape(-1, 2)
