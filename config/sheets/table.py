"""What a file says, whatever its format: a header, and rows of cells with where they stand."""

from dataclasses import dataclass, field
from datetime import date

Cell = str | int | float | bool | date | None

MOST_BYTES = 1_500_000
MOST_ROWS = 2_000
MOST_COLUMNS = 60
LONGEST_CELL = 10_000


class Unreadable(ValueError):
    """Why a file cannot be taken, in a sentence for whoever sent it."""


@dataclass
class Table:
    """The first sheet of a file, with its name if it has one; rows are numbered as there."""

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
        elif len(self.rows) == MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows: send it in parts.")
        else:
            width = len(self.header)
            filled = [*cells, *[None] * (width - len(cells))]
            self.rows.append((number, dict(zip(self.header, filled, strict=True))))

    def _begin(self, number: int, cells: list[Cell]) -> None:
        names = ["" if cell is None else str(cell).strip() for cell in cells]
        for name in names:
            if not name:
                raise Unreadable(f"Row {number}, the header, has an empty cell between its names.")
            if names.count(name) > 1:
                raise Unreadable(f"Row {number}, the header, names the column {name[:50]} twice.")
        self.header = names
