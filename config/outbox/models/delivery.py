"""An event on its way to an endpoint, and every time it was tried."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from config.outbox.models.endpoint import WebhookEndpoint
from config.outbox.models.event import Event


class DeliveryState(models.TextChoices):
    PENDING = "pending", "Pending"
    DELIVERED = "delivered", "Delivered"
    DEAD = "dead", "Given up"


class DeliveryQuerySet(models.QuerySet):
    def due(self, *, at: datetime) -> Self:
        """Deliveries to try now, the longest due first; those of a worker are not due."""
        live = Q(endpoint__active=True, endpoint__owner__is_active=True)
        due = Q(state=DeliveryState.PENDING, next_attempt_at__lte=at)
        return self.filter(live, due).order_by("next_attempt_at", "id")


class WebhookDelivery(models.Model):
    """An event that an endpoint is to get; the same message however often it is tried.

    `failures` counts since the delivery was last asked for and decides when the next attempt
    is; a worker that tries moves `next_attempt_at` to when another may if this one dies.
    """

    endpoint = models.ForeignKey(WebhookEndpoint, models.PROTECT, related_name="deliveries")
    event = models.ForeignKey(Event, models.PROTECT, related_name="deliveries")
    state = models.CharField(max_length=16, choices=DeliveryState, default=DeliveryState.PENDING)
    tries = models.PositiveIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "webhook deliveries"
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["endpoint", "next_attempt_at", "id"],
                name="delivery_due",
                condition=Q(state="pending"),
            ),
            models.Index(fields=["state", "-id"], name="delivery_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "event"],
                name="delivery_once_per_endpoint",
                violation_error_message="The endpoint gets the event already.",
            ),
            models.CheckConstraint(
                name="delivery_is_due_while_it_is_pending",
                condition=Q(state="pending", next_attempt_at__isnull=False)
                | ~Q(state="pending") & Q(next_attempt_at=None),
                violation_error_message="A pending delivery, and no other, has a next attempt.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.endpoint}"


class DeliveryAttempt(models.Model):
    """One message that was sent, and what the receiver answered."""

    delivery = models.ForeignKey(WebhookDelivery, models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    sent_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    request_headers = models.JSONField(help_text="Without the signature.")
    status = models.PositiveSmallIntegerField(null=True, help_text="Empty: there was no answer.")
    answer = models.TextField(blank=True, help_text="The first 2 KB.")
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="attempt_numbers_differ")
        ]

    def __str__(self) -> str:
        return f"attempt {self.number}"
