"""What the database's refusals mean to a client."""

from functools import cache

from django.apps import apps
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError
from django.db.models import BaseConstraint, Model, ProtectedError, RestrictedError
from django.utils.text import capfirst

from config.api import problems
from config.api.problems import InputError, Refusal
from config.api.translation import refusal_for

FOREIGN_KEY, NOT_NULL = "23503", "23502"
RAISED_BY_A_TRIGGER = "P0001"
LIMITS_OF_THE_SERVER = "54"


@refusal_for.register(ProtectedError)
@refusal_for.register(RestrictedError)
def _(error: IntegrityError) -> Refusal:
    return Refusal(problems.IN_USE)


@refusal_for.register
def _(error: IntegrityError) -> Refusal:
    state = sqlstate(error)
    if state == FOREIGN_KEY and _diagnosis(error, "message_primary").startswith("insert"):
        return Refusal(problems.CONFLICT, "It refers to a row that does not exist.")
    if state == FOREIGN_KEY:
        return Refusal(problems.IN_USE, _who_refers(error))
    if state == NOT_NULL:
        fault = InputError(_diagnosis(error, "column_name"), "null", "This may not be null.")
        return Refusal(problems.INVALID, fault.message, errors=[fault])
    sentence, name = _sentence(error), _diagnosis(error, "constraint_name")
    faults = [InputError("", name, sentence)] if name and sentence else []
    return Refusal(problems.CONFLICT, sentence, errors=faults)


@refusal_for.register
def _(error: DataError) -> Refusal:
    return Refusal(problems.INVALID, "A value cannot be stored or compared.")


@refusal_for.register
def _(error: OperationalError) -> Refusal:
    # Timeouts, deadlocks and lost connections pass; a value too large for an index does not.
    if sqlstate(error).startswith(LIMITS_OF_THE_SERVER):
        return Refusal(problems.INVALID, "A value is too large.")
    return Refusal(problems.BUSY, headers={"Retry-After": "1"})


@refusal_for.register
def _(error: InterfaceError) -> Refusal:
    return Refusal(problems.BUSY, headers={"Retry-After": "1"})


@refusal_for.register
def _(error: DatabaseError) -> Refusal | None:
    if sqlstate(error) == RAISED_BY_A_TRIGGER:
        return Refusal(problems.REFUSED, _diagnosis(error, "message_primary"))
    return None


def sqlstate(error: Exception) -> str:
    """PostgreSQL's five characters for what went wrong, "" when it did not say."""
    return getattr(error.__cause__, "sqlstate", None) or ""


def _diagnosis(error: Exception, name: str) -> str:
    return getattr(getattr(error.__cause__, "diag", None), name, None) or ""


def _who_refers(error: Exception) -> str:
    """The rows that would lose what they refer to; a trigger of ours speaks for itself."""
    table = _diagnosis(error, "table_name")
    if not table:
        return _diagnosis(error, "message_primary")
    model = _models().get(table)
    kind = capfirst(model._meta.verbose_name_plural) if model else "Other rows"
    return f"{kind} refer to it as it is."


def _sentence(error: IntegrityError) -> str:
    name = _diagnosis(error, "constraint_name")
    table = _diagnosis(error, "table_name")
    if not (name and table):  # a trigger of ours speaks for itself
        return _diagnosis(error, "message_primary")
    if constraint := _constraints().get(name):
        return str(constraint.get_violation_error_message())
    model = _models().get(table)
    return f"Another {model._meta.verbose_name} has this value already." if model else ""


@cache
def _constraints() -> dict[str, BaseConstraint]:
    return {own.name: own for model in apps.get_models() for own in model._meta.constraints}


@cache
def _models() -> dict[str, type[Model]]:
    return {model._meta.db_table: model for model in apps.get_models()}
