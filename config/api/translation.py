"""Which refusal an exception amounts to."""

from collections.abc import Iterator
from functools import singledispatch

from django.core import exceptions as django
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions as drf
from rest_framework.serializers import as_serializer_error

from config.api import problems
from config.api.problems import InputError, Refusal
from config.errors import Busy, DomainError

LONGEST_MESSAGE = 300


@singledispatch
def refusal_for(error: Exception) -> Refusal | None:
    """The refusal to send, or None when no input explains the error."""
    return None


@refusal_for.register
def _(error: Refusal) -> Refusal:
    return error


@refusal_for.register
def _(error: DomainError) -> Refusal:
    return Refusal(problems.REFUSED, str(error), code=error.code)


@refusal_for.register
def _(error: Busy) -> Refusal:
    return Refusal(problems.BUSY, str(error), headers={"Retry-After": "1"})


@refusal_for.register
def _(error: drf.ValidationError) -> Refusal:
    return _invalid(error.detail)


@refusal_for.register
def _(error: django.ValidationError) -> Refusal:
    return _invalid(as_serializer_error(error))


@refusal_for.register
def _(error: drf.APIException) -> Refusal | None:
    for family, situation in FRAMEWORK.items():
        if isinstance(error, family):
            wait = getattr(error, "wait", None)
            headers = {"Retry-After": str(int(wait) + 1)} if wait else {}
            return Refusal(situation, headers=headers)
    return None


FRAMEWORK = {
    drf.NotAuthenticated: problems.NOT_AUTHENTICATED,
    drf.AuthenticationFailed: problems.BAD_CREDENTIALS,
    drf.PermissionDenied: problems.FORBIDDEN,
    drf.NotFound: problems.NOT_FOUND,
    drf.MethodNotAllowed: problems.METHOD_NOT_ALLOWED,
    drf.UnsupportedMediaType: problems.UNSUPPORTED_MEDIA_TYPE,
    drf.ParseError: problems.MALFORMED,
    drf.Throttled: problems.THROTTLED,
}


@refusal_for.register
def _(error: Http404) -> Refusal:
    return Refusal(problems.NOT_FOUND)


@refusal_for.register
def _(error: django.PermissionDenied) -> Refusal:
    return Refusal(problems.FORBIDDEN)


@refusal_for.register
def _(error: django.RequestDataTooBig) -> Refusal:
    return Refusal(problems.TOO_LARGE)


@refusal_for.register(django.SuspiciousOperation)
@refusal_for.register(django.BadRequest)
@refusal_for.register(UnreadablePostError)
@refusal_for.register(UnicodeError)
@refusal_for.register(RecursionError)
def _(error: Exception) -> Refusal:
    return Refusal(problems.INVALID, "The request cannot be read.")


@refusal_for.register(OverflowError)
def _(error: OverflowError) -> Refusal:
    return Refusal(problems.INVALID, "A day or a number lies beyond what can be reckoned with.")


def _invalid(detail) -> Refusal:
    errors = list(flatten(detail))
    first = "; ".join(f"{e.path}: {e.message}" if e.path else e.message for e in errors[:3])
    return Refusal(problems.INVALID, first, errors=errors)


def flatten(detail, path: str = "") -> Iterator[InputError]:
    """Nested error details as one list; what concerns a whole keeps the path of the whole."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            own = "" if key == NON_FIELD_ERRORS else str(key)
            yield from flatten(inner, ".".join(filter(None, (path, own))))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from flatten(
                inner, ".".join(filter(None, (path, str(index)))) if nested else path
            )
    else:
        code = getattr(detail, "code", None) or "invalid"
        yield InputError(path, code, str(detail)[:LONGEST_MESSAGE])
