"""Deliveries in the admin: every attempt looked at, and sent again."""

from django.contrib import admin, messages
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import action, display

from config.admin.navigation import Section
from config.admin.options import ModelAdmin, ReadOnly, ReadOnlyInline
from config.outbox.deliveries import redeliver
from config.outbox.models import DeliveryAttempt, DeliveryState, WebhookDelivery


class AttemptInline(ReadOnlyInline):
    model = DeliveryAttempt
    fields = ["number", "sent_at", "milliseconds", "status", "answer", "problem"]
    verbose_name_plural = "attempts"
    show_change_link = False


@admin.register(WebhookDelivery)
class DeliveryAdmin(ReadOnly, ModelAdmin):
    section = Section.INTEGRATIONS
    menu_place = 1
    icon = "outgoing_mail"
    list_display = ["event", "endpoint", "standing", "tries", "next_attempt_at", "created_at"]
    list_filter = [("state", ChoicesDropdownFilter), ("endpoint", RelatedDropdownFilter)]
    list_select_related = ["event", "endpoint"]
    sortable_by = []
    ordering = ["-id"]
    inlines = [AttemptInline]
    actions = ["send_again"]
    fields = [("event", "endpoint"), ("state", "tries"), ("next_attempt_at", "created_at")]
    empty_hint = "The dispatcher makes a delivery of each event that an endpoint wants."

    def has_redeliver_permission(self, request) -> bool:
        return request.user.has_perm("outbox.change_webhookdelivery")

    @display(
        description="state",
        label={
            DeliveryState.PENDING.label: "info",
            DeliveryState.DELIVERED.label: "success",
            DeliveryState.DEAD.label: "danger",
        },
    )
    def standing(self, delivery: WebhookDelivery) -> str:
        return delivery.get_state_display()

    @action(description="Send the chosen again", permissions=["redeliver"])
    def send_again(self, request, queryset):
        now = timezone.now()
        for delivery in queryset:
            redeliver(delivery=delivery, at=now)
        messages.success(request, f"{len(queryset)} are due now; the dispatcher sends them.")
