"""What is wrong with a price sheet, and where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import connection

MOST_KEPT = 5_000
LONGEST_VALUE = 80
TABLE = """
CREATE TEMP TABLE problem (
    row int NOT NULL, "column" text NOT NULL, value text NOT NULL, reason text NOT NULL
) ON COMMIT DROP;
"""


@dataclass(frozen=True)
class Problem:
    """One cell that cannot be taken; `row` is numbered as in the file, None for the whole of it."""

    row: int | None
    column: str
    value: str
    reason: str


def begin() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLE)


def find(column: str, rows: str, names: Mapping[str, object] | None = None) -> None:
    """Add what a query answers (row, value, reason), all of it about one column."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO problem SELECT row, %(column)s, left(value, {LONGEST_VALUE}), reason "
            f"FROM ({rows}) AS found (row, value, reason)",
            {**(names or {}), "column": column},
        )


def found() -> Iterator[Problem]:
    """The first five thousand, in the order of the rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT row, "column", value, reason FROM problem ORDER BY 1, 2, 4 LIMIT {MOST_KEPT}'
        )
        for row in cursor.fetchall():
            yield Problem(*row)


def any_yet() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM problem)")
        return cursor.fetchone()[0]
