"""What must hold of the sums."""

from collections.abc import Iterator

from django.db import connection

from config.invariants import invariant
from metrics.sums import sides

FOLDED = sides("position <= (SELECT coalesce(max(position), 0) FROM metrics_fold)")
ENTRIES = f"""
SELECT day, segment_id, region_id, currency, product_set_id, cardinality(s.products) AS products,
       accounts, mrr, mrr_squared
FROM ({FOLDED}) AS sides JOIN accounts_productset s ON s.id = product_set_id"""

# What each table of sums holds, and what it must hold.
TABLES = {
    "metrics_sizesum": ("day", "products", f"SELECT * FROM ({ENTRIES}) AS entries"),
    "metrics_setstate": (
        "month",
        "product_set_id",
        f"""SELECT entries.*, known.month::date AS month FROM ({ENTRIES}) AS entries
            JOIN metrics_fold fold ON TRUE
            JOIN generate_series(states_from, states_to, interval '1 month') AS known (month)
                 ON day < known.month""",
    ),
}


def different(table: str) -> str:
    """SQL of the keys whose figures differ between a table of sums and a recomputation."""
    period, kind, entries = TABLES[table]
    key = f"{period}, segment_id, region_id, currency, {kind}"
    return f"""
SELECT {key} FROM (
    SELECT {key}, accounts, mrr, mrr_squared FROM ({entries}) AS expected
    UNION ALL
    SELECT {key}, -accounts, -mrr, -mrr_squared FROM {table}
) AS both_sides
GROUP BY {key}
HAVING sum(accounts) <> 0 OR sum(mrr) <> 0 OR sum(mrr_squared) <> 0
ORDER BY {key} LIMIT 20"""


@invariant
def sums_follow_from_the_ledger() -> Iterator[str]:
    """The sums are those that a recomputation from the folded entries gives."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(different(table))
            for key in cursor.fetchall():
                yield f"{table} {', '.join(map(str, key))}"
