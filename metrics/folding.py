"""Adding the ledger's tail to the sums, so that figures read little."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection, transaction

from config.postgresql.limits import allow_long_work
from metrics.columns.keeping import keep
from metrics.models import Fold
from metrics.sums import MOVEMENTS, movements, states
from metrics.versions import data_version

MARKETS = ("segment_id", "region_id", "currency")
COUNTS, MONEY = ("accounts",), ("accounts", "mrr", "mrr_squared")


class Kept(NamedTuple):
    """Of a table of sums: what its rows are told apart by, their figures, and their spans.

    `changes` names what it sums up, as in `CHANGES`.
    """

    table: str
    changes: str
    key: tuple[str, ...]
    rest: tuple[str, ...]  # follows from the key
    figures: tuple[str, ...]
    spans: tuple[str, ...]


SPANS = ("year", "month", "day")
KEPT = (
    Kept("metrics_sizesum", "states", (*MARKETS, "products"), (), MONEY, SPANS),
    Kept("metrics_setsum", "states", ("currency", "product_set_id"), (), COUNTS, SPANS),
    Kept(
        "metrics_statesum",
        "states",
        (*MARKETS, "product_set_id"),
        ("products",),
        MONEY,
        ("year", "month"),
    ),
    Kept("metrics_movementsum", "movements", ("currency",), (), tuple(MOVEMENTS), SPANS),
)
# Of each: SQL of its changes for a condition on entries, what they are told apart by, figures.
CHANGES = {
    "states": (states, (*MARKETS, "product_set_id", "products"), MONEY),
    "movements": (movements, ("currency",), tuple(MOVEMENTS)),
}


def grouped(relation: str, start: str, names: Sequence[str], figures: Sequence[str]) -> str:
    """SQL that adds changes up by the start of their stretch and some columns."""
    columns = ", ".join([f"{start} AS starts_on", *names])
    summed = ", ".join(f"sum({figure}) AS {figure}" for figure in figures)
    nonzero = " OR ".join(f"sum({figure}) <> 0" for figure in figures)
    places = ", ".join(map(str, range(1, len(names) + 2)))
    return f"SELECT {columns}, {summed} FROM {relation} GROUP BY {places} HAVING {nonzero}"


def added(kept: Kept, span: str) -> str:
    """SQL of the statement that adds the changes to the rows of a table and span."""
    source = f"{kept.changes}_{'days' if span == 'day' else 'months'}"
    start = "date_trunc('year', starts_on)::date" if span == "year" else "starts_on"
    names = (*kept.key, *kept.rest)
    changes = grouped(source, start, names, kept.figures)
    return f"""
INSERT INTO {kept.table} AS held (span, starts_on, {", ".join([*names, *kept.figures])})
SELECT '{span}', * FROM ({changes}) AS changes
ORDER BY {", ".join(["starts_on", *kept.key])}
ON CONFLICT (span, starts_on, {", ".join(kept.key)}) DO UPDATE SET
    {", ".join(f"{name} = held.{name} + EXCLUDED.{name}" for name in kept.figures)}"""


NEW = "entry.position > %(folded)s AND entry.position <= %(head)s"
MONTH = "date_trunc('month', starts_on)::date"


def summed(name: str) -> str:
    """SQL of the changes of one kind by day and, added up from those, by month."""
    changes, key, figures = CHANGES[name]
    days = grouped(f"({changes(NEW)}) AS changes", "day", key, figures)
    months = grouped(f"{name}_days", MONTH, key, figures)
    return f"{name}_days AS MATERIALIZED ({days}),\n{name}_months AS MATERIALIZED ({months})"


ADD = "WITH " + ",\n".join(
    [
        *map(summed, CHANGES),
        *(f"{kept.table}_{span} AS ({added(kept, span)})" for kept in KEPT for span in kept.spans),
    ]
)


@transaction.atomic
def fold(*, rebuild: bool = False) -> int:
    """Fold the ledger into the sums up to its head, and return how many entries that were.

    The columns of the whole ledger are kept beside them.

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
        if stand.folded == stand.position and stand.columns:
            return 0
        cursor.execute(f"{ADD} SELECT", {"folded": stand.folded, "head": stand.position})
        Fold.objects.update_or_create(id=1, defaults={"position": stand.position})
    keep()
    return stand.position - stand.folded
