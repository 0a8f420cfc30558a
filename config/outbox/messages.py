"""What is sent for an event: a thin body, and headers as Standard Webhooks wants them."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from standardwebhooks import Webhook

from config.outbox.models import WebhookDelivery

SIGNATURE = "webhook-signature"


@dataclass(frozen=True)
class Message:
    """A message ready to be sent: its headers without the signature, the signature, its body."""

    headers: dict[str, str]
    signature: str
    body: bytes

    @property
    def signed_headers(self) -> dict[str, str]:
        return {**self.headers, SIGNATURE: self.signature}


def message(delivery: WebhookDelivery, *, at: datetime) -> Message:
    """The message of a delivery; id and body are the same at every attempt.

    While a rotation is young, the old secret signs too: a receiver may know either.
    """
    event, endpoint = delivery.event, delivery.endpoint
    body = json.dumps(
        {
            "type": event.kind,
            "timestamp": event.created_at.astimezone(UTC).isoformat(),
            "data": {"event": event.pk, "subject": event.subject, **event.payload},
        },
        separators=(",", ":"),
    )
    sent_at = at.astimezone(UTC)
    number = f"evt_{event.pk}"
    signatures = [
        Webhook(secret).sign(number, sent_at, body) for secret in endpoint.signing_secrets(at=at)
    ]
    headers = {
        "content-type": "application/json",
        "user-agent": "Portico-Webhooks/1",
        "webhook-id": number,
        "webhook-timestamp": str(int(sent_at.timestamp())),
    }
    return Message(headers, " ".join(signatures), body.encode())
