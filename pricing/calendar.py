"""What becomes effective when: releases, plan versions, prices that end; one list of all of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Model

from config.registry import Registry
from pricing.models import PriceBook

MOST = 1_000  # of one kind; who needs more asks for fewer days


@dataclass(frozen=True)
class Span:
    """The days asked about, from the first up to but not including the last, by whom, of what."""

    since: date
    until: date
    actor: object
    book: PriceBook | None = None


@dataclass(frozen=True)
class Entry:
    """One thing that becomes effective on a day: the row that says so, and a sentence."""

    on: date
    kind: str
    row: Model
    sentence: str
    book: str | None = None

    @property
    def order(self) -> tuple:
        return (self.on, self.kind, self.row.pk)


@dataclass(frozen=True)
class Coming:
    """A kind of entry: its name, the permissions of what it looks at, and how it is found."""

    name: str
    needs: tuple[str, ...]
    find: Callable[[Span], Iterable[Entry]]


coming: Registry[Coming] = Registry("pricing.coming")


def becomes_effective(name: str, *, needs: tuple[str, ...]) -> Callable[[Callable], Callable]:
    """Put a function on the calendar: its name is the code of the kind, and it takes a Span.

    It asks the database as often for many entries as for one.
    """

    def register(find: Callable[[Span], Iterable[Entry]]) -> Callable:
        coming.add(find.__name__, Coming(name, needs, find))
        return find

    return register


def entries(span: Span) -> list[Entry]:
    """Everything that becomes effective in the span and that the actor may see, soonest first."""
    found = [
        entry
        for kind in coming.values()
        if span.actor.has_perms(kind.needs)
        for entry in kind.find(span)
    ]
    return sorted(found, key=lambda entry: entry.order)
