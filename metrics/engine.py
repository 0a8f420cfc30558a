"""From the sums and the ledger's tail to what groups of accounts hold on a day: one statement.

Sums tell of all accounts. Who sees some only is answered from the ledger entries of those.
"""

from collections import defaultdict
from datetime import date
from typing import NamedTuple, Self

import numpy as np
from django.db import connection

from metrics.holdings import Grain, Holdings, distinct
from metrics.lines import ACCOUNTS, THEIRS
from metrics.registry import Group, Ids
from metrics.sums import Stretch, sides, stretches
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
DIVIDED = {"segment", "region"}
TAIL = "position > %(folded)s"  # what the sums do not know yet
KNOWN = "position <= %(known)s"  # what was known then
# Casts keep sums of whole numbers out of slow arithmetic; they are exact up to 2^53. Squares
# go beyond that: they stay whole numbers of any length until all are added up.
FIGURES = ("sum(accounts::int4)", "sum(mrr::float8)", "sum(mrr_squared)")
NAMES = ("accounts", "mrr", "mrr_squared")


# Entries that move an account from one key to another; without money, no others count.
MOVES = """(set_before_id, segment_before_id, region_before_id)
       IS DISTINCT FROM (set_after_id, segment_after_id, region_after_id)"""


class Source(NamedTuple):
    """The smallest of the sums that tells apart what is asked for, and what is read of it."""

    table: str
    has_days: bool
    columns: tuple[str, ...]
    figures: int

    @classmethod
    def of(cls, grain: Grain, group_by: str | None, filters: list[str], *, money: bool) -> Self:
        figures = len(FIGURES) if money else 1
        markets = ("currency", "segment_id", "region_id")
        sizes = ("products",) if grain is Grain.SIZES else ()
        if sizes and "product" not in filters:
            return cls("sizesum", True, (*markets, *sizes), figures)
        if figures > 1 or sizes or DIVIDED & {group_by, *filters}:
            return cls("statesum", False, (*markets, "product_set_id", *sizes), figures)
        return cls("setsum", True, ("currency", "product_set_id"), figures)


def statement(
    source: Source, grain: Grain, group_by: str | None, filters: list[str], days: list[date]
) -> str:
    """SQL that yields, by month, group and currency, an array of keys and arrays of changes.

    Changes up to the first asked day are its month's: they are the opening state. Money is read
    by those metrics only that are about money.
    """
    figures = FIGURES[: source.figures]
    named = ", ".join(f"{figure} AS f{place}" for place, figure in enumerate(figures))
    nonzero = " OR ".join(f"{figure} <> 0" for figure in figures)
    arrays = ", ".join(f"array_agg(f{place})" for place in range(len(figures)))
    where = " AND ".join(FILTERS[name] for name in filters if name in FILTERS) or "TRUE"
    changes = _sources(source, filters, days)
    return f"""
SELECT month, group_id, currency, array_agg(key), {arrays}
FROM (
    SELECT month, {GROUPS[group_by]} AS group_id, currency, {KEYS[grain]} AS key, {named}
    FROM ({" UNION ALL ".join(changes)}) AS changes
    WHERE {where}
    GROUP BY 1, 2, 3, 4
    HAVING {nonzero}
) AS summed
GROUP BY 1, 2, 3"""


def _sources(source: Source, filters: list[str], days: list[date]) -> list[str]:
    """SQL of the changes: sums and what they lack; of some accounts or of the past, entries."""
    # Sums do not know accounts: those that the asker sees are no filter of changes but another
    # source of them.
    which = [text for name, text in ((ACCOUNTS, THEIRS), ("known", KNOWN)) if name in filters]
    if which:
        return [_recorded(source, " AND ".join(which), days)]
    changes = [_changes(source, part) for part in stretches(days)]
    return [*changes, _recorded(source, TAIL, days)]


def _changes(source: Source, part: Stretch) -> str:
    """SQL of a stretch of changes: of the sums or, for single days of sets, of the ledger."""
    since = f"{{day}} >= '{part.since}' AND" if part.since else ""
    within = f"{since} {{day}} < '{part.until}'"
    month = f"DATE '{part.label}'" if part.label else "starts_on"
    if part.span == "day" and not source.has_days:
        where = f"position <= %(folded)s AND {within.format(day='effective_on')}"
        return _entries(source, where, month, part.sign)
    return (
        f"SELECT {month} AS month, {', '.join(source.columns)}, {_signed(source, part.sign)} "
        f"FROM metrics_{source.table} "
        f"WHERE span = '{part.span}' AND {within.format(day='starts_on')}"
    )


def _recorded(source: Source, which: str, days: list[date]) -> str:
    """SQL of changes straight from the entries that `which` names."""
    where = f"{which} AND effective_on <= '{days[-1]}'"
    month = f"greatest(date_trunc('month', day)::date, DATE '{days[0].replace(day=1)}')"
    return _entries(source, where, month, 1)


def _entries(source: Source, where: str, month: str, sign: int) -> str:
    if source.figures == 1:
        where = f"{where} AND {MOVES}"
    entries = f"({sides(where)}) AS sides"
    if "products" in source.columns:
        entries += " JOIN accounts_productset s ON s.id = product_set_id"
    columns = ", ".join(source.columns).replace("products", "cardinality(s.products) AS products")
    return f"SELECT {month} AS month, {columns}, {_signed(source, sign)} FROM {entries}"


def _signed(source: Source, sign: int) -> str:
    return ", ".join(f"{'-' * (sign < 0)}{name} AS {name}" for name in NAMES[: source.figures])


def holdings(
    *,
    grain: Grain,
    days: list[date],
    version: Version,
    ids: Ids,
    group_by: str | None = None,
    money: bool = False,
) -> dict[Group, list[Holdings]]:
    """What each group holds on each day, by the group's id (None without grouping).

    `ids` are the filters that apply, resolved to ids, and the accounts that are seen if not all;
    `version` is that of this very snapshot.
    """
    known = {} if version.known is None else {"known": version.known}
    filters = [*ids, *known]
    source = Source.of(grain, group_by, filters, money=money)
    text = statement(source, grain, group_by, filters, days)
    with connection.cursor() as cursor:
        cursor.execute(text, {"folded": version.folded, **ids, **known})
        found = cursor.fetchall()
    groups = defaultdict(list)
    for month, group, currency, *columns in sorted(found, key=lambda row: str(row[:3])):
        groups[group].append((month, currency, *map(np.asarray, columns)))
    months = [day.replace(day=1) for day in days]
    return {group: _states(changes, months) for group, changes in groups.items()}


def _states(changes: list[tuple], months: list[date]) -> list[Holdings]:
    """Running totals of a group's changes, at each month."""
    keys = distinct(np.concatenate([change[2] for change in changes]))
    shape = (len(months), len(keys))
    totals = [np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=object)]
    held = defaultdict(lambda: np.zeros(len(months)))
    for month, currency, key, *figures in changes:
        place = months.index(month)
        columns = np.searchsorted(keys, key)
        for total, figure in zip(totals, figures, strict=False):
            total[place, columns] += figure
        held[currency][place] += figures[0].sum()
    totals = [total.cumsum(axis=0) for total in totals]
    present = {currency: counts.cumsum() for currency, counts in held.items()}
    return [
        _state(
            keys,
            [total[place] for total in totals],
            [name for name, counts in present.items() if counts[place]],
        )
        for place in range(len(months))
    ]


def _state(keys: np.ndarray, totals: list[np.ndarray], currencies: list[str]) -> Holdings:
    kept = totals[0] != 0
    accounts, mrr, squared = (total[kept] for total in totals)
    return Holdings(
        keys[kept],
        accounts.round().astype(np.int64),
        mrr.round().astype(np.int64),
        squared.astype(float),
        tuple(sorted(currencies)),
    )
