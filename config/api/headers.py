"""Which headers a call takes and answers, as the OpenAPI document says it."""

from drf_spectacular.utils import OpenApiParameter

from config.versions import Versioned

TAG = {"type": "string", "pattern": r'^(\*|(W/)?"[^"]*"(\s*,\s*(W/)?"[^"]*")*)$'}
MATCH = {**TAG, "examples": ['"3"']}
KEY = {
    "type": "string",
    "pattern": "^[!-~]{1,255}$",
    "examples": ["0d4d1c1c-5f5a-4d0e-9a64-0c1f6f2c9d11"],
}
REASON = {
    "type": "string",
    "pattern": "^([ -$&-~]|%[0-9A-Fa-f]{2})*$",
    "examples": ["Price%20list%202027"],
}

WHOLE = {"type": "integer", "minimum": 0}
ANSWERED = {
    "X-Request-Id": ("The caller's, or one that was made.", {"type": "string"}),
    "RateLimit-Limit": ("Requests of a window.", WHOLE),
    "RateLimit-Remaining": ("Requests that are left in this window.", WHOLE),
    "RateLimit-Reset": ("Seconds until the next window.", WHOLE),
}
COMPONENTS = {
    **{name: {"description": text, "schema": kind} for name, (text, kind) in ANSWERED.items()},
    "ETag": {
        "description": "The version of the row; send it back as If-Match.",
        "schema": {"type": "string", "examples": ['"3"']},
    },
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
    "Idempotent-Replayed": {
        "description": "Sent with the stored answer of an earlier request.",
        "schema": {"type": "string", "const": "true"},
    },
}


def header(name: str, schema: dict, description: str, *, required: bool = False):
    return OpenApiParameter(
        name, schema, OpenApiParameter.HEADER, required=required, description=description
    )


def taken(view, method: str, *, one_row: bool) -> list[OpenApiParameter]:
    """The headers that a call of the view reads."""
    versioned = has_versions(view)
    if method == "GET":
        known = header("If-None-Match", MATCH, "Answers 304 while the row has this ETag.")
        return [known] if one_row and versioned else []
    headers = [
        header(
            "Change-Reason",
            REASON,
            "Why, percent-encoded as UTF-8; at most 500 characters decoded.",
            required=getattr(view, "requires_reason", False),
        )
    ]
    if method == "POST":
        text = "One for each request and its retries; the effect happens once."
        needed = getattr(view, "requires_key", False)
        headers.append(header("Idempotency-Key", KEY, text, required=needed))
    if one_row and versioned:
        text = "The ETag of the version that is changed; 412 if it is another by now."
        needed = getattr(view, "requires_match", False)
        headers.append(header("If-Match", MATCH, text, required=needed))
    return headers


def has_versions(view) -> bool:
    queryset = getattr(view, "queryset", None)
    return queryset is not None and issubclass(queryset.model, Versioned)


def answer_headers(status: str, operation: dict) -> list[str]:
    """The headers of an answer, by the headers that the call takes."""
    takes = {p["name"] for p in operation.get("parameters", []) if p["in"] == "header"}
    names = [*ANSWERED]
    if "If-None-Match" in takes or ("If-Match" in takes and status != "204"):
        names.append("ETag")
    if "Idempotency-Key" in takes:
        names.append("Idempotent-Replayed")
    return names


def refusals(operation: dict) -> list[int]:
    """The statuses that follow from the headers that a call takes."""
    takes = {p["name"]: p for p in operation.get("parameters", []) if p["in"] == "header"}
    statuses = [422] if "Idempotency-Key" in takes else []
    if "If-Match" in takes:
        statuses.append(412)
        if takes["If-Match"].get("required"):
            statuses.append(428)
    return statuses
