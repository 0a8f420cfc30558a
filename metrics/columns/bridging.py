"""Columns as they would be if products that restart soon had never stopped."""

from dataclasses import replace
from datetime import date

import numpy as np
from django.db import connection

from accounts.ledger.timeline import expected
from accounts.models import ProductSet
from metrics.columns.columns import Columns
from metrics.columns.reading import ROWS, columns_of
from metrics.lines import ACCOUNTS, GAPS, PAID, THEIRS, known, lines_of
from metrics.registry import Asked
from metrics.versions import Version

RESTARTED = f"""
SELECT DISTINCT account_id FROM ({GAPS}) AS gap
WHERE ends_on >= %(since)s AND starts_on < %(until)s ORDER BY 1"""
# As of an earlier position, what the entries of then say of segment and region.
PROFILES = """
(SELECT account_id, effective_on AS starts_on, segment_after_id AS segment_id,
        region_after_id AS region_id,
        lead(effective_on) OVER (PARTITION BY account_id ORDER BY effective_on) AS ends_on
 FROM (SELECT DISTINCT ON (account_id, effective_on) * FROM accounts_ledgerentry
       WHERE account_id = ANY(%(accounts)s::bigint[]) AND position <= %(known)s
       ORDER BY account_id, effective_on, position DESC) AS net
 WHERE sign = 1)"""
# Sets that no account ever had get the next numbers, for this answer only.
NUMBER = """
coalesce((SELECT id FROM accounts_productset kept WHERE kept.products = held.products),
         (SELECT max(id) FROM accounts_productset) + row_number() OVER (ORDER BY held.bits))"""
MADE = """
SELECT asked.number, array_agg(DISTINCT line.product_id)
FROM unnest(%(numbers)s::bigint[], %(holders)s::bigint[], %(days)s::date[])
     AS asked (number, account_id, day)
JOIN {lines} AS line ON line.account_id = asked.account_id AND line.starts_on <= asked.day
     AND (line.ends_on IS NULL OR line.ends_on > asked.day)
WHERE line.product_id IS NOT NULL GROUP BY 1"""


def over_gaps(books: list[Columns], asked: Asked, since: date) -> list[Columns]:
    """The columns with the entries of accounts that have gaps made anew, as if there were none.

    They are what the ledger would say if lines went on until the restart of their product.
    Accounts whose gaps lie outside of [since, the last day asked about] stay as they are.
    """
    version = asked.version
    which, values = [known(version), PAID], {"gap": asked.scope.gap_days, "known": version.known}
    values |= {"since": since, "until": max(end for _, end in asked.stretches)}
    if ACCOUNTS in asked.ids:
        which, values = [*which, THEIRS], {**values, ACCOUNTS: asked.ids[ACCOUNTS]}
    with connection.cursor() as cursor:
        cursor.execute(RESTARTED.format(which=" AND ".join(which)), values)
        accounts = [account for (account,) in cursor.fetchall()]
    if not accounts:
        return books
    rest = [columns.without(np.array(accounts)) for columns in books]
    return [*rest, _bridged(version, {**values, ACCOUNTS: accounts})]


def _bridged(version: Version, values: dict) -> Columns:
    lines = lines_of(version, values["gap"], whose=THEIRS)
    profiles = {} if version.known is None else {"profiles": "profile"}
    items = [
        "touched AS MATERIALIZED (SELECT unnest(%(accounts)s::bigint[]) AS account_id)",
        f"carried AS MATERIALIZED {lines}",
        *([f"profile AS MATERIALIZED {PROFILES}"] if profiles else []),
        expected(lines="carried", stands="TRUE", number=NUMBER, **profiles),
    ]
    source = "expected JOIN sets s ON s.id = set_after_id"
    columns = columns_of(f"WITH {', '.join(items)} {ROWS.format(source=source)}", values)
    return replace(columns, made=_made(columns, MADE.format(lines=lines), values))


def _made(columns: Columns, text: str, values: dict) -> dict[int, tuple[int, ...]]:
    """The products of sets that no account really had, as one holds them on a day."""
    numbers, places = np.unique(columns.set[1:], return_index=True)
    real = ProductSet.objects.filter(pk__in=numbers.tolist()).values_list("pk", flat=True)
    new = ~np.isin(numbers, list(real))
    if not new.any():
        return {}
    places = places[new] + 1
    values = {
        **values,
        "numbers": numbers[new].tolist(),
        "holders": columns.id[columns.account[places]].tolist(),
        "days": [date.fromordinal(day) for day in columns.day[places].tolist()],
    }
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return {number: tuple(products) for number, products in cursor.fetchall()}
