"""What an import did, and what it could not read."""

from collections import Counter
from dataclasses import dataclass, field

from config.errors import DomainError

MOST_PROBLEMS = 1000
WRITTEN = ("_created", "_ended", "_corrected")


@dataclass(frozen=True)
class Problem:
    """One value that cannot be taken: where it stands and why.

    `row` is the line of the file, the header being line 1; it is None for the file as a whole.
    """

    file: str
    row: int | None
    column: str
    value: str
    code: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}, row {self.row}" if self.row else self.file
        return f"{place}, column {self.column}: {self.value!r}: {self.reason}"


@dataclass
class Report:
    """Counts of what an import found and did, and its problems (the first 1,000 in full).

    `unreadable` says that a file could not be read to its end: then there is no rest to import.
    """

    counts: Counter = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    bad_rows: int = 0
    unreadable: bool = False
    ignored_columns: list[str] = field(default_factory=list)
    first_position: int | None = None
    last_position: int | None = None

    def add(self, problem: Problem) -> None:
        self.bad_rows += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    @property
    def changes(self) -> dict[str, int]:
        """How many rows of each kind were made, ended or corrected."""
        return {
            name: count for name, count in self.counts.items() if count and name.endswith(WRITTEN)
        }

    def as_dict(self) -> dict:
        return {
            "counts": dict(sorted(self.counts.items())),
            "bad_rows": self.bad_rows,
            "problems": [vars(problem) for problem in self.problems],
            "ignored_columns": self.ignored_columns,
        }


class Refused(DomainError):
    """Nothing was written: the files have problems."""

    code = "import_refused"

    def __init__(self, report: Report) -> None:
        super().__init__(
            f"Nothing was imported: {report.bad_rows} "
            f"{'row is' if report.bad_rows == 1 else 'rows are'} wrong."
        )
        self.report = report
