"""Rotating an endpoint's secret, and sending it a test."""

from datetime import datetime, timedelta

from django.db import transaction

from config.outbox.events import emit
from config.outbox.kinds import kind
from config.outbox.models import WebhookDelivery, WebhookEndpoint
from config.outbox.models.endpoint import new_secret

OVERLAP = timedelta(hours=24)
TEST = "webhook.test"


@transaction.atomic
def rotate_secret(*, endpoint: WebhookEndpoint, at: datetime) -> str:
    """A new secret, which is shown this once; for 24 hours the old one signs too.

    A secret that was already being replaced stops at once.
    """
    endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    endpoint.previous_secret = endpoint.secret
    endpoint.previous_secret_until = at + OVERLAP
    endpoint.secret = new_secret()
    endpoint.save(update_fields=["secret", "previous_secret", "previous_secret_until"])
    return endpoint.secret


@kind(
    TEST,
    about="outbox.webhookendpoint",
    path="webhook-endpoints",
    key="7",
    example={"description": "billing"},
)
@transaction.atomic
def send_test(*, endpoint: WebhookEndpoint, at: datetime) -> WebhookDelivery:
    """Somebody asked for a test of an endpoint; it alone is sent the event, whatever its kinds."""
    payload = {"description": endpoint.description}
    event = emit(TEST, f"/webhook-endpoints/{endpoint.pk}/", payload)
    return WebhookDelivery.objects.create(endpoint=endpoint, event_id=event, next_attempt_at=at)
