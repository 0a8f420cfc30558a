"""Previewing, approving and applying policies over very many lines, beside the web."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction
from django.db.models import Q
from django.utils.timezone import get_current_timezone

from accounts.grandfathering.applying import apply
from accounts.grandfathering.deciding import approve, check_approval
from accounts.grandfathering.recording import NotInState, lock, record_preview
from accounts.grandfathering.scope import lines_in_scope
from accounts.models import PolicyRun, RunKind
from config.access.models import User
from config.audit.context import Door, stating
from config.errors import DomainError
from config.outbox.events import Change, tell
from config.postgresql.limits import allow_long_work
from pricing.models import GrandfatheringPolicy, PolicyState

logger = logging.getLogger("portico.policies")

SILENCE = timedelta(minutes=5)  # after which a worker is taken for dead
HEARD = "UPDATE accounts_policyrun SET done = %s, seen_at = now() WHERE id = %s RETURNING cancelled"
Clock, Stop = Callable[[], datetime], Callable[[], bool]


FROM = {
    RunKind.PREVIEW: (PolicyState.DRAFT, PolicyState.PREVIEWED),
    RunKind.APPROVE: (PolicyState.PREVIEWED,),
    RunKind.APPLY: (PolicyState.APPROVED,),
}


class UnderWay(DomainError):
    code = "under_way"


class GivenUp(Exception):
    """Somebody wants it to stop: the person who asked for it, or who stops the worker."""


@transaction.atomic
def ask(
    *,
    policy: GrandfatheringPolicy,
    kind: RunKind,
    by: User,
    door: Door = Door.ADMIN,
    preview_hash: str = "",
) -> PolicyRun:
    """Ask a worker to preview, approve or apply a policy.

    Raises UnderWay while one of these is, NotInState for a policy that it cannot be done with, and
    for an approval what `accounts.grandfathering.deciding.check_approval` raises.
    """
    policy = lock(policy)
    if policy.runs.filter(ended_at=None).exists():
        raise UnderWay("It is being previewed or applied: wait for that, or give it up.")
    if policy.state not in FROM[kind]:
        raise NotInState(f"It is {policy.get_state_display().lower()}.")
    if kind == RunKind.APPROVE:
        check_approval(policy=policy, by=by, preview_hash=preview_hash)
    facts = {"asked_by": by, "door": door, "preview_hash": preview_hash}
    return PolicyRun.objects.create(policy=policy, kind=kind, **facts)


def give_up(*, run: PolicyRun, at: datetime) -> None:
    """Stop a run: at once before it began, else where it is the next time that it is heard of."""
    PolicyRun.objects.filter(pk=run.pk, ended_at=None).update(cancelled=True)
    PolicyRun.objects.filter(pk=run.pk, ended_at=None, seen_at=None).update(
        ended_at=at, said="It was given up before it began."
    )


@transaction.atomic
def claim(*, at: datetime) -> PolicyRun | None:
    """The next run that nobody does, which is the caller's then."""
    waiting = PolicyRun.objects.filter(ended_at=None)
    waiting = waiting.filter(Q(seen_at=None) | Q(seen_at__lt=at - SILENCE))
    run = waiting.select_for_update(skip_locked=True).order_by("id").first()
    if run:
        run.seen_at = at
        run.save(update_fields=["seen_at"])
    return run


def perform(run: PolicyRun, *, clock: Clock, stop: Stop) -> str:
    """Do what was asked for, and say what came of it; the run keeps that.

    Where the worker is to stop, it waits for another one: an application goes on where it was.
    """
    failed = False
    with Pulse(run, stop) as pulse, stating(actor=f"user:{run.asked_by_id}", door=Door(run.door)):
        try:
            said = DOES[run.kind](run, pulse, clock())
        except DomainError as refusal:
            said, failed = str(refusal), True
        except GivenUp:
            said = LEFT[run.kind]
        except DatabaseError:
            raise  # another worker does it, once this one was silent for long enough
        except Exception as error:
            logger.exception("%s failed", run)
            said, failed = f"{type(error).__name__}: {error}", True
    if stop() and not pulse.was_cancelled and said == LEFT[run.kind]:
        PolicyRun.objects.filter(pk=run.pk).update(seen_at=None)
        return f"{run}: left to another worker."
    facts = {"ended_at": clock(), "said": said, "failed": failed}
    PolicyRun.objects.filter(pk=run.pk).update(**facts)
    return f"{run}: {said}"


LEFT = {
    RunKind.PREVIEW: "It was given up: the policy and its last preview are as they were.",
    RunKind.APPROVE: "It was given up: it is not approved.",
    RunKind.APPLY: "It was given up: what is locked stays locked; applying again does the rest.",
}


class Pulse:
    """Tells how far a run is, on a connection of its own, so that others see it at once.

    Called with each advance; raises GivenUp once the run is to stop.
    """

    def __init__(self, run: PolicyRun, stop: Stop) -> None:
        self.run, self.stop, self.done, self.was_cancelled = run, stop, 0, False
        self.connection = connections.create_connection(DEFAULT_DB_ALIAS)

    def __enter__(self) -> "Pulse":
        return self

    def __exit__(self, *_) -> None:
        self.connection.close()

    def __call__(self, advance: int) -> None:
        self.done += advance
        with self.connection.cursor() as cursor:
            cursor.execute(HEARD, [self.done, self.run.pk])
            found = cursor.fetchone()
        self.was_cancelled = found is None or found[0]
        if self.was_cancelled or self.stop():
            raise GivenUp

    def expect(self, total: int) -> None:
        """Say how much there is to do."""
        PolicyRun.objects.filter(pk=self.run.pk).update(total=total, done=0)
        self(0)


def _preview(run: PolicyRun, pulse: Pulse, now: datetime) -> str:
    pulse.expect(lines_in_scope(run.policy).count())
    with transaction.atomic():
        allow_long_work()
        policy = record_preview(policy=run.policy, advance=pulse)
        tell(policy, Change.CHANGED)
    totals = policy.preview.totals
    return f"{totals['lines']:,} lines of {totals['accounts']:,} customers are previewed."


def _approve(run: PolicyRun, pulse: Pulse, now: datetime) -> str:
    pulse.expect(lines_in_scope(run.policy).count())
    facts = {"by": run.asked_by, "preview_hash": run.preview_hash, "at": now}
    with transaction.atomic():
        allow_long_work()
        policy = approve(policy=run.policy, advance=pulse, **facts)
        tell(policy, Change.CHANGED)
    return "It is approved as it was previewed."


def _apply(run: PolicyRun, pulse: Pulse, now: datetime) -> str:
    pulse.expect(run.policy.preview_lines.order_by().values("account").distinct().count())
    today = now.astimezone(get_current_timezone()).date()
    counts = apply(policy=run.policy, at=now, on=today, advance=pulse)
    return f"{counts['protected']:,} lines are protected."


DOES = {RunKind.PREVIEW: _preview, RunKind.APPROVE: _approve, RunKind.APPLY: _apply}
