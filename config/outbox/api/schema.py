"""Every kind of event in the OpenAPI document, as the message that a webhook gets."""

from config.outbox.kinds import Kind, kinds

HEADERS = {
    "webhook-id": "The same at every attempt: what a receiver recognises a repetition by.",
    "webhook-timestamp": "When it was sent, in seconds since 1970.",
    "webhook-signature": "Signatures `v1,<base64>` of `id.timestamp.body`, separated by spaces.",
}
ANSWERS = {
    "2XX": {"description": "Taken."},
    "410": {"description": "No more of these: the endpoint is switched off."},
    "default": {"description": "Not taken: it is sent again."},
}


def describe_webhooks(result: dict, generator, request, public) -> dict:
    """Adds `webhooks` (OpenAPI 3.1): one operation a kind, with its meaning and an example."""
    result["webhooks"] = {kind.code: {"post": _operation(kind)} for kind in kinds.values()}
    return result


def _operation(kind: Kind) -> dict:
    headers = [
        {
            "name": name,
            "in": "header",
            "required": True,
            "schema": {"type": "string"},
            "description": text,
        }
        for name, text in HEADERS.items()
    ]
    content = {"schema": _message(kind), "example": example(kind)}
    return {
        "operationId": "webhook_" + kind.code.replace(".", "_"),
        "summary": kind.code,
        "description": kind.meaning,
        "tags": ["webhooks"],
        "parameters": headers,
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": ANSWERS,
    }


def _message(kind: Kind) -> dict:
    members = ["event", "subject", *kind.example]
    return {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": kind.code},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {
                "type": "object",
                "required": members,
                "properties": {
                    **{name: {} for name in kind.example},
                    "event": {"type": "integer", "description": "Its id in the feed."},
                    "subject": {"type": "string", "description": "Path below /api/v1."},
                },
            },
        },
    }


def example(kind: Kind) -> dict:
    """A message of the kind."""
    return {
        "type": kind.code,
        "timestamp": "2026-01-31T12:00:00.000000+00:00",
        "data": {"event": 42, "subject": kind.subject, **kind.example},
    }
