"""The state of the data that an answer stands on."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from django.db import connection

STANDING = """
SELECT coalesce((SELECT position FROM accounts_ledgerhead), 0),
       coalesce((SELECT sum(version)::bigint FROM metrics_datainputs), 0),
       coalesce(max(fold.position), 0),
       max(fold.columns::text),
       (SELECT oid::bigint FROM pg_database WHERE datname = current_database())
FROM metrics_fold fold"""
RECORDED = "SELECT recorded_at <= %s FROM accounts_ledgerentry WHERE position = %s"


@dataclass(frozen=True)
class Version:
    """Where the ledger, the tables read beside it, and the sums stand, in which database.

    A database that is dropped and made again under its name is another one. `columns` names the
    columns that were kept with the sums. `known` is an earlier position of the ledger, as of
    which the question is asked; none: the last.
    """

    position: int
    inputs: int
    folded: int
    columns: str | None
    database: int
    known: int | None = None

    def as_known_at(self, point: int | datetime | None) -> Self:
        """The same, asked as of a position of the ledger or an instant."""
        if point is None:
            return self
        known = point if isinstance(point, int) else _position_at(point, self.position)
        return replace(self, known=min(known, self.position))


def data_version() -> Version:
    """The state of the data now, in one query."""
    with connection.prepared_cursor() as cursor:
        cursor.execute(STANDING)
        return Version(*cursor.fetchone())


def _position_at(instant: datetime, head: int) -> int:
    """The last position recorded by the instant: positions have no gaps and follow the clock."""
    low, high = 0, head
    with connection.cursor() as cursor:
        while low < high:
            middle = (low + high + 1) // 2
            cursor.execute(RECORDED, [instant, middle])
            row = cursor.fetchone()
            low, high = (middle, high) if row and row[0] else (low, middle - 1)
    return low
