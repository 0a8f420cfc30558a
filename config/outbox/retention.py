"""Which events and deliveries are no longer kept."""

from datetime import datetime

from django.db import connection, transaction

from config.outbox.models import Event, Horizon
from config.pieces import in_pieces

# Delivered or given up, and not tried since: what is still to be sent is never removed.
DELIVERIES = """
WITH gone AS (
    SELECT d.id FROM outbox_webhookdelivery d
    WHERE d.state <> 'pending' AND d.created_at < %(before)s
      AND NOT EXISTS (SELECT FROM outbox_deliveryattempt a
                      WHERE a.delivery_id = d.id AND a.sent_at >= %(before)s)
    LIMIT %(piece)s FOR UPDATE OF d SKIP LOCKED),
attempts AS (
    DELETE FROM outbox_deliveryattempt WHERE delivery_id IN (SELECT id FROM gone))
DELETE FROM outbox_webhookdelivery WHERE id IN (SELECT id FROM gone)"""
# An endpoint that is switched on has deliveries of them, or did not want them.
EVENTS = """
DELETE FROM outbox_event WHERE id IN (
    SELECT e.id FROM outbox_event e
    WHERE e.created_at < %s AND (e.xid, e.id) <= (%s::text::xid8, %s)
      AND NOT EXISTS (SELECT FROM outbox_webhookdelivery d WHERE d.event_id = e.id)
      AND NOT EXISTS (SELECT FROM outbox_webhookendpoint p
                      WHERE p.active AND (p.position_xid, p.position_id) < (e.xid, e.id))
    LIMIT %s FOR UPDATE OF e SKIP LOCKED)"""
MOVE = """
INSERT INTO outbox_horizon AS h (id, xid, number) VALUES (1, %s::text::xid8, %s)
ON CONFLICT (id) DO UPDATE SET xid = excluded.xid, number = excluded.number
WHERE (h.xid, h.number) < (excluded.xid, excluded.number)"""


def forget_deliveries(*, before: datetime) -> int:
    """Remove deliveries that ended before the instant, with their attempts; returns how many."""
    return in_pieces(DELIVERIES, {"before": before})


def forget_events(*, before: datetime) -> int:
    """Remove events older than the instant that nobody waits for; returns how many those were.

    Readers of the feed are told first that events up to there may be missing.
    """
    old = Event.objects.settled().filter(created_at__lt=before).order_by("-xid", "-id")
    last = old.values_list("xid", "id").first()
    if last is None:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MOVE, [str(last[0]), last[1]])
    return in_pieces(EVENTS, [before, str(last[0]), last[1]])


def is_kept(xid: int, number: int) -> bool:
    """Whether every event after the place is still there."""
    gone = Horizon.objects.values_list("xid", "number").first()
    return gone is None or (xid, number) >= gone
