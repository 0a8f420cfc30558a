"""One way to plug in a named thing."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


class Registry(Mapping[str, Entry], Generic[Entry]):
    """Entries by key, filled by the modules of one or more packages.

    Adding an entry means adding a file to a package; nothing else is edited. The modules are
    imported when somebody first asks, never at start-up.
    """

    def __init__(self, *packages: str) -> None:
        self._packages = list(packages)
        self._entries: dict[str, Entry] = {}
        self._loaded = False

    def add(self, key: str, entry: Entry) -> None:
        if key in self._entries:
            raise ValueError(f"{key!r} is registered twice in {self._packages}")
        self._entries[key] = entry

    def include(self, package: str) -> None:
        """Let one more package fill this registry; a later app calls it when it gets ready."""
        self._packages.append(package)
        self._loaded = False

    def _load(self) -> None:
        if self._loaded:
            return
        for name in self._packages:
            package = import_module(name)
            for module in iter_modules(getattr(package, "__path__", []), prefix=f"{name}."):
                import_module(module.name)
        self._loaded = True

    def __getitem__(self, key: str) -> Entry:
        self._load()
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        self._load()
        return iter(sorted(self._entries))

    def __len__(self) -> int:
        self._load()
        return len(self._entries)
