"""What every test may ask for."""

import pytest
from django.core.cache import caches
from django.db import connection

from config.postgresql.operations import DatabaseOperations
from config.postgresql.owner import as_owner
from tests.factories import program

# The trail is only appended to, and Django does not know its table as one to empty.
FORGET = """
SET ROLE portico_audit;
ALTER TABLE audit_event DISABLE TRIGGER audit_event_is_append_only;
TRUNCATE audit_event;
ALTER TABLE audit_event ENABLE TRIGGER audit_event_is_append_only;
RESET ROLE"""
SEEDED = ("portfolio_benchmark", "portfolio_threshold")  # by migrations, and by nothing else


@pytest.fixture
def api(db):
    """A program that may do everything."""
    return program()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """After a test that left every table empty what migrations seed is there again, and the audit
    trail is empty too: the next run may begin with this database."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        seeds = {table: _copied(cursor, table) for table in SEEDED}
    empty = DatabaseOperations.execute_sql_flush

    def empty_and_seed(operations, statements) -> None:
        with as_owner(operations.connection):
            empty(operations, statements)
            with operations.connection.cursor() as cursor:
                for table, rows in seeds.items():
                    _fill(cursor, table, rows)
                cursor.execute(FORGET)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", empty_and_seed)
        yield


def _copied(cursor, table: str) -> bytes:
    with cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(copy)


def _fill(cursor, table: str, rows: bytes) -> None:
    """As a migration left them: neither the trail nor the feed is told again."""
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        copy.write(rows)
    cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Answers are kept by the state of the data, and every test begins with the same one."""
    yield
    caches["metrics"].clear()
