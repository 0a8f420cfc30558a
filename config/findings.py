"""What breaks the rules that rows were given: kinds of findings, and asking all of them at once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from django.db.models import Model

from config.access.scopes import Scope
from config.outbox.events import key_of
from config.outbox.kinds import kind_of_rows
from config.registry import Registry

Shared = TypeVar("Shared")


class Severity(StrEnum):
    """How bad it is, the worst first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


@dataclass(frozen=True)
class Asked:
    """Who asks, about which day; what several kinds need is read once for all of them.

    `scopes` are those of the key that asks, None for a person or a command.
    """

    actor: object
    on: date
    scopes: frozenset[str] | None = None
    _read: dict = field(default_factory=dict, repr=False)

    def once(self, read: Callable[["Asked"], Shared]) -> Shared:
        """What the function answers to this question, read by whoever needs it first."""
        if read not in self._read:
            self._read[read] = read(self)
        return self._read[read]


@dataclass(frozen=True)
class Found:
    """One row that breaks a rule: where to mend it, and a sentence with what is wrong.

    `about` names the rows that it concerns, by what they are called; `facts` are the figures
    that it stands on.
    """

    row: Model
    sentence: str
    about: Mapping[str, str]
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """One rule that rows can break, and how it finds those that do."""

    code: str
    title: str
    explanation: str
    severity: Severity
    needs: tuple[str, ...]
    scope: Scope
    find: Callable[[Asked], Iterable[Found]]

    def may_ask(self, asked: Asked) -> bool:
        """Whether the actor may see everything that the kind looks at."""
        if asked.scopes is not None and self.scope not in asked.scopes:
            return False
        return asked.actor.has_perms(self.needs)


@dataclass(frozen=True)
class Finding:
    """What a kind found."""

    kind: Kind
    found: Found

    @property
    def subject(self) -> str:
        """The row to mend, as events name rows: /products/crm/."""
        known = kind_of_rows(self.found.row._meta.label_lower)
        return f"/{known.path}/{key_of(self.found.row)}/" if known else ""

    @property
    def order(self) -> tuple:
        row = self.found.row
        return (self.kind.severity.rank, self.kind.code, str(row), row._meta.label_lower, row.pk)


findings: Registry[Kind] = Registry("portfolio.findings", "pricing.findings", "metrics.findings")


def finding(
    severity: Severity, *, needs: tuple[str, ...], scope: Scope = Scope.CATALOG_READ
) -> Callable[[Callable], Callable]:
    """Put a function on the list of kinds: its name is the code, its docstring the explanation.

    The first sentence of the docstring is the title. The function takes an `Asked` and yields a
    `Found` for each row, with a number of queries that does not grow with the rows. `needs` are
    the permissions of everything it looks at, `scope` what a key needs for it.
    """

    def register(find: Callable[[Asked], Iterable[Found]]) -> Callable:
        code = find.__name__.replace("_", "-")
        text = " ".join((find.__doc__ or "").split())
        title, _, explanation = text.partition(". ")
        findings.add(code, Kind(code, title.rstrip("."), explanation, severity, needs, scope, find))
        return find

    return register


def check(asked: Asked, *, codes: Iterable[str] | None = None) -> list[Finding]:
    """Everything that the kinds find which the actor may ask, the worst first.

    `codes` are the kinds asked for, all if there are none.
    """
    wanted = findings.keys() if codes is None else set(codes) & findings.keys()
    kinds = [findings[code] for code in sorted(wanted)]
    found = [Finding(k, each) for k in kinds if k.may_ask(asked) for each in k.find(asked)]
    return sorted(found, key=lambda each: each.order)


def asked_kinds(asked: Asked) -> list[Kind]:
    """The kinds that the actor may ask: what is not found by them is not there."""
    return [kind for kind in findings.values() if kind.may_ask(asked)]


def counts(found: Iterable[Finding]) -> dict[str, int]:
    """How many of each severity."""
    totals = dict.fromkeys((severity.value for severity in Severity), 0)
    for each in found:
        totals[each.kind.severity] += 1
    return totals
