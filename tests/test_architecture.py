"""The house keeps its shape: imports point one way, rules know no doors, files stay small."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
APPS = ["config", "portfolio", "pricing", "accounts", "metrics"]
DOORS = {"admin", "api", "management", "urls", "wsgi", "apps"}
WEB = {"rest_framework", "django_filters", "unfold", "drf_spectacular"}
CLOCK = {"now", "today", "localdate", "localtime", "utcnow"}
LONGEST = 300


def modules(root: Path = ROOT) -> dict[str, Path]:
    """Every module of the house by its dotted name; migrations are history, not house."""
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for app in APPS
        for path in sorted((root / app).rglob("*.py"))
        if "migrations" not in path.parts
    }


def imports(path: Path) -> set[str]:
    """Names that a file imports, inner imports included; `from a import b` gives a and a.b."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def wrong_way(files: dict[str, Path]) -> list[str]:
    return [
        f"{name} imports {other}"
        for name, path in files.items()
        for other in sorted(imports(path))
        if other.split(".")[0] in APPS
        and APPS.index(other.split(".")[0]) > APPS.index(name.split(".")[0])
    ]


def circle(files: dict[str, Path]) -> list[str]:
    """A circle of modules, if there is one. A package is no part of circles of its own modules."""
    graph = {
        name: [
            other
            for other in imports(path)
            if other in files and other != name and not name.startswith(f"{other}.")
        ]
        for name, path in files.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def is_door(name: str) -> bool:
    return bool(DOORS & set(name.split("."))) or name.startswith("config.")


def rules_that_know_doors(files: dict[str, Path]) -> list[str]:
    return [
        f"{name} imports {other}"
        for name, path in files.items()
        if not is_door(name)
        for other in sorted(imports(path))
        if other.split(".")[0] in WEB or (other in files and DOORS & set(other.split(".")))
    ]


def rules_that_read_the_clock(files: dict[str, Path]) -> list[str]:
    return [
        f"{name}:{node.lineno}"
        for name, path in files.items()
        if not is_door(name)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK
    ]


def too_long(files: dict[str, Path]) -> list[str]:
    lengths = {name: len(path.read_text().splitlines()) for name, path in files.items()}
    return [f"{name}: {length}" for name, length in lengths.items() if length > LONGEST]


def without_a_subject(files: dict[str, Path]) -> list[str]:
    """Modules that do not open with the line that says what is decided there."""
    return [
        name
        for name, path in files.items()
        if path.name not in ("__init__.py", "apps.py")
        and not ast.get_docstring(ast.parse(path.read_text()))
    ]


CHECKS = [
    wrong_way,
    circle,
    rules_that_know_doors,
    rules_that_read_the_clock,
    too_long,
    without_a_subject,
]


@pytest.mark.parametrize("check", CHECKS)
def test_the_house_keeps_its_shape(check):
    assert check(modules()) == []


VIOLATIONS = {
    wrong_way: {"portfolio/a.py": "import pricing.b"},
    circle: {
        "pricing/a.py": "from pricing import b",
        "pricing/b.py": "def f():\n    from pricing import a",
    },
    rules_that_know_doors: {"pricing/a.py": "import rest_framework"},
    rules_that_read_the_clock: {"pricing/a.py": "timezone.now()"},
    too_long: {"pricing/a.py": "\n" * 301},
    without_a_subject: {"pricing/a.py": "x = 1"},
}


@pytest.mark.parametrize("check", CHECKS)
def test_each_check_bites(check, tmp_path):
    for name, text in VIOLATIONS[check].items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    assert check(modules(tmp_path))
