"""What the audit trail costs: bulk statements and imports, with its triggers and without.

With and without take turns, each on the same rows, so that what else the machine does meets both.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from time import perf_counter

from django.db import connection, transaction

from benchmarks import database, environment, importing
from config.audit.coverage import audited_tables
from config.audit.operations import TRIGGERS
from config.postgresql.limits import allow_long_work
from config.postgresql.owner import as_owner

Say = Callable[[str], None]
TURNS = (False, True)  # without, with

# One statement each, on a narrow table, where the trail weighs most.
STATEMENTS = {
    "insert": """
        INSERT INTO portfolio_segment (code, name, rank)
        SELECT 'bench' || n, 'Segment ' || n, 1000 + n FROM generate_series(1, %s) n""",
    "update": """
        UPDATE portfolio_segment SET name = name || '.'
        WHERE rank > 1000 AND rank - 1000 <= %s""",
    "delete": "DELETE FROM portfolio_segment WHERE rank > 1000 AND rank - 1000 <= %s",
}


@contextmanager
def recorded(audited: bool) -> Iterator[None]:
    """Inside, every audited table has its triggers, or none of them records anything."""
    if audited:
        yield
        return
    _turn("DISABLE")
    try:
        yield
    finally:
        _turn("ENABLE")


def _turn(word: str) -> None:
    with as_owner(connection), transaction.atomic(), connection.cursor() as cursor:
        for table in sorted(audited_tables()):
            for event in TRIGGERS:
                cursor.execute(f'ALTER TABLE "{table}" {word} TRIGGER audit_{event}')


def measure_statements(rows: int, rounds: int, say: Say) -> list[dict]:
    """Seconds of one statement that adds, changes and deletes so many rows, committed."""
    spent = {(name, audited): [] for name in STATEMENTS for audited in TURNS}
    for audited in _turns(rounds):
        with recorded(audited):
            for name, statement in STATEMENTS.items():
                spent[name, audited].append(_seconds(statement, rows))
        _tidy()
    found = []
    for name in STATEMENTS:
        without, with_audit = (median(spent[name, audited]) for audited in TURNS)
        found.append(
            {
                "statement": name,
                "rows": rows,
                "rounds": rounds,
                "seconds_without": round(without, 2),
                "seconds_with": round(with_audit, 2),
                "slowest_with": round(max(spent[name, True]), 2),
                "load": environment.load(),
            }
        )
        say(_told(f"{name} of {rows:,} rows", found[-1]))
    return found


def measure_imports(name: str, items: int, rounds: int, say: Say) -> dict:
    """Seconds of an import of so many items into a new database, with and without the trail."""
    spent = {audited: [] for audited in TURNS}
    for audited in _turns(rounds):
        database.use(name)
        database.create()
        with recorded(audited):
            taken = importing.measure(items, lambda text: None)["seconds"]
        spent[audited].append(taken)
        say(f"    {'with' if audited else 'without'} audit: {taken:.1f} s")
    without, with_audit = (median(spent[audited]) for audited in TURNS)
    found = {
        "items": items,
        "rounds": rounds,
        "seconds_without": round(without, 2),
        "seconds_with": round(with_audit, 2),
        "slowest_with": round(max(spent[True]), 2),
        "load": environment.load(),
    }
    say(_told(f"import of {items:,} items", found))
    return found


def _turns(rounds: int) -> Iterator[bool]:
    """Without and with, so many times; who went second goes first the next time."""
    for number in range(rounds):
        yield from TURNS if number % 2 == 0 else TURNS[::-1]


def _seconds(statement: str, rows: int) -> float:
    began = perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        allow_long_work()
        cursor.execute(statement, [rows])
        if cursor.rowcount != rows:
            raise AssertionError(f"{cursor.rowcount} rows instead of {rows}.")
    return perf_counter() - began


def _tidy() -> None:
    """So that nobody meets the dead rows of those before."""
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE portfolio_segment")


def _told(what: str, found: dict) -> str:
    ratio = found["seconds_with"] / max(found["seconds_without"], 0.01)
    return (
        f"  {what:32} {found['seconds_without']:>8.2f} s without, {found['seconds_with']:>8.2f} s "
        f"with audit, {ratio:.2f}x (slowest {found['slowest_with']:.2f} s, load {found['load']})"
    )
