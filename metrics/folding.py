"""Adding the ledger's tail to the sums, so that figures read little."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection, transaction

from config.postgresql.limits import allow_long_work
from metrics.models import Fold
from metrics.sums import sides
from metrics.versions import data_version

MARKETS = ("segment_id", "region_id", "currency")
COUNTS, MONEY = ("accounts",), ("accounts", "mrr", "mrr_squared")


class Kept(NamedTuple):
    """Of a table of sums: what its rows are told apart by, their figures, and their spans."""

    table: str
    key: tuple[str, ...]
    rest: tuple[str, ...]  # follows from the key
    figures: tuple[str, ...]
    spans: tuple[str, ...]


KEPT = (
    Kept("metrics_sizesum", (*MARKETS, "products"), (), MONEY, ("year", "month", "day")),
    Kept("metrics_setsum", ("currency", "product_set_id"), (), COUNTS, ("year", "month", "day")),
    Kept("metrics_statesum", (*MARKETS, "product_set_id"), ("products",), MONEY, ("year", "month")),
)


def grouped(relation: str, start: str, names: Sequence[str], figures: Sequence[str]) -> str:
    """SQL that adds changes up by the start of their stretch and some columns."""
    columns = ", ".join([f"{start} AS starts_on", *names])
    summed = ", ".join(f"sum({figure}) AS {figure}" for figure in figures)
    nonzero = " OR ".join(f"sum({figure}) <> 0" for figure in figures)
    places = ", ".join(map(str, range(1, len(names) + 2)))
    return f"SELECT {columns}, {summed} FROM {relation} GROUP BY {places} HAVING {nonzero}"


def added(kept: Kept, span: str) -> str:
    """SQL of the statement that adds the changes to the rows of a table and span."""
    source = "days" if span == "day" else "months"
    start = "date_trunc('year', starts_on)::date" if span == "year" else "starts_on"
    names = (*kept.key, *kept.rest)
    changes = grouped(source, start, names, kept.figures)
    return f"""
INSERT INTO {kept.table} AS held (span, starts_on, {", ".join([*names, *kept.figures])})
SELECT '{span}', * FROM ({changes}) AS changes
ORDER BY {", ".join(["starts_on", *kept.key])}
ON CONFLICT (span, starts_on, {", ".join(kept.key)}) DO UPDATE SET
    {", ".join(f"{name} = held.{name} + EXCLUDED.{name}" for name in kept.figures)}"""


NEW = sides("entry.position > %(folded)s AND entry.position <= %(head)s")
SIDES = f"""(
    SELECT sides.*, cardinality(s.products) AS products
    FROM ({NEW}) AS sides JOIN accounts_productset s ON s.id = product_set_id) AS sides"""
STATE = (*MARKETS, "product_set_id", "products")
MONTH = "date_trunc('month', starts_on)::date"
# The ledger is read once; coarser sums are added up from finer ones.
ADD = f"""
WITH days AS MATERIALIZED ({grouped(SIDES, "day", STATE, MONEY)}),
months AS MATERIALIZED ({grouped("days", MONTH, STATE, MONEY)}),
""" + ",\n".join(
    f"{kept.table}_{span} AS ({added(kept, span)})" for kept in KEPT for span in kept.spans
)


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
            for table in (*(kept.table for kept in KEPT), "metrics_fold"):
                cursor.execute(f"DELETE FROM {table}")
        stand = data_version()
        if stand.folded == stand.position:
            return 0
        cursor.execute(f"{ADD} SELECT", {"folded": stand.folded, "head": stand.position})
        Fold.objects.update_or_create(id=1, defaults={"position": stand.position})
    return stand.position - stand.folded
