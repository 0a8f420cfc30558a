"""A fresh installation has the versions that were tested, also of what packages need in turn."""

import re
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[.+\])?==\S+")


def pinned(name: str) -> set[str]:
    lines = (ROOT / name).read_text().splitlines()
    return {canonicalize_name(found[1]) for line in lines if (found := PIN.match(line))}


def needed(name: str, extras: frozenset[str] = frozenset(), seen: set | None = None) -> set[str]:
    """Everything that is installed with a package, as installed here."""
    seen = set() if seen is None else seen
    if (name, extras) in seen:
        return set()
    seen.add((name, extras))
    found = {name}
    for text in requires(name) or ():
        each = Requirement(text)
        wanted = each.marker is None or any(
            each.marker.evaluate({"extra": extra}) for extra in {"", *extras}
        )
        if wanted:
            try:
                found |= needed(canonicalize_name(each.name), frozenset(each.extras), seen)
            except PackageNotFoundError:
                found.add(canonicalize_name(each.name))
    return found


def test_every_package_that_comes_along_has_its_version():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    asked = [Requirement(line) for line in lines if line[:1] not in ("", "#", "-")]
    found = set().union(
        *(needed(canonicalize_name(each.name), frozenset(each.extras)) for each in asked)
    )

    assert found - pinned("requirements.txt") - pinned("config/constraints.txt") == set()
