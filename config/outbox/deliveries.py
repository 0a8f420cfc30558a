"""Who gets which event, when it is tried, and when it is given up."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from config.outbox.endpoints import TEST
from config.outbox.models import (
    DeliveryAttempt,
    DeliveryState,
    Event,
    WebhookDelivery,
    WebhookEndpoint,
)
from config.outbox.sending import Outcome

# Before the first attempt, and after each failure; a failure more, and it is given up.
SCHEDULE = [
    timedelta(0),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=48),
]
CLAIM = timedelta(minutes=1)  # far longer than an attempt can take
BATCH = 500


def create_deliveries(*, at: datetime) -> int:
    """Make a delivery of each settled event for each endpoint that wants it, once.

    Each endpoint has its own place in the feed, which moves in the transaction that makes the
    deliveries; a worker that finds an endpoint's row locked leaves it to the other.
    """
    end = Event.objects.settled().order_by("-xid", "-id").values_list("xid", "id").first()
    if end is None:
        return 0
    waiting = WebhookEndpoint.objects.filter(active=True, owner__is_active=True)
    return sum(
        _advance(pk, end, at)
        for pk, *place in waiting.values_list("pk", "position_xid", "position_id")
        if tuple(place) < end
    )


@transaction.atomic
def _advance(pk: int, end: tuple[int, int], at: datetime) -> int:
    locked = WebhookEndpoint.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
    endpoint = locked.select_related("owner").filter(pk=pk, active=True).first()
    if endpoint is None:
        return 0
    events = Event.objects.after(endpoint.position_xid, endpoint.position_id).until(*end)
    events = events.visible_to(endpoint.owner).exclude(kind=TEST)
    if endpoint.kinds:
        events = events.filter(kind__in=endpoint.kinds)
    places = list(events.in_order().values_list("xid", "id")[:BATCH])
    WebhookDelivery.objects.bulk_create(
        [
            WebhookDelivery(endpoint=endpoint, event_id=number, next_attempt_at=at + SCHEDULE[0])
            for _, number in places
        ],
        ignore_conflicts=True,
    )
    last = places[-1] if len(places) == BATCH else end
    WebhookEndpoint.objects.filter(pk=pk).update(position_xid=last[0], position_id=last[1])
    return len(places)


@transaction.atomic
def claim(*, endpoint: int, most: int, at: datetime) -> list[WebhookDelivery]:
    """Due deliveries of an endpoint, which no other worker gets unless this one dies."""
    due = WebhookDelivery.objects.due(at=at).filter(endpoint_id=endpoint)
    rows = due.select_for_update(skip_locked=True, of=("self",), no_key=True)
    found = list(rows.select_related("endpoint", "event")[:most])
    WebhookDelivery.objects.filter(pk__in=[row.pk for row in found]).update(
        next_attempt_at=at + CLAIM
    )
    return found


@transaction.atomic
def record(
    *, delivery: WebhookDelivery, outcome: Outcome, headers: Mapping[str, str], at: datetime
) -> DeliveryState:
    """Keep what came of an attempt, and decide what is next.

    An attempt that another one has overtaken is kept and decides nothing. 410 switches the
    endpoint off.
    """
    row = WebhookDelivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    row.tries += 1
    DeliveryAttempt.objects.create(
        delivery=row,
        number=row.tries,
        sent_at=at,
        milliseconds=outcome.milliseconds,
        request_headers=dict(headers),
        status=outcome.status,
        answer=outcome.answer,
        problem=outcome.problem,
    )
    if row.state == DeliveryState.PENDING:
        _decide(row, outcome, at)
    row.save()
    return DeliveryState(row.state)


def _decide(row: WebhookDelivery, outcome: Outcome, at: datetime) -> None:
    if outcome.succeeded:
        row.state, row.next_attempt_at = DeliveryState.DELIVERED, None
        return
    row.failures += 1
    if outcome.gone:
        WebhookEndpoint.objects.filter(pk=row.endpoint_id).update(
            active=False, disabled_because="The receiver answered 410: it wants no more messages."
        )
    if outcome.gone or row.failures >= len(SCHEDULE):
        row.state, row.next_attempt_at = DeliveryState.DEAD, None
    else:
        row.next_attempt_at = at + SCHEDULE[row.failures]


@transaction.atomic
def redeliver(*, delivery: WebhookDelivery, at: datetime) -> WebhookDelivery:
    """Send it again from the beginning of the schedule, as the same message."""
    row = WebhookDelivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    row.state, row.failures, row.next_attempt_at = DeliveryState.PENDING, 0, at
    row.save(update_fields=["state", "failures", "next_attempt_at"])
    return row
