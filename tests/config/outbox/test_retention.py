"""What is removed when it is old, and what never is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from config.outbox.deliveries import create_deliveries
from config.outbox.models import (
    DeliveryAttempt,
    DeliveryState,
    Event,
    Horizon,
    WebhookDelivery,
)
from config.outbox.retention import forget_deliveries, forget_events
from tests.config.outbox.test_feed import happen, names

pytestmark = pytest.mark.django_db(transaction=True)
DAYS = timedelta(days=1)
INSERT = """
INSERT INTO outbox_event (kind, subject, payload, created_at)
VALUES ('product.changed', %s, '{}', %s) RETURNING id"""


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def feed(program):
    client = program("viewer")
    return lambda **query: client.get("/api/v1/events/", query)


def event(code: str, at: datetime) -> Event:
    """An event of that time, settled."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [f"/products/{code}/", at])
        return Event.objects.get(pk=cursor.fetchone()[0])


def delivery(row, of: Event, state: str, *, tried_at: datetime, made_at: datetime):
    pending = state == DeliveryState.PENDING
    made = WebhookDelivery.objects.create(
        endpoint=row,
        event=of,
        state=state,
        tries=1,
        next_attempt_at=tried_at if pending else None,
        created_at=made_at,
    )
    DeliveryAttempt.objects.create(
        delivery=made, number=1, sent_at=tried_at, milliseconds=1, request_headers={}, status=200
    )
    return made


@pytest.mark.parametrize(
    ("state", "tried", "left"),
    [
        ("delivered", 31, 0),
        ("dead", 31, 0),
        ("pending", 31, 1),  # still to be sent, however old
        ("delivered", 29, 1),  # sent again not long ago
    ],
)
def test_deliveries_go_when_they_ended_long_ago(endpoint, now, state, tried, left):
    old = event("a", now - 40 * DAYS)
    delivery(endpoint(), old, state, tried_at=now - tried * DAYS, made_at=now - 40 * DAYS)

    assert forget_deliveries(before=now - 30 * DAYS) == 1 - left
    assert WebhookDelivery.objects.count() == DeliveryAttempt.objects.count() == left


def test_old_events_go_and_young_ones_stay(now):
    event("old", now - 91 * DAYS)
    event("young", now - 89 * DAYS)

    assert forget_events(before=now - 90 * DAYS) == 1
    assert [found.subject for found in Event.objects.all()] == ["/products/young/"]


def test_an_event_stays_as_long_as_a_delivery_of_it(endpoint, now):
    row, old = endpoint(), event("a", now - 91 * DAYS)
    delivery(row, old, "pending", tried_at=now - 90 * DAYS, made_at=now - 90 * DAYS)

    assert forget_events(before=now - 90 * DAYS) == 0
    WebhookDelivery.objects.all().delete()
    row.refresh_from_db()
    type(row).objects.update(position_xid=old.xid, position_id=old.pk)
    assert forget_events(before=now - 90 * DAYS) == 1


def test_an_event_stays_until_every_active_endpoint_has_come_to_it(endpoint, now):
    row = endpoint()
    event("a", now - 91 * DAYS)

    assert forget_events(before=now - 90 * DAYS) == 0
    assert create_deliveries(at=now) == 1

    other = endpoint(active=False)
    type(other).objects.filter(pk=other.pk).update(position_xid=1)
    type(row).objects.filter(pk=row.pk).update(active=False)
    WebhookDelivery.objects.all().delete()
    assert forget_events(before=now - 90 * DAYS) == 1  # who is switched off waits for nothing


def test_pieces_add_up(now, monkeypatch):
    monkeypatch.setattr("config.pieces.PIECE", 3)
    for number in range(10):
        event(f"p{number}", now - 91 * DAYS)

    assert forget_events(before=now - 90 * DAYS) == 10
    assert forget_events(before=now - 90 * DAYS) == 0


def test_a_row_that_somebody_holds_is_left_for_the_next_time(now):
    kept = event("a", now - 91 * DAYS)
    event("b", now - 91 * DAYS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT FROM outbox_event WHERE id = %s FOR SHARE", [kept.pk])
        removed = in_another_session(now)

    assert removed == 1
    assert [found.pk for found in Event.objects.all()] == [kept.pk]


def in_another_session(now: datetime) -> int:
    def forget() -> int:
        try:
            return forget_events(before=now - 90 * DAYS)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(forget).result()


def test_of_the_last_week_the_database_lets_nothing_go(now):
    event("a", now - 6 * DAYS)

    with pytest.raises(IntegrityError, match="never changed"):
        Event.objects.all().delete()
    Event.objects.create(kind="x", subject="/x/", payload={}, created_at=now - 8 * DAYS).delete()


def test_a_reader_who_stayed_away_too_long_is_told(feed, now):
    read = event("a", now - 95 * DAYS)
    event("missed", now - 94 * DAYS)
    young = event("b", now - DAYS)
    place = f"{read.xid}-{read.pk}"
    assert names(feed(after=place).json()) == ["missed", "b"]
    forget_events(before=now - 90 * DAYS)

    answer = feed(after=place)
    assert (answer.status_code, answer.json()["code"]) == (410, "cursor_expired")
    assert "Ask without `after`" in answer.json()["detail"]
    assert names(feed().json()) == ["b"]
    assert feed(after=f"{young.xid}-{young.pk}").status_code == 200


def test_the_last_event_read_is_a_good_place_though_it_is_gone(feed, now):
    read = event("a", now - 95 * DAYS)
    event("b", now - DAYS)
    forget_events(before=now - 90 * DAYS)

    assert names(feed(after=f"{read.xid}-{read.pk}").json()) == ["b"]


def test_the_horizon_only_moves_forward(endpoint, now):
    held, gone = event("a", now - 95 * DAYS), event("b", now - 94 * DAYS)
    delivery(endpoint(active=False), held, "pending", tried_at=now, made_at=now)
    forget_events(before=now - 90 * DAYS)
    forget_events(before=now - 94 * DAYS - timedelta(hours=1))

    assert [found.pk for found in Event.objects.all()] == [held.pk]
    assert (Horizon.objects.get().xid, Horizon.objects.get().number) == (gone.xid, gone.pk)


def test_one_command_removes_everything_that_is_old(now, capsys, settings):
    settings.KEEP_EVENTS_DAYS = 10
    event("a", now - 11 * DAYS)
    happen("b")
    call_command("prune")

    assert "events 1" in capsys.readouterr().out
    assert Event.objects.count() == 1
