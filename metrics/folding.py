"""Adding the ledger's tail to the sums, so that figures read little."""

from django.db import connection, transaction

from metrics.sums import sides

NEW = sides("entry.position > %(folded)s AND entry.position <= %(head)s")
ADD = f"""
INSERT INTO metrics_statesum AS held (
    month, segment_id, region_id, currency, product_set_id, products, accounts, mrr, mrr_squared)
SELECT month, segment_id, region_id, currency, set_id, cardinality(s.products),
       sum(accounts), sum(mrr), sum(mrr_squared)
FROM ({NEW}) AS sides JOIN accounts_productset s ON s.id = sides.set_id
GROUP BY month, segment_id, region_id, currency, set_id, s.products
HAVING sum(accounts) <> 0 OR sum(mrr) <> 0 OR sum(mrr_squared) <> 0
ORDER BY month, segment_id, region_id, currency, set_id
ON CONFLICT (month, segment_id, region_id, currency, product_set_id) DO UPDATE SET
    accounts = held.accounts + EXCLUDED.accounts,
    mrr = held.mrr + EXCLUDED.mrr,
    mrr_squared = held.mrr_squared + EXCLUDED.mrr_squared"""


@transaction.atomic
def fold(*, rebuild: bool = False) -> int:
    """Fold the ledger into the sums up to its head, and return how many entries that were.

    Answers are the same before and after: they always add the tail. With `rebuild` the sums
    are made anew. Folds wait for one another.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '128MB'")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('metrics.folding'))")
        if rebuild:
            cursor.execute("DELETE FROM metrics_statesum; UPDATE metrics_fold SET position = 0")
        cursor.execute(
            "SELECT fold.position, head.position FROM metrics_fold fold, accounts_ledgerhead head"
        )
        folded, head = cursor.fetchone()
        if folded == head:
            return 0
        cursor.execute(ADD, {"folded": folded, "head": head})
        cursor.execute("UPDATE metrics_fold SET position = %s", [head])
    return head - folded
