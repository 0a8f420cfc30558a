"""Reads the table of doors."""

from dataclasses import dataclass, field
from pathlib import Path

from config.access.roles import ROLES
from config.access.scopes import Scope

TEXT = (Path(__file__).parent / "table.txt").read_text()
WORDS = {*ROLES, "superuser", "nobody", "staff", "signed-in", "public"}
OWN = ":own"
PAGES = {  # what the four columns of a model stand for
    "look": ("GET {list}", "GET {row}change/", "GET {row}history/"),
    "add": ("GET {list}add/", "POST {list}add/"),
    "change": ("POST {row}change/",),
    "delete": ("GET {row}delete/", "POST {row}delete/"),
}
SHEETS = {  # what the two columns of a list that is a spreadsheet stand for
    "export": ("GET {list}export/", "POST {list}export/"),
    "import": (
        "GET {list}import/",
        "POST {list}import/",
        "GET {list}process_import/",
        "POST {list}process_import/",
    ),
}
SHORT_ADDRESS = "GET {row}"


@dataclass(frozen=True)
class Opening:
    """To whom a door opens, and the scope that a key needs."""

    whom: frozenset[str]
    scope: str = "-"

    def role(self, name: str) -> str:
        """What the door is to a role: "all" rows, its "own", or "none"."""
        if name in self.whom:
            return "all"
        return "own" if f"{name}{OWN}" in self.whom else "none"


@dataclass
class Table:
    groups: dict[str, str] = field(default_factory=dict)
    openings: dict[str, Opening] = field(default_factory=dict)

    def put(self, door: str, whom: str, scope: str = "-") -> None:
        if door in self.openings:
            raise ValueError(f"{door} has two lines in the table")
        if scope != "-" and scope not in Scope.values:
            raise ValueError(f"{door}: there is no scope {scope}")
        names = [
            name for part in whom.split(",") for name in self.groups.get(part, part).split(",")
        ]
        strangers = {name.removesuffix(OWN) for name in names} - WORDS
        if strangers:
            raise ValueError(f"{door}: nobody is called {', '.join(sorted(strangers))}")
        self.openings[door] = Opening(frozenset(names), scope)


def read(text: str = TEXT) -> Table:
    """The table; raises ValueError for a line that cannot be understood."""
    table, section = Table(), ""
    for line in text.splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0].startswith("["):
            section = words[0].strip("[]")
            continue
        try:
            READERS[section](table, *words)
        except (KeyError, TypeError) as error:
            raise ValueError(f"[{section}] cannot have the line: {line}") from error
    return table


def _group(table: Table, name: str, roles: str) -> None:
    table.groups[name] = roles


def _api(table: Table, method: str, path: str, scope: str, whom: str) -> None:
    table.put(f"{method} {path}", whom, scope)


def _admin(table: Table, label: str, *columns: str) -> None:
    _pages(table, label, PAGES, columns)
    table.put(_of(label, SHORT_ADDRESS), "staff")


def _sheet(table: Table, label: str, *columns: str) -> None:
    _pages(table, label, SHEETS, columns)


def _pages(table: Table, label: str, pages: dict, columns: tuple[str, ...]) -> None:
    for names, whom in zip(pages.values(), columns, strict=True):
        for name in names:
            table.put(_of(label, name), whom)


def _of(label: str, name: str) -> str:
    """The address of a page of the model."""
    at = f"/admin/{label.replace('.', '/')}/"
    return name.replace("{list}", at).replace("{row}", at + "{object_id}/")


def _inline(table: Table, name: str, *columns: str) -> None:
    for verb, whom in zip(PAGES, columns, strict=True):
        table.put(f"INLINE {name} {verb}", whom)


def _action(table: Table, name: str, whom: str) -> None:
    table.put(f"ACTION {name}", whom)


def _page(table: Table, method: str, path: str, whom: str) -> None:
    table.put(f"{method} {path}", whom)


READERS = {
    "groups": _group,
    "api": _api,
    "admin": _admin,
    "sheets": _sheet,
    "inlines": _inline,
    "actions": _action,
    "pages": _page,
}
