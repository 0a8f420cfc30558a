"""Adding the ledger's tail to the sums, so that figures read little."""

from django.db import connection, transaction

from metrics.models import Fold
from metrics.sums import sides
from metrics.versions import data_version

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
            cursor.execute("DELETE FROM metrics_statesum; DELETE FROM metrics_fold")
        stand = data_version()
        if stand.folded == stand.position:
            return 0
        cursor.execute(ADD, {"folded": stand.folded, "head": stand.position})
        Fold.objects.update_or_create(id=1, defaults={"position": stand.position})
    return stand.position - stand.folded
