"""What must hold of events and deliveries as a whole."""

from collections.abc import Iterator

from django.db import connection

from config.invariants import invariant

SHOWN = 20


def rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} LIMIT {SHOWN}")
        return cursor.fetchall()


@invariant
def events_are_of_transactions_that_were() -> Iterator[str]:
    """No event names a transaction that this server has not come to yet."""
    found = rows(
        "SELECT id, xid::text FROM outbox_event "
        "WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()) "
        "AND xid IS DISTINCT FROM pg_current_xact_id_if_assigned() ORDER BY xid"
    )
    for number, xid in found:
        yield f"event {number}, transaction {xid}: see docs/webhooks.md, After a restore"


@invariant
def deliveries_have_as_many_attempts_as_they_count() -> Iterator[str]:
    """The attempts that are kept of a delivery are those it counts, and success ended it."""
    found = rows(
        "SELECT d.id, d.tries, count(a.id) FROM outbox_webhookdelivery d "
        "LEFT JOIN outbox_deliveryattempt a ON a.delivery_id = d.id "
        "GROUP BY d.id HAVING d.tries <> count(a.id) OR (d.state = 'delivered' "
        "AND NOT coalesce(bool_or(a.status BETWEEN 200 AND 299), false))"
    )
    for delivery, tries, kept in found:
        yield f"delivery {delivery}: counts {tries} attempts, {kept} are kept"
