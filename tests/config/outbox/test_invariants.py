import pytest
from django.db import connection
from django.utils import timezone

from config.invariants import invariants
from config.outbox import emit
from config.outbox.dispatch import dispatch
from config.outbox.models import WebhookDelivery
from config.outbox.sending import Outcome
from tests.config.outbox.test_feed import happen

OF_EVENTS, OF_DELIVERIES = (
    "events_are_of_transactions_that_were",
    "deliveries_have_as_many_attempts_as_they_count",
)


def violations(name: str) -> list[str]:
    return list(invariants[name].violations())


@pytest.mark.django_db
def test_an_event_of_a_later_transaction_is_found():
    emit("product.changed", "/products/crm/", {"change": "added"})
    assert violations(OF_EVENTS) == []

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outbox_event (kind, subject, payload, xid) "
            "VALUES ('product.changed', '/products/hub/', '{}', '999999999999')"
        )
    assert "transaction 999999999999" in violations(OF_EVENTS)[0]


@pytest.mark.django_db(transaction=True)
def test_an_attempt_that_was_lost_is_found(endpoint):
    endpoint()
    happen("crm", "hub")
    dispatch(now=timezone.now(), send=lambda **_: Outcome(204, "", "", 1))
    assert violations(OF_DELIVERIES) == []

    WebhookDelivery.objects.last().attempts.all().delete()
    WebhookDelivery.objects.first().attempts.update(status=500)
    assert len(violations(OF_DELIVERIES)) == 2
