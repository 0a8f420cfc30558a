"""Reads a spreadsheet of either format; what it is, its first bytes say."""

import csv
import io
from collections.abc import Callable

from config.sheets.live import wild
from config.sheets.table import Table, Unreadable
from config.sheets.workbook import read_workbook

ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
OTHER_UNICODE = (b"\xff\xfe", b"\xfe\xff")
DELIMITERS = ",;\t"


def read_table(data: bytes, make: Callable[[str], Table] = Table) -> Table:
    """The first sheet of a workbook, or the rows of a CSV file, in a table that `make` makes.

    Raises Unreadable for what is neither, and for what is larger than a table of the kind.
    """
    table = make("")
    if len(data) > table.most_bytes:
        most = table.most_bytes / 1e6
        raise Unreadable(f"The file is larger than {most:.1f} MB: send it in parts.")
    if data.startswith(OLD_EXCEL):
        raise Unreadable("This is an old or protected Excel file: save it as XLSX or CSV.")
    if data.startswith(ZIP):
        read_workbook(data, table)
    else:
        _read_csv(data, table)
    if not table.header:
        raise Unreadable("The file is empty: its first row names the columns.")
    return table


def _read_csv(data: bytes, table: Table) -> None:
    if data.startswith(OTHER_UNICODE):
        raise Unreadable("The file is UTF-16: save it as CSV UTF-8 or as XLSX.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"Line {line} is not UTF-8 text, and the file is no XLSX workbook."
        ) from error
    if "\0" in text:
        raise Unreadable("The file has NUL characters: it is no CSV text.")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=_delimiter(text))
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(f"Row {number} is not CSV: {error}.") from error
        table.add(number, [wild(cell) for cell in cells])


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(DELIMITERS, key=header.count)
