"""What must hold of the sums."""

from collections.abc import Iterator

from django.db import connection

from config.invariants import invariant
from metrics.sums import sides

DIFFERENT = f"""
SELECT month, key FROM (
    SELECT month, (segment_id, region_id, currency, set_id)::text AS key, accounts, mrr, mrr_squared
    FROM ({sides("position <= (SELECT coalesce(max(position), 0) FROM metrics_fold)")}) AS entries
    UNION ALL
    SELECT month, (segment_id, region_id, currency, product_set_id)::text,
           -accounts, -mrr, -mrr_squared
    FROM metrics_statesum
) AS both_sides
GROUP BY month, key
HAVING sum(accounts) <> 0 OR sum(mrr) <> 0 OR sum(mrr_squared) <> 0
ORDER BY month, key LIMIT 20"""


@invariant
def sums_follow_from_the_ledger() -> Iterator[str]:
    """The sums are those that a recomputation from the folded entries gives."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENT)
        for month, key in cursor.fetchall():
            yield f"{month}, (segment, region, currency, products) {key}"
