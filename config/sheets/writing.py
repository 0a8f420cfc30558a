"""Writes a table as CSV or as a workbook: numbers and days as such, text that never runs."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell as BookCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from config.sheets.live import tame
from config.sheets.table import Cell

# What XML cannot hold, what its readers would change, and what looks like its own escape.
ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
AS_TEXT = "@"
WIDEST = 40


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell | Decimal]]) -> bytes:
    """UTF-8 with a byte order mark, which spreadsheets need to know it."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_text(cell) for cell in row])
    return file.getvalue().encode("utf-8-sig")


def as_workbook(
    title: str, header: Sequence[str], rows: Iterable[Sequence[Cell | Decimal]]
) -> bytes:
    """One sheet whose first row stays in sight."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for number, name in enumerate(header, start=1):
        width = min(max(12, len(name) + 4), WIDEST)
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_heading(sheet, name) for name in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _text(value: Cell | Decimal) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return tame(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _heading(sheet, name: str) -> BookCell:
    cell = _cell(sheet, name)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet, value: Cell | Decimal) -> BookCell | None:
    if value is None or value == "":
        return None
    if isinstance(value, Decimal):
        value = _number(value)
    cell = WriteOnlyCell(sheet, value=ESCAPED.sub(_escape, value) if _is_text(value) else value)
    if _is_text(value):
        # A text cell is never a formula, nor made one when somebody edits it.
        cell.data_type = "s"
        cell.number_format = AS_TEXT
        cell.quotePrefix = True
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    return cell


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _number(value: Decimal) -> int | float | str:
    """As a number where a spreadsheet keeps every digit of it, else as text."""
    if value == value.to_integral_value() and abs(value) < 2**53:
        return int(value)
    number = float(value)
    return number if Decimal(repr(number)) == value else f"{value:f}"


def _escape(match: re.Match) -> str:
    return f"_x{ord(match[0]):04X}_"
