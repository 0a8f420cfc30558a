"""From the sums and the ledger's tail to what groups of accounts hold on a day: one statement.

Sums tell of all accounts. Who sees some only is answered from the ledger entries of those.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
from django.db import connection

from config.periods import next_month
from metrics.registry import Grain, Holdings, Metric, Scope
from metrics.sums import sides
from metrics.versions import Version

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

ENTRIES = """
SELECT day, segment_id, region_id, currency, product_set_id,
       cardinality(s.products)::smallint AS products, accounts, mrr, mrr_squared
FROM ({sides}) AS sides LEFT JOIN accounts_productset s ON s.id = product_set_id"""
TAIL = "position > %(folded)s AND effective_on <= %(last)s"
SINCE = (
    "position <= %(folded)s AND effective_on <= %(last)s "
    "AND effective_on >= coalesce(%(state)s, '-infinity'::date)"
)
# Entries that move an account from one group to another; only those count accounts.
MOVES = """(set_before_id, segment_before_id, region_before_id)
       IS DISTINCT FROM (set_after_id, segment_after_id, region_after_id)"""
MONTH = """CASE WHEN day < %(second_month)s THEN %(first_month)s
                ELSE date_trunc('month', day)::date END"""


def by_size(entries: str) -> str:
    """SQL of changes by size: they are known by day, so only what is not folded yet is read."""
    return f"""
SELECT day, segment_id, region_id, currency, NULL::bigint AS product_set_id, products,
       accounts, mrr, mrr_squared
FROM metrics_sizesum WHERE day <= %(last)s
UNION ALL {ENTRIES.format(sides=sides(f"{TAIL} AND {entries}"))}"""


def by_set(entries: str) -> str:
    """SQL of changes by set: the state when a month began, and the entries since."""
    return f"""
SELECT month AS day, segment_id, region_id, currency, product_set_id, products,
       accounts, mrr, mrr_squared
FROM metrics_setstate WHERE month = %(state)s
UNION ALL {ENTRIES.format(sides=sides(f"{SINCE} AND {entries}"))}
UNION ALL {ENTRIES.format(sides=sides(f"{TAIL} AND {entries}"))}"""


# In `ids`: the accounts that the asker sees. Sums do not know accounts, so this is no filter of
# changes but another source of them.
ACCOUNTS = "accounts"
OWN = f"account_id = ANY(%({ACCOUNTS})s::bigint[])"


def by_account(entries: str) -> str:
    """SQL of changes of some accounts: all their entries, of each size and set."""
    return ENTRIES.format(sides=sides(f"{OWN} AND effective_on <= %(last)s AND {entries}"))


def statement(metric: Metric, group_by: str | None, filters: list[str], months: int) -> str:
    """SQL that yields, by month, group and currency, an array of keys and arrays of changes.

    Changes before the first asked month are its own: it holds the opening state. Money is read
    by those metrics only that are about money.
    """
    figures = FIGURES if metric.money else FIGURES[:1]
    named = ", ".join(f"{figure} AS f{place}" for place, figure in enumerate(figures))
    nonzero = " OR ".join(f"{figure} <> 0" for figure in figures)
    arrays = ", ".join(f"array_agg(f{place})" for place in range(len(figures)))
    where = " AND ".join(FILTERS[name] for name in filters if name in FILTERS) or "TRUE"
    entries = "mrr_before <> mrr_after OR " * metric.money + MOVES
    changes = source(metric, filters)(f"({entries})")
    return f"""
SELECT month, group_id, currency, array_agg(key), {arrays}
FROM (
    SELECT {MONTH if months > 1 else "%(first_month)s::date"} AS month,
           {GROUPS[group_by]} AS group_id, currency, {KEYS[metric.grain]} AS key, {named}
    FROM ({changes}) AS changes
    WHERE {where}
    GROUP BY 1, 2, 3, 4
    HAVING {nonzero}
) AS summed
GROUP BY 1, 2, 3"""


def source(metric: Metric, filters: list[str]) -> Callable[[str], str]:
    """Where the changes come from: the least to read that tells apart what must be."""
    if ACCOUNTS in filters:
        return by_account
    return by_set if needs_sets(metric, filters) else by_size


def needs_sets(metric: Metric, filters: list[str]) -> bool:
    """Whether the question tells product sets apart; if not, their sizes are enough."""
    return metric.grain is Grain.SETS or "product" in filters


def asked_days(scope: Scope) -> list[date]:
    """The days whose state is asked for: one, or the last of each calendar month in the period."""
    if not scope.interval:
        return [scope.on]
    edges = [scope.start]
    while edges[-1] < scope.end:
        edges.append(min(next_month(edges[-1]), scope.end))
    return [edge - timedelta(days=1) for edge in edges[1:]]


Ids = dict[str, int | str | list[int]]
Group = int | str | None


def holdings(
    *, metric: Metric, scope: Scope, ids: Ids, version: Version
) -> dict[Group, list[Holdings]]:
    """What each group holds on each asked day, by the group's id (None without grouping).

    `ids` are the filters that apply, resolved to ids, and the accounts that are seen if not all;
    `version` is that of this very snapshot.
    """
    days = asked_days(scope)
    if source(metric, list(ids)) is not by_set:
        return _ask(metric, scope, ids, version, days)
    answers = [_ask(metric, scope, ids, version, [day]) for day in days]
    groups = {group for answer in answers for group in answer}
    return {group: [a[group][0] if group in a else NOTHING for a in answers] for group in groups}


def _ask(
    metric: Metric, scope: Scope, ids: Ids, version: Version, days: list[date]
) -> dict[Group, list[Holdings]]:
    months = [day.replace(day=1) for day in days]
    parameters = {
        "first_month": months[0],
        "second_month": next_month(months[0]),
        "last": days[-1],
        "folded": version.folded,
        "state": _state_before(days[-1], version),
        **ids,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement(metric, scope.group_by, list(ids), len(days)), parameters)
        found = cursor.fetchall()
    groups = defaultdict(list)
    for month, group, currency, *columns in found:
        groups[group].append((month, currency, *map(np.asarray, columns)))
    return {group: _states(changes, months) for group, changes in groups.items()}


def _state_before(day: date, version: Version) -> date | None:
    """The last month whose opening state is no later than the end of the day."""
    if version.states_from is None or version.states_to is None:
        return None
    month = min((day + timedelta(days=1)).replace(day=1), version.states_to)
    return month if month >= version.states_from else None


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


NONE = np.array([], dtype=np.int64)
NOTHING = Holdings(NONE, NONE, NONE, NONE)


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
        WHERE effective_on <= %(last)s AND {whose}
        ORDER BY account_id, effective_on, position DESC
    ) AS net
    WHERE sign = 1
    ORDER BY account_id, effective_on DESC
) AS states JOIN accounts_productset s ON s.id = product_set_id
WHERE mrr_after > 0"""


def each_account(*, on: date, ids: Ids, group: tuple[str, object] | None) -> np.ndarray:
    """Monthly revenue and number of products of every account of a small group: n x 2."""
    where = [FILTERS[name] for name in ids if name in FILTERS]
    if group:
        where.append(f"{GROUPS[group[0]]} IS NOT DISTINCT FROM %(group)s")
    each = EACH_ACCOUNT.format(whose=OWN if ACCOUNTS in ids else "TRUE")
    statement = " AND ".join([each, *where])
    with connection.cursor() as cursor:
        cursor.execute(statement, {"last": on, **ids, "group": group and group[1]})
        return np.array(cursor.fetchall(), dtype=float).reshape(-1, 2)
