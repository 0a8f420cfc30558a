"""Reads the first sheet of an XLSX workbook as a stream, within bounds of entries and bytes.

Only what a table needs is looked at: values, shared texts, and which numbers are days. No part
is ever held as a whole, and what is no value (styles of empty cells, other sheets) costs nothing.
"""

import io
import math
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from config.sheets.archive import (
    BROKEN,
    DAMAGE,
    MOST_ENTRIES,
    Archive,
    PartReader,
    local_name,
)
from config.sheets.table import LONGEST_CELL, MOST_COLUMNS, Cell, Table, Unreadable

PLACE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
DAYS_OF_A_FORMAT = re.compile(r"[dmyhs]", re.I)
SAID_IN_A_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
BUILT_IN_DAYS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
EPOCH, EPOCH_OF_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001  (days)


def read_workbook(data: bytes, table: Table) -> None:
    """The first sheet into the table, with its name; raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _Book(Archive(archive, table.most_streamed)).read_first_sheet(table)
    except Unreadable:
        raise
    except DAMAGE as error:
        raise Unreadable(BROKEN) from error


class _Index(PartReader):
    """Where the sheets are, and from which day the workbook counts."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.epoch = EPOCH

    def start(self, name: str, facts: dict[str, str]) -> None:
        facts = {local_name(key): value for key, value in facts.items()}
        if name == "sheet" and not self.sheets:
            self.sheets.append((facts.get("name", ""), facts.get("id", "")))
        elif name == "workbookPr" and facts.get("date1904") in ("1", "true"):
            self.epoch = EPOCH_OF_1904


class _Ties(PartReader):
    """Which part each tie of the workbook leads to."""

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}

    def start(self, name: str, facts: dict[str, str]) -> None:
        if name == "Relationship" and len(self.targets) < MOST_ENTRIES:
            self.targets[facts.get("Id", "")] = facts.get("Target", "")


class _Styles(PartReader):
    """Which styles show a number as a day."""

    def __init__(self) -> None:
        self.formats: dict[str, bool] = {}
        self.of_days: list[bool] = []
        self.within = False

    def start(self, name: str, facts: dict[str, str]) -> None:
        if name == "numFmt":
            code = SAID_IN_A_FORMAT.sub("", facts.get("formatCode", ""))
            self.formats[facts.get("numFmtId", "")] = bool(DAYS_OF_A_FORMAT.search(code))
        elif name == "cellXfs":
            self.within = True
        elif name == "xf" and self.within:
            number = facts.get("numFmtId", "0")
            built_in = number.isdecimal() and int(number) in BUILT_IN_DAYS
            self.of_days.append(self.formats.get(number, built_in))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self.within = False


@dataclass
class _Text:
    """The text of one element after another, up to the longest that a cell may have."""

    parts: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, text: str) -> None:
        self.length += len(text)
        if self.length <= LONGEST_CELL + 1:
            self.parts.append(text)

    def take(self) -> str:
        text = "".join(self.parts)[: LONGEST_CELL + 1]
        self.parts, self.length = [], 0
        return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


class _Shared(PartReader):
    """The texts that cells share; phonetic hints are no part of them."""

    def __init__(self, most: int) -> None:
        self.texts: list[str] = []
        self.most = most
        self.found, self.within, self.hint = _Text(), False, False

    def start(self, name: str, facts: dict[str, str]) -> None:
        if name == "rPh":
            self.hint = True
        self.within = name == "t" and not self.hint

    def text(self, text: str) -> None:
        if self.within:
            self.found.add(text)

    def end(self, name: str) -> None:
        self.within = False
        if name == "rPh":
            self.hint = False
        elif name == "si":
            self.texts.append(self.found.take())
            if len(self.texts) > self.most:
                raise Unreadable("The workbook has more texts than a table of the catalog.")


class _Sheet(PartReader):
    """The rows of one sheet, each handed on when it ends."""

    def __init__(self, table: Table, shared: list[str], of_days: list[bool], epoch) -> None:
        self.table, self.shared, self.of_days, self.epoch = table, shared, of_days, epoch
        self.number, self.cells = 0, []
        self.column, self.kind, self.style = 0, "n", 0
        self.found, self.within = _Text(), False

    def start(self, name: str, facts: dict[str, str]) -> None:
        if name == "row":
            self.number = int(facts.get("r", self.number + 1))
            self.cells, self.column = [], 0
        elif name == "c":
            self.column = _column(facts["r"]) if "r" in facts else self.column + 1
            self.kind, self.style = facts.get("t", "n"), int(facts.get("s", "0"))
        self.within = name in ("v", "t")

    def text(self, text: str) -> None:
        if self.within:
            self.found.add(text)

    def end(self, name: str) -> None:
        self.within = False
        if name == "c":
            value = self._value(self.found.take())
            if value is not None:
                self._put(value)
        elif name == "row" and self.cells:
            self.table.add(self.number, self.cells)
            self.cells = []

    def _put(self, value: Cell) -> None:
        if self.column > MOST_COLUMNS:
            raise Unreadable(f"Row {self.number} has more than {MOST_COLUMNS} columns.")
        self.cells += [None] * (self.column - len(self.cells))
        self.cells[self.column - 1] = value

    def _value(self, text: str) -> Cell:
        if self.kind in ("inlineStr", "str"):
            return text
        if not text:
            return None
        if self.kind == "s":
            return self.shared[int(text)]
        if self.kind == "b":
            return text == "1"
        if self.kind == "e":
            raise Unreadable(f"Row {self.number} has a formula that failed: {text[:20]}.")
        if self.kind == "d":
            return date.fromisoformat(text[:10])
        return self._number(text)

    def _number(self, text: str) -> Cell:
        number = float(text)
        if not math.isfinite(number):
            raise Unreadable(BROKEN)
        if self.style < len(self.of_days) and self.of_days[self.style]:
            return _day(self.epoch + timedelta(days=number), self.number)
        return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _day(moment: datetime, row: int) -> date:
    if (moment.hour, moment.minute) != (0, 0):
        raise Unreadable(f"Row {row} has a time of day where only days are meant.")
    return moment.date()


def _column(place: str) -> int:
    match = PLACE.fullmatch(place)
    if match is None:
        raise Unreadable(BROKEN)
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


class _Book:
    """The parts of a workbook that a table is read from."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def read_first_sheet(self, table: Table) -> None:
        index, ties = _Index(), _Ties()
        self._parse("xl/workbook.xml", index)
        self._parse("xl/_rels/workbook.xml.rels", ties)
        if not index.sheets:
            raise Unreadable("The workbook has no sheet.")
        ((title, tie),) = index.sheets
        shared, styles = _Shared(table.most_rows * MOST_COLUMNS), _Styles()
        for name, reader in (("sharedStrings", shared), ("styles", styles)):
            if f"xl/{name}.xml" in self.archive.names:
                self._parse(f"xl/{name}.xml", reader)
        table.name = title[:50]
        sheet = _Sheet(table, shared.texts, styles.of_days, index.epoch)
        self._parse(posixpath.normpath(posixpath.join("/xl", ties.targets[tie]))[1:], sheet)

    def _parse(self, name: str, reader: PartReader) -> None:
        if name not in self.archive.names:
            raise Unreadable(BROKEN)
        reader.parse(self.archive.chunks(name))
