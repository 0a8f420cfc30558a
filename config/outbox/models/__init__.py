from config.outbox.models.delivery import DeliveryAttempt, DeliveryState, WebhookDelivery
from config.outbox.models.endpoint import WebhookEndpoint
from config.outbox.models.event import Event

__all__ = ["DeliveryAttempt", "DeliveryState", "Event", "WebhookDelivery", "WebhookEndpoint"]
