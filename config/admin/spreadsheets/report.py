"""What an import would do or did: row by row before and after, or what is wrong and where."""

from dataclasses import dataclass, field

from config.sheets.table import Cell

MOST_SHOWN = 200
NOTHING = "–"


class Wrong(ValueError):
    """Why a cell cannot be taken, in a sentence."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: `row` is numbered as in the file, None for the file as a whole."""

    row: int | None
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Outcome:
    """A row that is added or changed; `cells` are its columns before and after."""

    row: int
    key: str
    is_new: bool
    cells: list[tuple[str, str, str]]


@dataclass
class Report:
    """What django-import-export calls a result."""

    sheet: str = ""
    outcomes: list[Outcome] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0

    def add_problem(
        self, row: int | None, reason: str, *, column: str = "", cell: Cell = None
    ) -> None:
        value = "" if cell is None else str(cell)[:80]
        self.problems.append(Problem(row, column or NOTHING, value, reason))

    def has_errors(self) -> bool:
        return bool(self.problems)

    def has_validation_errors(self) -> bool:
        return False  # whatever is wrong is a problem of the file

    @property
    def added(self) -> int:
        return sum(outcome.is_new for outcome in self.outcomes)

    @property
    def changed(self) -> int:
        return len(self.outcomes) - self.added

    @property
    def shown(self) -> list[Outcome]:
        return self.outcomes[:MOST_SHOWN]

    @property
    def shown_problems(self) -> list[Problem]:
        return self.problems[:MOST_SHOWN]
