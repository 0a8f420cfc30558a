"""Which JSON is accepted: one value per key, finite numbers, clean text, shallow and short."""

import json
import math
import re
from collections import Counter

from rest_framework.parsers import BaseParser

from config.api import problems
from config.api.problems import Refusal

LARGEST_BODY = 1 << 20
DEEPEST = 20
LONGEST_INTEGER = 40
UNCLEAN = re.compile("[\x00\ud800-\udfff]")


class StrictJSONParser(BaseParser):
    """UTF-8 JSON that every reader understands alike, of no more bytes than `largest`."""

    media_type = "application/json"
    largest = LARGEST_BODY

    def parse(self, stream, media_type=None, parser_context=None):
        request = parser_context["request"]
        declared = request.META.get("CONTENT_LENGTH") or "0"
        if declared.isdigit() and int(declared) > self.largest:
            raise Refusal(problems.TOO_LARGE)
        body = stream.read(self.largest + 1)
        if len(body) > self.largest:
            raise Refusal(problems.TOO_LARGE)
        return parse(body)


def check_length(headers) -> None:
    """Raises Refusal (400) for a body without its length: WSGI would read it as no body at all."""
    if "Transfer-Encoding" in headers and "Content-Length" not in headers:
        raise _malformed("Send the body with its Content-Length, not in chunks.")


def parse(body: bytes) -> object:
    """The value of a JSON text.

    Raises Refusal (400) for anything two readers could understand differently.
    """
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_finite,
            parse_int=_integer,
        )
    except UnicodeDecodeError as error:
        raise _malformed("The body is not UTF-8.") from error
    except RecursionError as error:
        raise _malformed(TOO_DEEP) from error
    except json.JSONDecodeError as error:
        raise _malformed(f"{error.msg} at line {error.lineno}, column {error.colno}.") from error
    _check(value)
    return value


TOO_DEEP = f"The body is nested deeper than {DEEPEST} levels."


def _malformed(detail: str) -> Refusal:
    return Refusal(problems.MALFORMED, detail)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        (twice, _), *_ = Counter(key for key, _ in pairs).most_common(1)
        raise _malformed(f"The key {twice[:100]!a} appears twice.")
    return members


def _constant(name: str) -> float:
    raise _malformed(f"{name} is no number of JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise _malformed("A number is out of range.")
    return number


def _integer(text: str) -> int:
    if len(text) > LONGEST_INTEGER:
        raise _malformed("A number is out of range.")
    return int(text)


def _check(value: object) -> None:
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, str):
            if UNCLEAN.search(item):
                raise _malformed("Text may contain neither NUL nor lone surrogates.")
        elif isinstance(item, dict | list):
            if depth > DEEPEST:
                raise _malformed(TOO_DEEP)
            inner = (*item.keys(), *item.values()) if isinstance(item, dict) else item
            waiting.extend((part, depth + 1) for part in inner)
