"""The rows of a price sheet in a temporary table, as they are spelled there."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.db import connection

from config.sheets.reading import read_table
from config.sheets.table import Cell, Table, Unreadable

KEY = ("plan", "charge", "currency", "interval")
NUMBERS = ("flat_amount", "unit_amount", "included_units", "package_size", "credits")
BOUNDS = ("above", "up_to")
YES = ("is_minimum", "ends")
# A price with bands takes a row for each; their amounts stand where those of other prices do.
COLUMNS = (*KEY, "model", *NUMBERS, *BOUNDS, *YES, "version")
SIGNIFICANT = 15  # digits that a number of a spreadsheet has
SPACES = " \t\r\n\xa0"

TABLE = """
CREATE TEMP TABLE staged_cell (row int NOT NULL, {}) ON COMMIT DROP;
""".format(", ".join(f"{name} text NOT NULL DEFAULT ''" for name in COLUMNS))


class PriceTable(Table):
    """Hands each row on as texts in the order of COLUMNS, and keeps none of them."""

    most_bytes = 24_000_000
    most_rows = 300_000
    most_streamed = 400_000_000

    def __init__(self, write: Callable[[tuple], None]) -> None:
        super().__init__("")
        self.write, self.count, self.places = write, 0, ()

    def __len__(self) -> int:
        return self.count

    def _begin(self, number: int, cells: list[Cell]) -> None:
        super()._begin(number, cells)
        known = ", ".join(COLUMNS)
        for name in self.header:
            if name not in COLUMNS:
                raise Unreadable(f"There is no such column: {name[:50]}. Known are: {known}.")
        for name in ("plan", "currency", "interval"):
            if name not in self.header:
                raise Unreadable(f"The column {name} is missing: it names the price.")
        places = {name: place for place, name in enumerate(self.header)}
        self.places = tuple(places.get(name) for name in COLUMNS)

    def keep(self, number: int, cells: list[Cell]) -> None:
        self.count += 1
        texts = ["" if cell is None else spell(cell) for cell in cells]
        if any("\0" in text for text in texts):
            raise Unreadable(f"Row {number} has a NUL character, which no text holds.")
        self.write((number, *("" if place is None else texts[place] for place in self.places)))


def spell(cell: Cell) -> str:
    """A cell as CSV would have it: a number by the digits that a spreadsheet shows."""
    if isinstance(cell, str):
        return cell.strip(SPACES)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{Decimal(format(cell, f'.{SIGNIFICANT}g')):f}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def stage(data: bytes) -> Table:
    """Put the rows of a file into `staged_cell`; answers the table's name, header and length.

    Raises Unreadable for what is no table of prices, or too large.
    """
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        names = ", ".join(("row", *COLUMNS))
        with cursor.copy(f"COPY staged_cell ({names}) FROM STDIN") as copy:
            table = read_table(data, lambda _name: PriceTable(copy.write_row))
        cursor.execute("UPDATE staged_cell SET charge = 'base' WHERE charge = ''")
        for name in YES:  # a spreadsheet writes TRUE; what is neither is told as it stands there
            cursor.execute(
                f"UPDATE staged_cell SET {name} = lower({name}) "
                f"WHERE {name} <> lower({name}) AND lower({name}) IN ('true', 'false')"
            )
        cursor.execute("ANALYZE staged_cell")
    return table
