"""Putting a reviewed release in force: who may take it from which state to which."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import connection, transaction

from config.access.models import User
from config.errors import DomainError
from pricing import events
from pricing.dearer import wait_for_others
from pricing.faults import faults_of
from pricing.models import PriceBook, PriceRelease, ReleaseState


class NotInState(DomainError):
    code = "not_in_state"


class NotReady(DomainError):
    code = "release_not_ready"


class OwnWork(DomainError):
    code = "own_work"


class ContentChanged(DomainError):
    code = "content_changed"


class InThePast(DomainError):
    code = "effective_in_the_past"


class AlreadyInForce(DomainError):
    code = "already_in_force"


class ReasonMissing(DomainError):
    code = "reason_missing"


MANY = 1_000  # lines, from which on a release is read as a whole

# The rows of both statements are of one book, whose row is locked.
END_CURRENT = """
UPDATE pricing_price old SET ends_on = line.starts_on
FROM pricing_price line
WHERE line.release_id = %s AND line.published_at IS NULL
  AND (old.book_id, old.charge_id, old.currency, old.interval)
    = (line.book_id, line.charge_id, line.currency, line.interval)
  AND old.published_at IS NOT NULL AND NOT old.cancelled
  AND old.starts_on < line.starts_on AND (old.ends_on IS NULL OR old.ends_on > line.starts_on)
"""
NEXT_START = """(
    SELECT min(next.starts_on) FROM pricing_price next
    WHERE (next.book_id, next.charge_id, next.currency, next.interval)
        = ({0}.book_id, {0}.charge_id, {0}.currency, {0}.interval)
      AND next.published_at IS NOT NULL AND NOT next.cancelled AND next.starts_on > {0}.starts_on
)"""
OPEN_NEW = f"""
UPDATE pricing_price line SET published_at = now(), ends_on = {NEXT_START.format("line")}
WHERE line.release_id = %s AND line.published_at IS NULL
"""  # noqa: S608  (our own text)
CANCEL_LINES = "UPDATE pricing_price SET cancelled = true WHERE release_id = %s AND NOT cancelled"
# Who ended because of a cancelled price goes on until the next that stands.
REOPEN = f"""
UPDATE pricing_price old SET ends_on = {NEXT_START.format("old")}
FROM pricing_price line
WHERE line.release_id = %s
  AND (old.book_id, old.charge_id, old.currency, old.interval)
    = (line.book_id, line.charge_id, line.currency, line.interval)
  AND old.published_at IS NOT NULL AND NOT old.cancelled AND old.ends_on = line.starts_on
"""  # noqa: S608


@transaction.atomic
def submit(*, release: PriceRelease, by: User) -> PriceRelease:
    """Hand a draft over for review: what is approved later is exactly this content.

    Raises NotInState for anything but a draft, NotReady with everything that must be cured.
    """
    _lock(release)
    _need(release, ReleaseState.DRAFT, verb="submitted")
    if faults := faults_of(release):
        raise NotReady(" ".join(faults))
    return _move(release, ReleaseState.IN_REVIEW, submitter=by, note="")


@transaction.atomic
def approve(*, release: PriceRelease, by: User, content_hash: str) -> PriceRelease:
    """Approve the content that was submitted and seen, whose hash the approver names.

    Raises NotInState unless it is in review, OwnWork for its author or submitter, ContentChanged
    when another content is in review than the one that was seen.
    """
    _lock(release)
    _need(release, ReleaseState.IN_REVIEW, verb="approved")
    if by.pk in (release.author_id, release.submitter_id):
        raise OwnWork("Somebody else approves it: you wrote or submitted it.")
    if content_hash != release.content_hash:
        raise ContentChanged("It was changed after you opened it: read it again, then decide.")
    return _move(release, ReleaseState.APPROVED, approver=by)


@transaction.atomic
def reject(*, release: PriceRelease, by: User, reason: str) -> PriceRelease:
    """Send a release that is in review or approved back to its author, with the reason."""
    _lock(release)
    _need(release, ReleaseState.IN_REVIEW, ReleaseState.APPROVED, verb="sent back")
    return _move(release, ReleaseState.DRAFT, note=_said(reason))


@transaction.atomic
def publish(
    *, release: PriceRelease, by: User, on: date, may_correct: bool = False
) -> PriceRelease:
    """Put an approved release in force: each price ends the one before on `effective_on`.

    A price lasts until the next of its book, charge, currency and interval, one that was
    published earlier included. Raises NotInState unless it is approved, InThePast for a day
    before `on` unless the publisher may correct, NotReady when another release changes one of
    its charges on the same day, or a bundle would be dearer than its parts.
    """
    _lock(release)
    _need(release, ReleaseState.APPROVED, verb="published")
    if release.effective_on < on and not may_correct:
        raise InThePast(
            f"It is effective on {release.effective_on}, and today is {on}: what applied on past "
            "days stays. Choose a later day and submit it again."
        )
    wait_for_others()
    if faults := faults_of(release):
        raise NotReady(" ".join(faults))
    _move(release, ReleaseState.PUBLISHED)
    with planned_for_many(release):
        _run(END_CURRENT, release)
        lines = _run(OPEN_NEW, release)
    events.release_published(release, lines=lines)
    return release


@transaction.atomic
def cancel(*, release: PriceRelease, by: User, on: date, reason: str) -> PriceRelease:
    """Give a release up; one that was published only before its first day.

    Its prices never apply, and those before them go on, no further than to the next price.
    Raises AlreadyInForce from the first day on, NotInState for what is cancelled already.
    """
    _lock(release)
    _need(release, *(s for s in ReleaseState if s != ReleaseState.CANCELLED), verb="cancelled")
    was_published = release.state == ReleaseState.PUBLISHED
    if was_published and release.effective_on <= on:
        raise AlreadyInForce(
            f"It is in force since {release.effective_on}: what applied stays. Publish another "
            "release from a later day on."
        )
    _move(release, ReleaseState.CANCELLED, note=_said(reason))
    if was_published:
        with planned_for_many(release):
            _run(CANCEL_LINES, release)
            _run(REOPEN, release)
        events.release_cancelled(release)
    return release


@contextmanager
def planned_for_many(release: PriceRelease) -> Iterator[None]:
    """Inside, statements over the lines of a large release are planned as such.

    What was drafted a minute ago is in no statistics yet: the planner expects one line, and would
    look 100,000 up one after the other, each among all of them.
    """
    if release.lines.all()[MANY : MANY + 1].exists():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '64MB'")
            yield
            cursor.execute("SET LOCAL enable_nestloop = on; SET LOCAL work_mem TO DEFAULT")
    else:
        yield


def lock_book(release: PriceRelease) -> None:
    """Let decisions about the prices of one book wait for one another."""
    PriceBook.objects.select_for_update(no_key=True).get(pk=release.book_id)


def _lock(release: PriceRelease) -> None:
    lock_book(release)
    PriceRelease.objects.select_for_update(no_key=True, of=("self",)).get(pk=release.pk)
    release.refresh_from_db()


def _need(release: PriceRelease, *states: ReleaseState, verb: str) -> None:
    if release.state not in states:
        raise NotInState(f"It is {release.get_state_display().lower()}: it cannot be {verb}.")


def _said(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing("Say why.")
    return reason.strip()[:500]


def _move(release: PriceRelease, state: ReleaseState, **facts) -> PriceRelease:
    """Write the state; what else follows from it, the database writes."""
    for name, value in {"state": state, **facts}.items():
        setattr(release, name, value)
    release.save(update_fields=["state", *facts])
    release.refresh_from_db()
    return release


def _run(statement: str, release: PriceRelease) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, [release.pk])
        return cursor.rowcount
