"""Dropping a database, whoever is connected to it."""

from django.db import OperationalError, ProgrammingError
from psycopg import errors, sql

TRIES = 5
DROP = sql.SQL("DROP DATABASE IF EXISTS {}")


def drop_database(cursor, name: str) -> None:
    """Drops the database; the cursor is its owner's, in another database.

    FORCE ends all sessions at once, but is refused while autovacuum works there, which is
    nobody's session. DROP without it sends autovacuum away, and is refused while others are
    connected. In turn they come through.
    """
    drop = DROP.format(sql.Identifier(name))
    for _ in range(TRIES):
        try:
            cursor.execute(drop + sql.SQL(" WITH (FORCE)"))
            return
        except ProgrammingError as refused:
            if not isinstance(refused.__cause__, errors.InsufficientPrivilege):
                raise
        try:
            cursor.execute(drop)
            return
        except OperationalError as refused:
            if not isinstance(refused.__cause__, errors.ObjectInUse):
                raise
    cursor.execute(drop + sql.SQL(" WITH (FORCE)"))
