"""Pages of rows that are computed, not stored: walked by what they are sorted by."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import TypeVar

from rest_framework.utils.urls import replace_query_param

from config.api.pagination import LONGEST_CURSOR, read_limit
from config.api.problems import input_error

Row = TypeVar("Row")


def page(
    request, rows: Sequence[Row], *, key: Callable[[Row], tuple], shown: Callable[[Row], dict]
) -> dict:
    """A page of rows that are sorted by the key, in the shape of every list.

    The request may have the parameters `limit` and `cursor`. No two rows have one key.
    A row that comes or goes between two pages does not move the others.
    """
    keys = [list(key(row)) for row in rows]
    limit = read_limit(request.query_params)
    start, end = _span(request.query_params.get("cursor"), keys, limit)
    following = end < len(rows)
    return {
        "next": _link(request, "after", keys[end - 1]) if following and end else None,
        "previous": _link(request, "before", keys[start]) if 0 < start < len(rows) else None,
        "results": [shown(row) for row in rows[start:end]],
    }


def _span(cursor: str | None, keys: list[list], limit: int) -> tuple[int, int]:
    if cursor is None:
        return 0, min(limit, len(keys))
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise ValueError
        side, place = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if side == "after":
            start = bisect_right(keys, place)
            return start, min(start + limit, len(keys))
        if side != "before":
            raise ValueError
        end = bisect_left(keys, place)
        return max(end - limit, 0), end
    except (ValueError, TypeError, RecursionError) as error:
        message = "This is no cursor of this list."
        raise input_error("cursor", "bad_cursor", message) from error


def _link(request, side: str, place: list) -> str:
    text = json.dumps([side, place], separators=(",", ":"))
    cursor = urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor)
