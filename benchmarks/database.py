"""A database of the benchmarks' own, on the server that the settings name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import caches
from django.core.management import call_command
from django.db import OperationalError, ProgrammingError, connection
from psycopg.conninfo import make_conninfo

from config.database import owner
from config.postgresql.dropping import drop_database
from config.postgresql.owner import as_owner
from config.roles import recreate_database

# In the order in which they can be dropped; they are made again in reverse.
DEFERRED = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
       format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s',
              conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint
WHERE conrelid = ANY(%(tables)s::regclass[]) AND contype IN ('f', 'x', 'u')
   OR confrelid = ANY(%(tables)s::regclass[]) AND contype = 'f'
UNION ALL
SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index
WHERE indrelid = ANY(%(tables)s::regclass[])
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype <> 'f')
"""
FIRST = "FOREIGN KEY"  # they stand on the unique constraints of others


def use(name: str) -> None:
    """From here on this database is meant, in this process and in those that it starts."""
    logins = {"DATABASE_URL": connection.settings_dict, "DATABASE_OWNER_URL": owner()}
    for variable, login in logins.items():
        words = {key: login[key.upper()] for key in ("user", "password", "host", "port")}
        given = {key: value for key, value in words.items() if value}
        os.environ[variable] = make_conninfo(dbname=name, **given, **login["OPTIONS"])
    connection.close()
    connection.settings_dict["NAME"] = name
    caches["metrics"].clear()


def holds(accounts: int) -> bool:
    """Whether an earlier run has left the database with so many accounts and their sums."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM accounts_account JOIN metrics_fold ON true")
            return cursor.fetchone()[0] == accounts
    except (OperationalError, ProgrammingError):
        return False


def create() -> None:
    """Drops what an earlier run left, and makes the database with all tables."""
    recreate_database(connection)
    call_command("migrate", verbosity=0)


def bring_up_to_date() -> None:
    """What was kept may be older than the tables are now."""
    call_command("migrate", verbosity=0)


def drop() -> None:
    with as_owner(connection):
        connection.close()
        with connection._nodb_cursor() as cursor:
            drop_database(cursor, connection.settings_dict["NAME"])


@contextmanager
def without_indexes(*tables: str) -> Iterator[None]:
    """Inside, the tables have no constraints between rows and no indexes beside their keys.

    An exclusion constraint makes a load nine times slower; checked afterwards, it costs less.
    """
    with connection.cursor() as cursor:
        cursor.execute(DEFERRED, {"tables": list(tables)})
        found = sorted(cursor.fetchall(), key=lambda row: FIRST not in row[1])
        for drop_it, _ in found:
            cursor.execute(drop_it)
        yield
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _, make_it in reversed(found):
            cursor.execute(make_it)
        cursor.execute("RESET maintenance_work_mem")
