from config.outbox.models.delivery import DeliveryAttempt, DeliveryState, WebhookDelivery
from config.outbox.models.endpoint import WebhookEndpoint
from config.outbox.models.event import Event
from config.outbox.models.horizon import Horizon

__all__ = [
    "DeliveryAttempt",
    "DeliveryState",
    "Event",
    "Horizon",
    "WebhookDelivery",
    "WebhookEndpoint",
]
