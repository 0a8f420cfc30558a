"""Rows of a CSV file as typed values, each with the line it stands on."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TextIO

from accounts.importing.report import Problem, Report
from config.codes import CODE, LONGEST, slug

AMOUNT = re.compile(r"-?[0-9]{1,15}")


class Unreadable(ValueError):
    """A value that cannot be read, with a code for programs and a reason for people."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True)
class Column:
    name: str
    read: Callable[[str], object]


@lru_cache(maxsize=50_000)
def day(text: str) -> date:
    try:
        if len(text) == 10 and text[4] == text[7] == "-":
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Unreadable("unreadable_date", "a date is YYYY-MM-DD")


def day_or_open(text: str) -> date | None:
    return day(text) if text else None


def revenue(text: str) -> int:
    if not AMOUNT.fullmatch(text):
        raise Unreadable("unreadable_number", "revenue is a whole number of cents")
    if text.startswith("-"):
        raise Unreadable("negative_revenue", "revenue is not negative")
    return int(text)


def key(text: str) -> str:
    """The text as it stands, if a code can be made of it."""
    if not text.strip():
        raise Unreadable("missing", "a value is needed here")
    code = slug(text)
    if not CODE.fullmatch(code):
        raise Unreadable("no_code", "no code can be made of this text")
    if len(code) > LONGEST or len(text) > 200:
        raise Unreadable("too_long", f"codes have at most {LONGEST} characters")
    return text


def key_or_none(text: str) -> str | None:
    return key(text) if text.strip() else None


ACCOUNTS = [
    Column("account_id", key),
    Column("segment", key_or_none),
    Column("region", key_or_none),
    Column("created", day),
]
ITEMS = [
    Column("account_id", key),
    Column("product", key),
    Column("tier", key),
    Column("start_date", day),
    Column("end_date", day_or_open),
    Column("mrr_cents", revenue),
]


def rows(
    path: Path, columns: list[Column], report: Report, step: Callable[[int], None]
) -> Iterator[tuple]:
    """Each readable row as (line, value, ...) in the order of `columns`.

    Unreadable ones are added to the report, one problem a row. `step` is told the bytes read.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            yield from _rows(file, path.name, columns, report, step)
        except UnicodeDecodeError as error:
            report.add(
                Problem(
                    path.name,
                    None,
                    "-",
                    str(error.object[error.start : error.end]),
                    "not_utf8",
                    "the file is not UTF-8 text",
                )
            )


def _rows(
    file: TextIO,
    name: str,
    columns: list[Column],
    report: Report,
    step: Callable[[int], None],
) -> Iterator[tuple]:
    reader = csv.reader(file, strict=True)
    places = _places(next(_records(reader, name, report), None), name, columns, report)
    if places is None:
        return
    pairs = list(zip(places, columns, strict=True))
    last = max(places)
    for record in _records(reader, name, report):
        if not record:
            continue
        if len(record) <= last:
            report.add(
                Problem(
                    name,
                    reader.line_num,
                    columns[-1].name,
                    ",".join(record)[:200],
                    "short_row",
                    "the row has fewer columns than the header",
                )
            )
            continue
        try:
            values = [column.read(record[place]) for place, column in pairs]
        except Unreadable:
            report.add(_first_problem(record, pairs, name, reader.line_num))
            continue
        step(sum(map(len, record)) + len(record))
        yield reader.line_num, *values


def _records(reader, name: str, report: Report) -> Iterator[list[str]]:
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            report.add(
                Problem(name, reader.line_num, "-", "", "not_csv", f"this is not CSV: {error}")
            )
            continue
        yield record


def _places(
    header: list[str] | None, name: str, columns: list[Column], report: Report
) -> list[int] | None:
    names = [text.strip() for text in header or []]
    missing = [column.name for column in columns if names.count(column.name) != 1]
    for column in missing:
        reason = (
            "the header names this column twice"
            if column in names
            else ("the header lacks this column; a comma stands between columns")
        )
        report.add(Problem(name, 1, column, ",".join(names)[:200], "missing_column", reason))
    known = {column.name for column in columns}
    report.ignored_columns += [f"{name}: {text}" for text in names if text not in known]
    return None if missing else [names.index(column.name) for column in columns]


def _first_problem(record, pairs, name: str, line: int) -> Problem:
    for place, column in pairs:
        try:
            column.read(record[place])
        except Unreadable as error:
            return Problem(name, line, column.name, record[place][:200], error.code, str(error))
    raise AssertionError("a row is unreadable, its values are not")
