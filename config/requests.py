"""Every request has an id, and every request to the API one line in the log."""

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.db import connection
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-Id"
ID = re.compile(r"[\x21-\x7e]{1,100}")
logger = logging.getLogger("portico.requests")


def id_of(request: HttpRequest) -> str:
    """The id that a request has been given, that its caller names, or a new one."""
    given = getattr(request, "id", None) or request.headers.get(HEADER, "")
    return given if ID.fullmatch(given) else uuid4().hex


class Requests:
    """The outermost middleware: takes the caller's id or makes one, and answers with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = id_of(request)
        answer = self._logged if request.path.startswith("/api/") else self.get_response
        response = answer(request)
        response[HEADER] = request.id
        return response

    def _logged(self, request: HttpRequest) -> HttpResponse:
        began, queries = time.perf_counter(), Queries()
        with connection.execute_wrapper(queries):
            response = self.get_response(request)
        match = request.resolver_match
        facts = {
            "request_id": request.id,
            "actor": getattr(request, "actor", None),
            "method": request.method,
            "route": match.view_name if match else None,
            "status": response.status_code,
            "milliseconds": round((time.perf_counter() - began) * 1000, 2),
            "queries": queries.count,
        }
        logger.info("request", extra={"facts": facts})
        return response


class Queries:
    """Counts what is asked of the database."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        return execute(sql, params, many, context)
