"""Copies of personal texts in messages and notes: found however they are spelt, and blanked.

Only tables that are not audited are changed here: of a change elsewhere, the trail would keep
what stood there before.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote

from django.db import connection

BLANK = "[erased]"
SHORTEST = 3  # less is in everything
TEXTS = """
SELECT c.relname, a.attname, format_type(a.atttypid, NULL)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0
  AND NOT a.attisdropped AND a.attgenerated = ''
  AND format_type(a.atttypid, NULL) IN ('text', 'character varying', 'json', 'jsonb', 'text[]',
                                        'character varying[]', 'inet', 'bytea')
ORDER BY c.relname, a.attnum"""
ALLOW = "SELECT set_config('portico.erasing', %s, true)"


class Mention(NamedTuple):
    """A place where a text still stands."""

    table: str
    column: str
    rows: int

    def __str__(self) -> str:
        return f"{self.table}.{self.column}: {self.rows:,} rows"


def spellings(text: str) -> set[str]:
    """How a text may stand in a message: as it is, inside JSON, inside an address."""
    inside = {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
    return {text, quote(text, safe=""), quote(text), *inside}


def pattern(texts: Iterable[str]) -> str:
    """A regular expression of PostgreSQL's that finds the texts as whole words, in any case.

    "" when there is nothing worth searching for.
    """
    wanted = {each for text in texts if len(text) >= SHORTEST for each in spellings(text)}
    if not wanted:
        return ""
    longest_first = sorted(wanted, key=lambda each: (-len(each), each))
    either = "|".join(re.sub(r"([^\w\s])", r"\\\1", each, flags=re.ASCII) for each in longest_first)
    return rf"(?i)(?<![[:alnum:]_])(?:{either})(?![[:alnum:]_])"


def blank_copies(texts: Iterable[str], copies: Iterable[tuple[str, tuple[str, ...]]]) -> int:
    """Blank the texts in the columns of these tables; returns how many rows had them."""
    found = pattern(texts)
    if not found:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(ALLOW, ["on"])
        changed = 0
        for table, columns in copies:
            cursor.execute(_blanking(table, columns), {"found": found, "blank": BLANK})
            changed += cursor.rowcount
        cursor.execute(ALLOW, [""])
    return changed


def _blanking(table: str, columns: tuple[str, ...]) -> str:
    types = dict(_columns(table))
    names = [name for name in columns if name in types]
    changes = ", ".join(
        f"{name} = regexp_replace({name}::text, %(found)s, %(blank)s, 'g')::{types[name]}"
        for name in names
    )
    where = " OR ".join(f"{name}::text ~ %(found)s" for name in names)
    return f"UPDATE {table} SET {changes} WHERE {where}"  # noqa: S608  (names that apps declare)


def mentions(texts: Iterable[str]) -> Iterator[Mention]:
    """Every column of the database in which one of the texts still stands; reads all of it."""
    found = pattern(texts)
    if not found:
        return
    with connection.cursor() as cursor:
        for table, column in _every_column():
            counting = f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ~ %s'  # noqa: S608
            cursor.execute(counting, [found])
            (rows,) = cursor.fetchone()
            if rows:
                yield Mention(table, column, rows)


def _every_column() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(TEXTS)
        return [(table, column) for table, column, _ in cursor.fetchall()]


def _columns(table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(TEXTS)
        return [(column, kind) for name, column, kind in cursor.fetchall() if name == table]
