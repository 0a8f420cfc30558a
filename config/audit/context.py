"""Who writes, why, and through which door: told to the database before the first write."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import cached_property
from getpass import getuser

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import atomic
from psycopg.pq import TransactionStatus

# Reads begin with other words and pay nothing; so do savepoints, which must pass as they are.
WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|MERGE|WITH|TRUNCATE)\b", re.I)
STATE = "SELECT set_config('portico.context', %s, true)"
SUMMARISE = "SELECT set_config('portico.audit_summary', %s, true)"
NOTHING = ""


class Door(StrEnum):
    API = "api"
    ADMIN = "admin"
    COMMAND = "command"


@dataclass(frozen=True)
class Statement:
    """What the application says of its writes; every part may be unknown."""

    actor: str | None = None
    reason: str | None = None
    request_id: str | None = None
    door: Door | None = None

    @cached_property
    def text(self) -> str:
        said = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(said) if said else NOTHING


UNSTATED = Statement()
_current: ContextVar[Statement] = ContextVar("statement")


@contextmanager
def stating(**facts: str | None) -> Iterator[None]:
    """Inside, events of the audit trail bear the actor, reason, request_id and door given.

    What is not given is inherited from the statement around this one.
    """
    token = _current.set(replace(_current.get(UNSTATED), **facts))
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def in_command() -> Iterator[None]:
    """Inside, writes are those of a command, run by whoever is signed in to the machine."""
    try:
        login = getuser()
    except (KeyError, OSError):  # an account that the machine has no name for
        login = "unknown"
    with stating(actor=f"os:{login}", door=Door.COMMAND):
        yield


def state(execute, sql, params, many, context):
    """A wrapper around every statement of a connection (`config.postgresql`).

    The first write of a transaction is preceded by one more statement, which ends with the
    transaction; a write without a transaction gets one.
    """
    on = context["connection"]
    untold = on.stated != _current.get(UNSTATED).text and isinstance(sql, str) and WRITES.match(sql)
    if not untold or connections[on.alias] is not on:
        return execute(sql, params, many, context)
    with nullcontext() if on.in_atomic_block else atomic(using=on.alias):
        tell(on)
        return execute(sql, params, many, context)


def tell(on: BaseDatabaseWrapper = connection) -> None:
    """Tells the transaction who writes; only needed before COPY, which no wrapper sees."""
    text = _current.get(UNSTATED).text
    with on.cursor() as cursor:
        cursor.execute(STATE, [text])
    on.stated = text


@contextmanager
def summarising() -> Iterator[None]:
    """Inside a transaction: rows added to tables that allow it are one event a statement.

    Only rows that begin are ever summed up. Their first state follows from what they are now
    and the changes since, each of which is an event.
    """
    with connection.cursor() as cursor:
        cursor.execute(SUMMARISE, ["on"])
    try:
        yield
    finally:
        if connection.connection.info.transaction_status == TransactionStatus.INTRANS:
            with connection.cursor() as cursor:
                cursor.execute(SUMMARISE, [NOTHING])
