"""Rows of a CSV file as typed values, each with the line it stands on."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TextIO

from accounts.importing.report import Problem, Report
from config.codes import CODE, LONGEST, slug
from portfolio.models import Motion

AMOUNT = re.compile(r"-?[0-9]+")
MOST_DIGITS = 12  # what a line can hold in every currency


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
    if len(text) > MOST_DIGITS:
        raise Unreadable("too_large", f"revenue has at most {MOST_DIGITS} digits")
    return int(text)


def key(text: str) -> str:
    """The text as it stands, if a code can be made of it."""
    if not text.strip():
        raise Unreadable("missing", "a value is needed here")
    if "\0" in text:
        raise Unreadable("unclean", "the text has a NUL character")
    code = slug(text)
    if not CODE.fullmatch(code):
        raise Unreadable("no_code", "no code can be made of this text")
    if len(code) > LONGEST or len(text) > 200:
        raise Unreadable("too_long", f"codes have at most {LONGEST} characters")
    return text


def key_or_none(text: str) -> str | None:
    return key(text) if text.strip() else None


def delta(text: str) -> int | None:
    """What an offer brings a month, which may be less than nothing; empty: not known."""
    if not text:
        return None
    amount = revenue(text.removeprefix("-"))
    return -amount if text.startswith("-") else amount


def one_of(choices: Sequence[str]) -> Callable[[str], str]:
    """A reader of a word that has to be one of these."""

    def read(text: str) -> str:
        if text not in choices:
            raise Unreadable("unknown_word", f"it must be one of {', '.join(choices)}")
        return text

    return read


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
OFFERS = [
    Column("offer_id", key),
    Column("account_id", key),
    Column("motion", one_of(Motion.values)),
    Column("variant", key_or_none),
    Column("offered_at", day),
    Column("decided_at", day_or_open),
    Column("outcome", one_of(("open", "won", "lost"))),
    Column("mrr_delta_cents", delta),
]


def rows(
    path: Path, columns: list[Column], report: Report, step: Callable[[int], None]
) -> Iterator[tuple]:
    """Each readable row as (first line, value, ...) in the order of `columns`.

    Unreadable ones are added to the report, one problem a row. `step` is told the bytes read.
    What makes the rest of the file unreadable makes the report so.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            yield from _rows(file, path.name, columns, report, step)
        except UnicodeDecodeError as error:
            value = str(error.object[error.start : error.end])
            reason = "the file is not UTF-8 text"
            report.add(Problem(path.name, None, "-", value, "not_utf8", reason))
            report.unreadable = True


def _rows(
    file: TextIO,
    name: str,
    columns: list[Column],
    report: Report,
    step: Callable[[int], None],
) -> Iterator[tuple]:
    reader = csv.reader(file, strict=True)
    records = _records(reader, name, report)
    _, header = next(records, (1, None))
    places = _places(header, name, columns, report)
    if places is None:
        report.unreadable = True
        return
    pairs = list(zip(places, columns, strict=True))
    last = max(places)
    for line, record in records:
        if not record:
            continue
        if len(record) <= last:
            value, reason = ",".join(record)[:200], "the row has fewer columns than the header"
            report.add(Problem(name, line, columns[-1].name, value, "short_row", reason))
            continue
        try:
            values = [column.read(record[place]) for place, column in pairs]
        except Unreadable:
            report.add(_first_problem(record, pairs, name, line))
            continue
        step(sum(map(len, record)) + len(record))
        yield line, *values


def _records(reader, name: str, report: Report) -> Iterator[tuple[int, list[str]]]:
    """Each record with its first line; a quote that is left open takes the lines up to the next."""
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reason = f"lines {line} to {reader.line_num} are not CSV: {error}"
            report.add(Problem(name, line, "-", "", "not_csv", reason))
            continue
        yield line, record


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
