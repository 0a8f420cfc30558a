"""One way to plug in a way to notice: what it asks of the whole book on a day."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from django.db import models

from config.registry import Registry

EPOCH = date(2000, 1, 3)  # a Monday; stretches of days are counted from here for everybody


class Family(models.TextChoices):
    """The four families of triggers; each way to notice belongs to exactly one."""

    USAGE = "usage", "Usage"
    VALUE = "value", "Value"
    TIME = "time", "Time"
    BEHAVIOUR = "behaviour", "Behaviour"


class Rule(Protocol):
    """What a way to notice may ask of a rule."""

    least: Decimal | None
    within: int | None
    behaviour: str
    feature_id: int | None
    frequency_days: int | None

    @property
    def watched_id(self) -> int | None: ...


@dataclass(frozen=True)
class Question:
    """SQL of the rows (account_id, occurrence, value, grade, why, feature_id, product_id).

    One row is one firing; the same firing has the same occurrence on whichever day it is asked.
    """

    sql: str
    values: Mapping[str, object]


@dataclass(frozen=True)
class Source:
    """A way to notice. `takes` are fields of a rule that mean something to it, `needs` must be
    given; `lasts` where it is a state that goes on, not a date or an event: the rule's frequency
    then says how often one that goes on is told.
    """

    meaning: str
    family: Family
    ask: Callable[[Rule, date], Question]
    takes: Collection[str] = ()
    needs: Collection[str] = ()
    defaults: Mapping[str, object] = field(default_factory=dict)
    lasts: bool = False

    @property
    def name(self) -> str:
        return self.meaning.split(":")[0].rstrip(".")


sources: Registry[Source] = Registry("accounts.signals.sources")


def source(
    *,
    family: Family,
    takes: Collection[str] = (),
    needs: Collection[str] = (),
    lasts: bool = False,
    threshold: Decimal | None = None,
    days: int | None = None,
) -> Callable:
    """Put a function on the list: its name is the code, its docstring the meaning.

    `threshold` and `days` hold where a rule gives none.
    """
    defaults = {"threshold": threshold, "days": days}

    def register(ask: Callable[[Rule, date], Question]) -> Callable:
        meaning = " ".join((ask.__doc__ or "").split())
        known = {name: value for name, value in defaults.items() if value is not None}
        every = (*needs, *takes, *known)
        sources.add(ask.__name__, Source(meaning, family, ask, every, needs, known, lasts))
        return ask

    return register


def source_choices() -> list[tuple[str, str]]:
    """Choices of a field, asked for when needed, so that a new source is no migration."""
    return [(code, found.name) for code, found in sources.items()]


def of_family(family: str) -> list[str]:
    return [code for code, found in sources.items() if found.family == family]


def stretch(rule: Rule, on: date) -> date:
    """The first day of the stretch of `frequency_days` days that the day lies in."""
    length = rule.frequency_days or 1
    return EPOCH + timedelta(days=(on - EPOCH).days // length * length)
