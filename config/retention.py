"""What is removed when nobody needs it any more."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from config.api import idempotency
from config.jobs import job
from config.outbox import retention as outbox
from config.pieces import in_pieces

SESSIONS = """
DELETE FROM django_session WHERE session_key IN (
    SELECT session_key FROM django_session WHERE expire_date < %s
    LIMIT %s FOR UPDATE SKIP LOCKED)"""
SHARED = """
DELETE FROM shared_cache WHERE cache_key IN (
    SELECT cache_key FROM shared_cache WHERE expires < %s LIMIT %s FOR UPDATE SKIP LOCKED)"""


def answers(now: datetime) -> int:
    return idempotency.prune(before=now - idempotency.KEPT)


def deliveries(now: datetime) -> int:
    return outbox.forget_deliveries(before=now - timedelta(days=settings.KEEP_DELIVERIES_DAYS))


def events(now: datetime) -> int:
    return outbox.forget_events(before=now - timedelta(days=settings.KEEP_EVENTS_DAYS))


def sessions(now: datetime) -> int:
    return in_pieces(SESSIONS, [now])


def attempts_to_sign_in(now: datetime) -> int:
    return in_pieces(SHARED, [now])


# In this order: an event goes after its deliveries.
REMOVED: tuple[Callable[[datetime], int], ...] = (
    answers,
    deliveries,
    events,
    sessions,
    attempts_to_sign_in,
)


@job
def prune(*, now: datetime) -> str:
    """Removes stored answers, deliveries, events and sessions that are older than they are kept."""
    counts = [(remove.__name__.replace("_", " "), remove(now)) for remove in REMOVED]
    return f"Removed: {', '.join(f'{name} {count:,}' for name, count in counts)}."
