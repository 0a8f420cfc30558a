"""Telling that something happened, in the transaction in which it happens."""

import json
from collections.abc import Iterable
from enum import StrEnum

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Model
from django.db.transaction import TransactionManagementError

from config.outbox.kinds import kind_of_rows, kinds

LARGEST_PAYLOAD = 20_000
INSERT = "INSERT INTO outbox_event (kind, subject, payload) VALUES (%s, %s, %s::jsonb) RETURNING id"
INSERT_MANY = """
INSERT INTO outbox_event (kind, subject, payload)
SELECT %s, subject, payload::jsonb FROM unnest(%s::text[], %s::text[]) AS told (subject, payload)
"""


class Change(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    DELETED = "deleted"


def emit(kind: str, subject: str, payload: dict) -> int:
    """Write an event of a known kind, in the open transaction, and return its id.

    The payload is thin: names of rows, days, counts; no personal data, for events are kept.
    Raises KeyError for an unknown kind, ValueError for 20 KB or more, and
    TransactionManagementError where there is no transaction to share the fate of.
    """
    text = _text(kind, payload)
    _check_transaction()
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [kinds[kind].code, subject, text])
        return cursor.fetchone()[0]


def _text(kind: str, payload: dict) -> str:
    text = json.dumps(payload, cls=DjangoJSONEncoder, separators=(",", ":"))
    if len(text.encode()) >= LARGEST_PAYLOAD:
        raise ValueError(f"The payload of {kind} has {len(text)} characters; it must be thin.")
    return text


def _check_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("An event is written in the transaction of its cause.")


def emit_many(kind: str, told: Iterable[tuple[str, dict]]) -> None:
    """Write very many events of a kind by one statement; `told` are subjects with payloads."""
    subjects, payloads = [], []
    for subject, payload in told:
        subjects.append(subject)
        payloads.append(_text(kind, payload))
    if subjects:
        _check_transaction()
        with connection.cursor() as cursor:
            cursor.execute(INSERT_MANY, [kinds[kind].code, subjects, payloads])


def tell(row: Model, change: Change) -> None:
    """Emit that a row was added, changed or is about to be deleted, if its model has a kind."""
    found = kind_of_rows(row._meta.concrete_model._meta.label_lower)
    if found:
        emit(found.code, f"/{found.path}/{key_of(row)}/", {"change": change})


def key_of(row: Model) -> object:
    """What the API addresses the row by: its code if it has one, else its id."""
    return getattr(row, key_field(type(row)))


def key_field(model: type[Model]) -> str:
    named = any(field.name == "code" and field.unique for field in model._meta.concrete_fields)
    return "code" if named else "pk"
