"""What a file says, whatever its format: a header, and rows of cells with where they stand."""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

Cell = str | int | float | bool | date | None

MOST_BYTES = 1_500_000
MOST_ROWS = 2_000
MOST_STREAMED = 12_000_000  # bytes of a workbook, unpacked
MOST_COLUMNS = 60
LONGEST_CELL = 10_000


class Unreadable(ValueError):
    """Why a file cannot be taken, in a sentence for whoever sent it."""


@dataclass
class Table:
    """The first sheet of a file, with its name if it has one; rows are numbered as there.

    A larger kind of table has bounds of its own, and may hand its rows on instead of keeping them.
    """

    most_bytes: ClassVar[int] = MOST_BYTES
    most_rows: ClassVar[int] = MOST_ROWS
    most_streamed: ClassVar[int] = MOST_STREAMED

    name: str
    header: list[str] = field(default_factory=list)
    rows: list[tuple[int, dict[str, Cell]]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, number: int, cells: list[Cell]) -> None:
        """One more row, the first of which is the header; an empty one says nothing."""
        while cells and cells[-1] in (None, ""):
            cells.pop()
        if not cells:
            return
        if len(cells) > MOST_COLUMNS:
            raise Unreadable(f"Row {number} has more than {MOST_COLUMNS} columns.")
        if any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in cells):
            raise Unreadable(f"Row {number} has a cell of more than {LONGEST_CELL:,} characters.")
        if not self.header:
            self._begin(number, cells)
        elif len(cells) > len(self.header):
            raise Unreadable(f"Row {number} has more columns than the header.")
        elif len(self) == self.most_rows:
            raise Unreadable(f"The file has more than {self.most_rows:,} rows: send it in parts.")
        else:
            self.keep(number, [*cells, *[None] * (len(self.header) - len(cells))])

    def keep(self, number: int, cells: list[Cell]) -> None:
        """One row, with a cell for each column of the header."""
        self.rows.append((number, dict(zip(self.header, cells, strict=True))))

    def _begin(self, number: int, cells: list[Cell]) -> None:
        names = ["" if cell is None else str(cell).strip() for cell in cells]
        for name in names:
            if not name:
                raise Unreadable(f"Row {number}, the header, has an empty cell between its names.")
            if names.count(name) > 1:
                raise Unreadable(f"Row {number}, the header, names the column {name[:50]} twice.")
        self.header = names
