"""What happens around every write of the API."""

import random
import time
from collections.abc import Callable

from django.db import OperationalError, transaction
from django.http import HttpResponse
from rest_framework.response import Response

from config.api.database_errors import sqlstate
from config.api.idempotency import check_constraints, key_of, once
from config.api.reasons import reason_of
from config.audit.actors import request_facts
from config.audit.context import Door, stating

LOCKED, DEADLOCK, SERIALISATION = "55P03", "40P01", "40001"
PASSING = {LOCKED, DEADLOCK, SERIALISATION}
RETRIES = 3
PAUSE = 0.05  # seconds before the first retry, doubled before each next one


def write(view, effect: Callable[[], Response]) -> HttpResponse:
    """Runs the effect of a request in one transaction and answers its response.

    With an Idempotency-Key, the key, the effect and the stored response are one transaction too.
    Locks, deadlocks and serialisation failures are tried again, then answered 503. The effect
    may therefore run several times, though only one of them lasts. Events of the audit trail
    name the caller, the request and, if it has one, the reason.
    """
    request = view.request
    request._request.change_reason = reason_of(request, required=view.requires_reason)
    key = key_of(request, required=view.requires_key)
    for retry in range(RETRIES + 1):
        try:
            return _attempt(request, key, effect)
        except OperationalError as error:
            if retry == RETRIES or sqlstate(error) not in PASSING:
                raise
        time.sleep(PAUSE * 2**retry * random.uniform(0.5, 1.5))  # noqa: S311  (jitter, no secret)
    raise AssertionError("the last attempt answers or raises")


def _attempt(request, key: str | None, effect: Callable[[], Response]) -> HttpResponse:
    with stating(**request_facts(request, Door.API)), transaction.atomic():
        if key is not None:
            return once(request, key, effect)
        response = effect()
        check_constraints()
        return response
