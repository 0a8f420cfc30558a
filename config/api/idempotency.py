"""What a retry of a request answers: what the request answered, without a second effect."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection, transaction
from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from config.api.authentication import client_of
from config.api.problems import (
    IDEMPOTENCY_KEY_REQUIRED,
    IDEMPOTENCY_MISMATCH,
    Refusal,
    input_error,
)
from config.models import StoredResponse
from config.pieces import in_pieces

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,255}")
KEPT = timedelta(hours=72)

# A request that runs at the same time with the same key is waited for: either its answer is
# found afterwards, or it had no effect and this one begins. An old row is taken over.
RESERVE = """
INSERT INTO config_storedresponse AS stored (client, method, path, key, body_hash, headers, body)
VALUES (%s, %s, %s, %s, %s, '{}', '')
ON CONFLICT (client, method, path, key) DO UPDATE
    SET body_hash = excluded.body_hash, status = NULL, created_at = now()
    WHERE stored.created_at < now() - %s
RETURNING id"""

PRUNE = """
DELETE FROM config_storedresponse WHERE id IN (
    SELECT id FROM config_storedresponse WHERE created_at < %s LIMIT %s FOR UPDATE SKIP LOCKED)"""


def key_of(request, *, required: bool) -> str | None:
    """The Idempotency-Key of a request; None without one, and where the method takes none.

    Raises Refusal (400) for a key that is none, or missing where it is required.
    """
    if request.method != "POST":
        return None
    key = request.headers.get(HEADER)
    if key is None and required:
        raise Refusal(
            IDEMPOTENCY_KEY_REQUIRED,
            "Send a new Idempotency-Key with every request, and the same one with its retries.",
        )
    if key is not None and not KEY.fullmatch(key):
        raise input_error(HEADER, "invalid", "A key is 1 to 255 visible ASCII characters.")
    return key


def once(request, key: str, effect: Callable[[], Response]) -> HttpResponse:
    """Runs the effect unless the key has had it; inside the caller's transaction.

    Raises Refusal (422) when the key stands for another body.
    """
    mark = {
        "client": client_of(request),
        "method": request.method,
        "path": request.path,
        "key": key,
    }
    body_hash = sha256(json.dumps(request.data, sort_keys=True).encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(RESERVE, [*mark.values(), body_hash, KEPT])
        reserved = cursor.fetchone()
    if not reserved:
        stored = StoredResponse.objects.get(**mark)
        if stored.body_hash != body_hash:
            raise Refusal(IDEMPOTENCY_MISMATCH, "The key was sent with another body before.")
        return _answer(stored, {"Idempotent-Replayed": "true"})
    response = effect()
    check_constraints()
    return _stored(reserved[0], response)


def check_constraints() -> None:
    """What the database would refuse at the end is refused now, before it is acknowledged."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _stored(pk: int, response: Response) -> HttpResponse:
    if not 200 <= response.status_code < 300:  # no success: neither effect nor answer remains
        transaction.set_rollback(True)
        return response
    stored = StoredResponse(
        pk=pk,
        status=response.status_code,
        headers={k: v for k, v in response.headers.items() if k != "Content-Type"},
        body=JSONRenderer().render(response.data).decode(),
    )
    stored.save(update_fields=["status", "headers", "body"])
    return _answer(stored, {})


def _answer(stored: StoredResponse, more: dict[str, str]) -> HttpResponse:
    headers = {**stored.headers, **more, "Content-Type": "application/json"}
    return HttpResponse(stored.body, status=stored.status, headers=headers)


def prune(*, before: datetime) -> int:
    """Forget answers stored before the instant, piece by piece; how many those were."""
    return in_pieces(PRUNE, [before])
