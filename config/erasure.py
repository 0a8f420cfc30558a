"""Erasing a person: the personal columns of the row, and every copy of what stood in them.

Rows that refer to the person stay and refer to somebody without a name. The audit trail names
people by number and never holds a personal column; what somebody wrote of a person in a reason
is removed by the owner alone (`config.audit.scrubbing`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from config.copies import blank_copies
from config.errors import DomainError
from config.privacy import declared


class AlreadyErased(DomainError):
    code = "already_erased"


@dataclass(frozen=True)
class Erased:
    """The texts that are no longer kept of a person, and in how many copies they stood."""

    texts: tuple[str, ...]
    copies: int


def copies() -> list[tuple[str, tuple[str, ...]]]:
    """Tables that copy what stands elsewhere, each with its columns, as the apps list them."""
    return [
        (table, columns)
        for config in apps.get_app_configs()
        for table, columns in getattr(config, "keeps_copies", {}).items()
    ]


def texts_of(row: Model) -> tuple[str, ...]:
    """What the personal columns of a row hold; nothing once it is erased."""
    return tuple(
        str(getattr(row, name))
        for name, blank in declared[type(row)].blanks(row).items()
        if getattr(row, name) not in (None, "", blank)
    )


def people(email: str) -> list[Model]:
    """Every row of a person with this e-mail, in any case, whatever model it is of."""
    return [
        row
        for model, kind in declared.items()
        if "email" in kind.columns
        for row in model._base_manager.filter(email__iexact=email)
    ]


@transaction.atomic
def forget(texts: Iterable[str]) -> int:
    """Blank the texts wherever they were copied to; returns in how many rows they stood."""
    return blank_copies(texts, copies())


@transaction.atomic
def erase(*, row: Model) -> Erased:
    """Blank the personal columns of a row, and what they held wherever it was copied to.

    What the model's app does besides (`when_erased`) is done too. Raises AlreadyErased when
    nothing personal is left in the row.
    """
    kind = declared[type(row)]
    row = type(row)._base_manager.select_for_update(no_key=True).get(pk=row.pk)
    texts = texts_of(row)
    if not texts:
        raise AlreadyErased(f"Nothing personal is kept of {row} any more.")
    for step in kind.steps:
        step(row)
    type(row)._base_manager.filter(pk=row.pk).update(**kind.blanks(row))
    return Erased(texts, forget(texts))
