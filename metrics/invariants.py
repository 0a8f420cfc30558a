"""What must hold of the sums."""

from collections.abc import Iterator

import numpy as np
from django.db import connection

from config.invariants import invariant
from metrics.columns.columns import ENTRY, Columns
from metrics.columns.given import LINE, Given
from metrics.columns.keeping import DISCOUNTS, LEDGER, SALES
from metrics.columns.sold import SALE, Sold
from metrics.folding import CHANGES, KEPT, Kept
from metrics.versions import data_version

FOLDED = "position <= (SELECT coalesce(max(position), 0) FROM metrics_fold)"


def different(kept: Kept) -> str:
    """SQL of the keys whose figures differ between a table of sums and a recomputation."""
    key = ", ".join(["span", "starts_on", *kept.key])
    figures = ", ".join(kept.figures)
    spans = ", ".join(f"('{span}')" for span in kept.spans)
    changes = CHANGES[kept.changes][0](FOLDED)
    return f"""
SELECT {key} FROM (
    SELECT {key}, {figures} FROM (
        SELECT span, date_trunc(span, day)::date AS starts_on, changes.*
        FROM ({changes}) AS changes CROSS JOIN (VALUES {spans}) AS spans (span)
    ) AS expected
    UNION ALL
    SELECT {key}, {", ".join(f"-{figure}" for figure in kept.figures)} FROM {kept.table}
) AS both_sides
GROUP BY {key}
HAVING {" OR ".join(f"sum({figure}) <> 0" for figure in kept.figures)}
ORDER BY {key} LIMIT 20"""


@invariant
def sums_follow_from_the_ledger() -> Iterator[str]:
    """The sums are those that a recomputation from the folded entries gives."""
    with connection.cursor() as cursor:
        for kept in KEPT:
            cursor.execute(different(kept))
            for key in cursor.fetchall():
                yield f"{kept.table} {', '.join(map(str, key))}"


@invariant
def columns_follow_from_their_rows() -> Iterator[str]:
    """What is kept as columns tells of each account, with what was written since, what its rows
    tell."""
    version = data_version()
    if version.columns is None:
        return
    for kept, kinds in ((LEDGER, ENTRY), (SALES, SALE), (DISCOUNTS, LINE)):
        names = [name for name in kinds if name not in ("id", "account")]
        found, expected = (
            _added_up(books, names) for books in (kept.current(version), [kept.read(None)])
        )
        for account in sorted(found.keys() | expected.keys()):
            if found.get(account) != expected.get(account):
                yield f"{kept.made.__name__} of account {account}"


def _added_up(books: list[Columns | Sold | Given], names: list[str]) -> dict[int, tuple]:
    """By account, what each of the columns comes to."""
    rows = [_rows(book) for book in books]
    owners, place = np.unique(np.concatenate([owner for owner, _ in rows]), return_inverse=True)
    sums = []
    for name in names:
        found = [getattr(book, name)[at] for book, (_, at) in zip(books, rows, strict=True)]
        sums.append(np.bincount(place, np.concatenate(found), len(owners)).round(3).tolist())
    told = dict(zip(owners.tolist(), zip(*sums, strict=True), strict=True))
    return {account: figures for account, figures in told.items() if any(figures)}


def _rows(book: Columns | Sold | Given) -> tuple[np.ndarray, np.ndarray]:
    """Of each row that is not hidden, whose it is and where it lies."""
    if isinstance(book, Given):
        return book.id, np.arange(len(book.id))
    shown = np.full(len(book.account), len(book.id) > 0)  # of nobody there is but the row of none
    if book.hidden is not None:
        shown = ~book.hidden[book.account]
    return book.id[book.account[shown]], np.flatnonzero(shown)
