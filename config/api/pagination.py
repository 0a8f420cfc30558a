"""How a list is walked: from the last row seen, never by counting, so that no page is skipped."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from config.api.ordering import Term, terms_of
from config.api.problems import Refusal, input_error

DEFAULT_LIMIT, LARGEST_LIMIT = 50, 200
LONGEST_CURSOR = 2000
LIMIT = re.compile(r"[1-9][0-9]{0,2}")


@dataclass(frozen=True)
class Cursor:
    """A place between two rows, and the direction to read from there."""

    values: list
    backwards: bool


class CursorPagination(BasePagination):
    """`{"next", "previous", "results"}` in the order of the view, ties broken by the id."""

    parameters = ("limit", "cursor")

    def paginate_queryset(self, queryset: QuerySet, request, view=None) -> list[Model]:
        self.request = request
        self.terms = terms_of(view, request.query_params, queryset)
        self.limit = read_limit(request.query_params)
        self.cursor = self._read(request.query_params.get("cursor"))
        backwards = self.cursor is not None and self.cursor.backwards
        terms = [term.reversed() for term in self.terms] if backwards else self.terms
        if self.cursor:
            queryset = queryset.filter(_beyond(terms, self.cursor.values))
        rows = list(queryset.order_by(*(term.expression for term in terms))[: self.limit + 1])
        self.more = len(rows) > self.limit
        rows = rows[: self.limit]
        self.rows = rows[::-1] if backwards else rows
        return self.rows

    def get_paginated_response(self, data) -> Response:
        backwards = self.cursor is not None and self.cursor.backwards
        follows = bool(self.rows) and (backwards or self.more)
        precedes = bool(self.rows) and (self.more if backwards else self.cursor is not None)
        return Response(
            {
                "next": self._link(self.rows[-1], backwards=False) if follows else None,
                "previous": self._link(self.rows[0], backwards=True) if precedes else None,
                "results": data,
            }
        )

    def _link(self, row: Model, *, backwards: bool) -> str:
        content = [[term.expression for term in self.terms], backwards]
        content.append([term.value(row) for term in self.terms])
        text = json.dumps(content, default=str, separators=(",", ":"))
        cursor = urlsafe_b64encode(text.encode()).decode().rstrip("=")
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def _read(self, text: str | None) -> Cursor | None:
        if text is None:
            return None
        try:
            if len(text) > LONGEST_CURSOR:
                raise ValueError
            order, backwards, values = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if order != [term.expression for term in self.terms]:
                raise ValueError
            pairs = zip(self.terms, values, strict=True)
            return Cursor([term.parse(value) for term, value in pairs], bool(backwards))
        except (ValueError, TypeError, RecursionError, OverflowError, ValidationError) as error:
            raise _bad_cursor() from error

    def get_paginated_response_schema(self, schema: dict) -> dict:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view) -> list[dict]:
        limit = {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT}
        return [
            _parameter("limit", {**limit, "default": DEFAULT_LIMIT}, "Rows per page."),
            _parameter("cursor", {"type": "string"}, "Taken from next or previous, never made up."),
        ]


def _parameter(name: str, schema: dict, description: str) -> dict:
    return {"name": name, "in": "query", "schema": schema, "description": description}


def read_limit(parameters) -> int:
    """How many rows a page may have; raises Refusal (400) for what is no such number."""
    text = parameters.get("limit", str(DEFAULT_LIMIT))
    if not LIMIT.fullmatch(text) or int(text) > LARGEST_LIMIT:
        raise input_error("limit", "limit", f"Must be an integer from 1 to {LARGEST_LIMIT}.")
    return int(text)


def _bad_cursor() -> Refusal:
    return input_error("cursor", "bad_cursor", "This is no cursor of this list and order.")


def _beyond(terms: list[Term], values: list) -> Q:
    """Rows that come after the values: equal up to some term, and later by that one."""
    alternatives, equal = [], Q()
    for term, value in zip(terms, values, strict=True):
        later = term.after(value)
        if later is not None:
            alternatives.append(equal & later)
        same = {term.path: value} if value is not None else {f"{term.path}__isnull": True}
        equal &= Q(**same)
    return terms[0].from_here(values[0]) & reduce(or_, alternatives, Q(pk__in=[]))
