"""Making the locks of an approved policy: in pieces, resumable, each line as it was previewed."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from accounts.grandfathering.deciding import StalePreview
from accounts.grandfathering.foresight import Foresight
from accounts.grandfathering.outcome import Status
from accounts.grandfathering.recording import (
    NotInState,
    hash_of_terms,
    lock,
    seen,
)
from accounts.grandfathering.scope import CHUNK, lines_in_scope, read
from accounts.ledger import recording
from accounts.models import EntitlementLock, LockEnd, PriceLock
from accounts.promise_events import accounts_protected, policy_applied
from accounts.renewal_facts import facts_of
from config.outbox.events import Change, tell
from portfolio.models import Threshold
from pricing.models import GrandfatheringPolicy, PolicyState

CHANGED = "changed_since_preview"
DAYS, SHARE = "policy-approval-days", "policy-changed-share"
OTHERWISE = {DAYS: Decimal(7), SHARE: Decimal("0.01")}  # while nothing is said
LOCKS = (PriceLock, EntitlementLock)


class TooOld(StalePreview):
    code = "approval_too_old"


def apply(
    *,
    policy: GrandfatheringPolicy,
    at: datetime,
    on: date,
    advance: Callable[[int], None] = lambda _: None,
) -> Counter:
    """Lock every line of an approved policy at an instant of a day; how many by status.

    Each piece is a transaction of its own: broken off anywhere, doing it again does the rest.
    Raises NotInState unless it is approved, TooOld for an approval of long ago, StalePreview when
    policy, releases or more lines than the threshold allows changed since the preview.
    """
    _check(policy, at, on)
    counts: Counter = Counter()
    accounts = policy.preview_lines.order_by("account").values_list("account", flat=True)
    ids = list(accounts.distinct())
    for start in range(0, len(ids), CHUNK):
        counts += _apply_to(policy, ids[start : start + CHUNK])
        advance(CHUNK)
    _finish(policy)
    return counts


def _check(policy: GrandfatheringPolicy, at: datetime, on: date) -> None:
    policy.refresh_from_db()
    if policy.state != PolicyState.APPROVED:
        raise NotInState(f"It is {policy.get_state_display().lower()}: it must be approved first.")
    days = int(_threshold(DAYS, on))
    if policy.approved_at < at - timedelta(days=days):
        raise TooOld(f"It was approved more than {days} days ago: preview and approve it again.")
    if not policy.preview_hash.startswith(hash_of_terms(policy)):
        raise StalePreview("The policy or a release changed since the preview: do it again.")
    share, changed, rows = _threshold(SHARE, on), 0, 0
    for lines in _pieces_seen(policy):
        rows += len(lines)
        changed += sum(was != now for was, now in lines)
    if changed > share * rows:
        raise StalePreview(
            f"{changed} of {rows} lines changed since the preview: preview and approve it again."
        )


def _threshold(code: str, on: date) -> Decimal:
    return Threshold.objects.values_on(on).get(code, OTHERWISE[code])


def _pieces_seen(policy: GrandfatheringPolicy):
    """The lines that were previewed, in pieces: as they were seen, and as they are."""
    ids = list(policy.preview_lines.order_by("line").values_list("line", "seen"))
    for start in range(0, len(ids), CHUNK):
        was = dict(ids[start : start + CHUNK])
        lines = lines_in_scope(policy).filter(pk__in=was)
        now = {f.lines[0].pk: seen(f.lines) for f in _facts(policy, lines)}
        yield [(known, now.get(line)) for line, known in was.items()]


def _facts(policy: GrandfatheringPolicy, lines):
    whole = Q(pk__in=lines) | Q(bundle_plan__isnull=False, account__in=lines.values("account"))
    return facts_of(lines=read(lines_in_scope(policy).filter(whole)), since=policy.effective_on)


def _apply_to(policy: GrandfatheringPolicy, accounts: Sequence[int]) -> Counter:
    """Lock the lines of some accounts, which wait for nobody else then."""
    with recording(*accounts):
        known = dict(policy.preview_lines.filter(account__in=accounts).values_list("line", "seen"))
        foresight = Foresight.of(policy)
        done = _done(policy, accounts)
        counts, locks, locked = Counter(), [], []
        lines = lines_in_scope(policy).filter(account__in=accounts).order_by("account", "id")
        for facts in facts_of(lines=read(lines), since=policy.effective_on, policy=policy):
            line = facts.lines[0]
            if (line.root_id or line.pk) in done:
                counts[Status.PROTECTED] += 1
                continue
            if known.get(line.pk) != seen(facts.lines):
                counts[CHANGED] += 1
                continue
            outcome = foresight.outcome(facts)
            counts[outcome.status] += 1
            locks += outcome.locks
            if outcome.locks:
                locked.append(line.pk)
        _write(policy, locks)
        rows = policy.preview_lines.filter(line__in=locked).select_related("account")
        accounts_protected(policy, rows)
    return counts


def _done(policy: GrandfatheringPolicy, accounts: Sequence[int]) -> set[int]:
    """The lineages that an earlier, broken off application has locked."""
    return {
        root
        for model in LOCKS
        for root in model.objects.filter(policy=policy, account__in=accounts).values_list(
            "root", flat=True
        )
    }


def _write(policy: GrandfatheringPolicy, locks: Sequence) -> None:
    """End the locks that these take the place of, and begin them."""
    for model in LOCKS:
        new = [each for each in locks if type(each) is model]
        roots = [each.root_id for each in new]
        old = model.objects.filter(root__in=roots).filter(
            Q(ends_on=None) | Q(ends_on__gt=policy.effective_on)
        )
        old.filter(starts_on__lt=policy.effective_on).update(
            ends_on=policy.effective_on, end_reason=LockEnd.SUPERSEDED
        )
        model.objects.bulk_create(new)


@transaction.atomic
def _finish(policy: GrandfatheringPolicy) -> None:
    policy = lock(policy)
    if policy.state == PolicyState.APPROVED:
        policy.state = PolicyState.APPLIED
        policy.save(update_fields=["state"])
        locks = sum(model.objects.filter(policy=policy).count() for model in LOCKS)
        policy_applied(policy, locks=locks)
        tell(policy, Change.CHANGED)
