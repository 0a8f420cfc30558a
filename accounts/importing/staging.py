"""The files' rows in temporary tables, where every later step works on all of them at once."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.db import connection

from accounts.importing.reading import ACCOUNTS, ITEMS, rows
from accounts.importing.report import Problem, Report
from config.codes import slug
from config.progress import Progress

# `text` is what the file says, `code` what it becomes.
TABLES = """
CREATE TEMP TABLE staged_account (
    row int NOT NULL, text text NOT NULL, code text NOT NULL, segment text, region text,
    created_on date NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE staged_item (
    row int NOT NULL, text text NOT NULL, code text NOT NULL, product text NOT NULL,
    tier text NOT NULL, starts_on date NOT NULL, ends_on date, mrr bigint NOT NULL
) ON COMMIT DROP;
"""


def stage(accounts: Path | None, items: Path | None, report: Report, progress: Progress) -> None:
    """Read both files into `staged_account` and `staged_item`; bad rows go to the report."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
    if accounts:
        with progress("Reading accounts", accounts.stat().st_size) as step:
            found = rows(accounts, ACCOUNTS, report, step)
            report.counts["account_rows"] = copy_rows("staged_account", _account_rows(found))
    if items:
        with progress("Reading items", items.stat().st_size) as step:
            found = rows(items, ITEMS, report, step)
            report.counts["item_rows"] = copy_rows("staged_item", _item_rows(found, report))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE staged_account; ANALYZE staged_item")


def _account_rows(found: Iterable[tuple]) -> Iterator[tuple]:
    for line, account, segment, region, created in found:
        yield line, account, slug(account), segment, region, created


def _item_rows(found: Iterable[tuple], report: Report) -> Iterator[tuple]:
    for line, account, product, tier, start, end, mrr in found:
        if end is not None and end <= start:
            report.counts["zero_length_items"] += 1
            continue
        yield line, account, slug(account), product, tier, start, end, mrr


def copy_rows(table: str, found: Iterable[tuple]) -> int:
    """Put rows into a table as they come; returns how many those are."""
    count = 0
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in found:
            copy.write_row(row)
            count += 1
    return count


def drop_bad_rows(
    table: str, bad: str, problem: dict[str, str], report: Report, params: Sequence = ()
) -> None:
    """Take the rows that the query `bad` names (row, value) out of a staged table, and say why.

    `problem` has the file, column, code and reason that all of them share.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH bad AS ({bad}) DELETE FROM {table} staged USING bad "
            "WHERE staged.row = bad.row RETURNING bad.row, bad.value",
            params or None,
        )
        for row, value in sorted(cursor.fetchall()):
            report.add(Problem(row=row, value=str(value), **problem))
