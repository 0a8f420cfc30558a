"""How the feed is walked: for ever forward, from any event that was once read."""

import re

from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from config.api.pagination import DEFAULT_LIMIT, LARGEST_LIMIT, read_limit
from config.api.problems import GONE, Refusal, input_error
from config.outbox.models import Event
from config.outbox.retention import is_kept

CURSOR = re.compile(r"([0-9]{1,19})-([0-9]{1,18})")
LARGEST_XID = 2**63 - 1
EXPIRED = (
    "Events after this cursor have been removed. Ask without `after` for those that are kept, and "
    "look the resources up for what happened before."
)


def cursor_of(event: Event) -> str:
    """The place right behind an event; good as long as the events after it are kept."""
    return f"{event.xid}-{event.id}"


class FeedPagination(BasePagination):
    """`{"next", "previous", "results", "after"}`: come back with `after` for what is new."""

    parameters = ("limit", "after")

    def paginate_queryset(self, queryset, request, view=None) -> list[Event]:
        self.request = request
        self.limit = read_limit(request.query_params)
        self.after = request.query_params.get("after")
        place = _place(self.after) if self.after else None
        if place:
            queryset = queryset.after(*place)
        rows = list(queryset.in_order()[: self.limit + 1])
        if place and not is_kept(*place):  # asked afterwards: what is removed is told first
            raise Refusal(GONE, EXPIRED)
        self.more = len(rows) > self.limit
        if rows:
            self.after = cursor_of(rows[: self.limit][-1])
        return rows[: self.limit]

    def get_paginated_response(self, data) -> Response:
        address = self.request.build_absolute_uri()
        return Response(
            {
                "next": replace_query_param(address, "after", self.after) if self.more else None,
                "previous": None,
                "results": data,
                "after": self.after,
            }
        )

    def get_paginated_response_schema(self, schema: dict) -> dict:
        link = {"type": ["string", "null"], "format": "uri"}
        after = {
            "type": ["string", "null"],
            "description": "Where to go on, as long as events are kept.",
        }
        return {
            "type": "object",
            "required": ["next", "previous", "results", "after"],
            "properties": {
                "next": {**link, "description": "Null when there is no more for now."},
                "previous": {"type": "null"},
                "results": schema,
                "after": after,
            },
        }

    def get_schema_operation_parameters(self, view) -> list[dict]:
        limit = {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT}
        text = "The `after` of the last answer, or the `cursor` of any event."
        return [
            _parameter("limit", {**limit, "default": DEFAULT_LIMIT}, "Events per page."),
            _parameter("after", {"type": "string", "pattern": f"^{CURSOR.pattern}$"}, text),
        ]


def _parameter(name: str, schema: dict, description: str) -> dict:
    return {"name": name, "in": "query", "schema": schema, "description": description}


def _place(text: str) -> tuple[int, int]:
    match = CURSOR.fullmatch(text)
    if not match or int(match[1]) > LARGEST_XID:
        raise input_error("after", "bad_cursor", "This is no cursor of the feed.")
    return int(match[1]), int(match[2])
