from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Event as Signal

import pytest
from django.db import connection, transaction
from django.utils import timezone

from config.access.models import User
from config.outbox import deliveries, emit
from config.outbox.deliveries import SCHEDULE, claim, create_deliveries, redeliver
from config.outbox.dispatch import dispatch
from config.outbox.models import (
    DeliveryAttempt,
    DeliveryState,
    Event,
    WebhookDelivery,
    WebhookEndpoint,
)
from config.outbox.sending import Outcome
from tests.config.outbox.test_feed import happen

pytestmark = pytest.mark.django_db(transaction=True)

DAY = datetime(2026, 3, 1, tzinfo=UTC)
GOOD, BAD, GONE = (Outcome(status, "", "", 1) for status in (200, 503, 410))


def good(**_) -> Outcome:
    return GOOD


def bad(**_) -> Outcome:
    return BAD


def subjects(endpoint: WebhookEndpoint) -> list[str]:
    found = endpoint.deliveries.order_by("event_id").values_list("event__subject", flat=True)
    return [subject.split("/")[2] for subject in found]


def test_failures_follow_the_schedule_and_end_as_a_dead_letter(endpoint):
    endpoint()
    happen("crm")
    create_deliveries(at=DAY)
    at = DAY
    for wait in SCHEDULE:
        at += wait
        assert dispatch(now=at - timedelta(seconds=1), send=bad)["attempts"] == 0
        assert dispatch(now=at, send=bad)["attempts"] == 1
    delivery = WebhookDelivery.objects.get()

    hours = [1 / 60, 5 / 60, 0.5, 2, 6, 12, 24, 48]
    sent = list(DeliveryAttempt.objects.values_list("sent_at", flat=True))
    assert [(b - a).total_seconds() / 3600 for a, b in pairwise(sent)] == hours
    assert (delivery.state, delivery.tries) == (DeliveryState.DEAD, 9)
    assert dispatch(now=at + timedelta(days=365), send=good)["attempts"] == 0


def test_a_dead_letter_is_sent_again_from_the_start_of_the_schedule(endpoint):
    endpoint()
    happen("crm")
    create_deliveries(at=DAY)
    WebhookDelivery.objects.update(
        state=DeliveryState.DEAD, next_attempt_at=None, failures=9, tries=9
    )
    redeliver(delivery=WebhookDelivery.objects.get(), at=DAY)
    dispatch(now=DAY, send=bad)

    delivery = WebhookDelivery.objects.get()
    assert (delivery.failures, delivery.tries) == (1, 10)
    assert delivery.next_attempt_at == DAY + timedelta(minutes=1)


def test_410_switches_the_endpoint_off(endpoint):
    row = endpoint()
    happen("crm", "hub")
    dispatch(now=DAY, send=lambda **_: GONE)
    happen("later")
    dispatch(now=DAY + timedelta(days=9), send=good)
    row.refresh_from_db()

    assert not row.active
    assert "410" in row.disabled_because
    assert set(row.deliveries.values_list("state", flat=True)) <= {"dead", "pending"}

    row.active = True
    row.save()
    dispatch(now=DAY + timedelta(days=9), send=good)
    row.refresh_from_db()
    assert row.disabled_because == ""
    assert subjects(row) == ["crm", "hub", "later"]


def test_an_endpoint_gets_what_it_wants_since_it_was_made(endpoint):
    happen("before")
    every, products = endpoint(), endpoint(kinds=["product.changed"])
    happen("crm")
    happen("smb", kind="segment.changed")
    dispatch(now=DAY, send=good)

    assert subjects(every) == ["crm", "smb"]
    assert subjects(products) == ["crm"]


def test_an_endpoint_is_sent_what_its_owner_may_see(endpoint, person):
    sales = endpoint(owner=person("sales"))
    former = endpoint(owner=person("viewer", email="gone@example.org", is_active=False))
    happen("crm")
    happen("acme", kind="account.changed")
    dispatch(now=DAY, send=good)
    assert (subjects(sales), subjects(former)) == (["crm"], [])

    User.objects.update(is_active=True)
    create_deliveries(at=DAY)
    User.objects.update(is_active=False)
    assert subjects(former) == ["crm", "acme"]
    assert dispatch(now=DAY, send=good)["attempts"] == 0


def test_what_was_rolled_back_is_not_sent(endpoint):
    row = endpoint()
    with transaction.atomic():
        emit("product.changed", "/products/never/", {"change": "added"})
        transaction.set_rollback(True)
    happen("crm")
    dispatch(now=DAY, send=good)

    assert subjects(row) == ["crm"]


def test_a_backlog_is_worked_off_batch_by_batch(endpoint, monkeypatch):
    monkeypatch.setattr(deliveries, "BATCH", 3)
    row = endpoint(kinds=["product.changed"])
    happen(*"abcdefg")
    happen(*"xyz", kind="segment.changed")
    assert dispatch(now=DAY, send=good)["delivered"] == 7

    row.refresh_from_db()
    last = Event.objects.order_by("id").last()
    assert (row.position_xid, row.position_id) == (last.xid, last.id)


@pytest.mark.parametrize("first", ["slow", "quick"])
def test_an_event_committed_late_is_delivered(endpoint, first):
    row = endpoint()
    wrote, go_on = Signal(), Signal()

    def slow():
        try:
            with transaction.atomic():
                emit("product.changed", "/products/slow/", {"change": "added"})
                wrote.set()
                assert go_on.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(slow)
        assert wrote.wait(10)
        happen("quick")
        dispatch(now=DAY, send=good)
        assert subjects(row) == []
        go_on.set()
        writer.result()
    dispatch(now=DAY, send=good)

    assert subjects(row) == ["slow", "quick"]


def test_what_a_worker_has_claimed_another_one_does_not_get_until_it_must_be_dead(endpoint):
    row = endpoint()
    happen("crm", "hub")
    create_deliveries(at=DAY)
    mine = claim(endpoint=row.pk, most=1, at=DAY)
    other = claim(endpoint=row.pk, most=9, at=DAY)

    assert [len(mine), len(other)] == [1, 1]
    assert not {delivery.pk for delivery in mine} & {delivery.pk for delivery in other}
    assert claim(endpoint=row.pk, most=9, at=DAY + timedelta(seconds=59)) == []
    assert len(claim(endpoint=row.pk, most=9, at=DAY + timedelta(minutes=1))) == 2


def test_a_late_failure_does_not_undo_a_delivery(endpoint):
    row = endpoint()
    happen("crm")
    create_deliveries(at=DAY)
    (delivery,) = claim(endpoint=row.pk, most=1, at=DAY)
    for outcome in (GOOD, BAD):
        deliveries.record(delivery=delivery, outcome=outcome, headers={}, at=DAY)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == (DeliveryState.DELIVERED, 2)


def test_a_dead_endpoint_holds_up_nobody_else(endpoint):
    """The one that answers gets everything while the other has not answered once."""
    dead, alive = endpoint(url="https://dead.example/"), endpoint()
    happen(*(f"p{number}" for number in range(20)))
    go_on = Signal()
    arrived = []

    def send(*, url, headers, body):
        if "dead" in url:
            assert go_on.wait(10)
            return BAD
        arrived.append(timezone.now())
        if len(arrived) == 20:
            go_on.set()
        return GOOD

    began = timezone.now()
    dispatch(now=DAY, send=send)

    assert alive.deliveries.filter(state=DeliveryState.DELIVERED).count() == 20
    assert dead.deliveries.filter(state=DeliveryState.PENDING).count() == 20
    assert max(arrived) - began < timedelta(seconds=5)
