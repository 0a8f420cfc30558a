"""Adding the ledger's tail to the sums, so that figures read little."""

from datetime import date

from django.db import connection, transaction

from config.periods import next_month
from config.postgresql.limits import allow_long_work
from metrics.models import Fold
from metrics.sums import FIGURES, SLICE, sides
from metrics.versions import Version, data_version

NONZERO = "sum(accounts) <> 0 OR sum(mrr) <> 0 OR sum(mrr_squared) <> 0"
ADDED = ", ".join(f"sum({figure}) AS {figure}" for figure in FIGURES.split(", "))


def upsert(table: str, period: str, sets: str = "") -> str:
    """The head and tail of a statement that adds rows to a table of sums."""
    key = f"{period}, {SLICE}, {sets or 'products'}"
    kept = ", ".join(f"{name} = held.{name} + EXCLUDED.{name}" for name in FIGURES.split(", "))
    columns = f"{key}, products" if sets else key
    return (
        f"INSERT INTO {table} AS held ({columns}, {FIGURES}) %s "
        f"ON CONFLICT ({key}) DO UPDATE SET {kept}"
    )


# The tail by day, slice and set: small enough to be read for each table of sums.
TAIL = f"""
DROP TABLE IF EXISTS fold_tail, fold_month;
CREATE TEMP TABLE fold_tail ON COMMIT DROP AS
SELECT day, {SLICE}, product_set_id, cardinality(s.products) AS products, {ADDED}
FROM ({sides("position > %(folded)s AND position <= %(head)s")}) AS sides
JOIN accounts_productset s ON s.id = product_set_id
GROUP BY day, {SLICE}, product_set_id, s.products
HAVING {NONZERO}"""

SIZES = upsert("metrics_sizesum", "day") % (
    f"SELECT day, {SLICE}, products, {ADDED} FROM fold_tail GROUP BY day, {SLICE}, products "
    f"HAVING {NONZERO}"
)

MONTHS = f"""
CREATE TEMP TABLE fold_month ON COMMIT DROP AS
SELECT (date_trunc('month', day) + interval '1 month')::date AS month,
       {SLICE}, product_set_id, products, {ADDED}
FROM fold_tail GROUP BY 1, {SLICE}, product_set_id, products
HAVING {NONZERO}
ORDER BY 1"""

# Every state that there is gets what happened before its month.
STATES = (
    upsert("metrics_setstate", "month", "product_set_id")
    % f"""
SELECT known.month::date, {SLICE}, product_set_id, products, {ADDED}
FROM fold_month
JOIN generate_series(%(first)s::date, %(last)s::date, '1 month') AS known (month)
     ON fold_month.month <= known.month
GROUP BY known.month, {SLICE}, product_set_id, products"""
)

# A new state is the one before it and what has happened since.
NEXT = f"""
INSERT INTO metrics_setstate (month, {SLICE}, product_set_id, products, {FIGURES})
SELECT %(month)s, {SLICE}, product_set_id, products, {ADDED} FROM (
    SELECT {SLICE}, product_set_id, products, {FIGURES} FROM metrics_setstate
    WHERE month = %(month)s::date - interval '1 month'
    UNION ALL
    SELECT {SLICE}, product_set_id, products, {FIGURES} FROM fold_month WHERE month = %(month)s
) AS parts
GROUP BY {SLICE}, product_set_id, products
HAVING {NONZERO}"""

EMPTY = """
DELETE FROM metrics_sizesum; DELETE FROM metrics_setstate; DELETE FROM metrics_fold"""


@transaction.atomic
def fold(*, rebuild: bool = False) -> int:
    """Fold the ledger into the sums up to its head, and return how many entries that were.

    Answers are the same before and after: they always add the tail. With `rebuild` the sums
    are made anew. Folds wait for one another.
    """
    allow_long_work()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('metrics.folding'))")
        if rebuild:
            cursor.execute(EMPTY)
        stand = data_version()
        if stand.folded == stand.position:
            return 0
        cursor.execute(TAIL, {"folded": stand.folded, "head": stand.position})
        cursor.execute(MONTHS)
        cursor.execute(SIZES)
        first, last = _states(cursor, stand)
        facts = {"position": stand.position, "states_from": first, "states_to": last}
        Fold.objects.update_or_create(id=1, defaults=facts)
    return stand.position - stand.folded


def _states(cursor, stand: Version) -> tuple[date, date]:
    """Carry the tail to the states by month, and begin those up to the month after its last."""
    cursor.execute("SELECT min(month), max(month) FROM fold_month")
    earliest, latest = cursor.fetchone()
    first, last = stand.states_from, stand.states_to
    if first and earliest:
        cursor.execute(STATES, {"first": first, "last": last})
    month = next_month(last) if last else earliest
    while month and month <= latest:
        cursor.execute(NEXT, {"month": month})
        last, month = month, next_month(month)
    return first or earliest, last
