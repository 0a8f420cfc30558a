"""Who may take a policy from one state to the next."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.grandfathering.outcome import Status
from accounts.grandfathering.preview import Advance
from accounts.grandfathering.recording import NotInState, hash_of, hash_of_terms, lock
from accounts.grandfathering.scope import lines_in_scope
from config.access.models import User
from config.errors import DomainError
from pricing.models import GrandfatheringPolicy, MigrationPath, PathKind, PolicyState

SHOWN = 5
STALE = "What it covers has changed since it was previewed: preview it again."
STUCK = {
    Status.INCOMPATIBLE: (
        "No step leads {number} lines to their new price, those of {names} among them. Make an "
        "exception for each, or another cap."
    ),
    Status.NO_SUCCESSOR: (
        "{number} lines are to move to what takes their place, and no plan and price for that are "
        "known: those of {names} among them. Add a migration path of the kind sunset, and prices "
        "for where it leads; or make an exception for each."
    ),
}


class OwnWork(DomainError):
    code = "own_work"


class StalePreview(DomainError):
    code = "stale_preview"


class Undecided(DomainError):
    code = "outcome_undefined"


@transaction.atomic
def approve(
    *,
    policy: GrandfatheringPolicy,
    by: User,
    preview_hash: str,
    at: datetime,
    advance: Advance = lambda _: None,
) -> GrandfatheringPolicy:
    """Approve what was previewed and seen, whose hash the approver names; reads every line.

    Raises what `check_approval` raises, and StalePreview when lines or prices are no longer what
    was seen. An `advance` that raises gives up.
    """
    policy = lock(policy)
    check_approval(policy=policy, by=by, preview_hash=preview_hash)
    if hash_of(policy, advance) != policy.preview_hash:
        raise StalePreview(STALE)
    policy.state, policy.approver, policy.approved_at = PolicyState.APPROVED, by, at
    policy.save(update_fields=["state", "approver", "approved_at"])
    return policy


def check_approval(*, policy: GrandfatheringPolicy, by: User, preview_hash: str) -> None:
    """What speaks against an approval without a look at the lines.

    Raises NotInState unless it is previewed, OwnWork for its author, StalePreview when policy or
    releases are no longer what was seen, Undecided while the outcome of a line is undefined.
    """
    if policy.state != PolicyState.PREVIEWED:
        raise NotInState(f"It is {policy.get_state_display().lower()}: preview it first.")
    if by.pk == policy.author_id:
        raise OwnWork("Somebody else approves it: you wrote it.")
    terms = hash_of_terms(policy)
    if preview_hash != policy.preview_hash or not preview_hash.startswith(terms):
        raise StalePreview(STALE)
    _check_decided(policy)


def _check_decided(policy: GrandfatheringPolicy) -> None:
    for status, sentence in STUCK.items():
        stuck = policy.preview_lines.filter(status=status).select_related("line__account")
        if names := [str(row.line.account) for row in stuck[:SHOWN]]:
            raise Undecided(sentence.format(number=stuck.count(), names=", ".join(names)))
    _check_endings(policy)


def _check_endings(policy: GrandfatheringPolicy) -> None:
    """What ends needs a decision of what then."""
    ends = Q(plan__end_of_life_on__isnull=False) | Q(product__end_of_life_on__isnull=False)
    paths = MigrationPath.objects.filter(kind=PathKind.SUNSET, allowed=True)
    unknown = (
        lines_in_scope(policy)
        .filter(ends, product__sunset_plan=None)
        .exclude(plan__in=paths.values("from_plan"))
        .values_list("product__name", flat=True)
    )
    if names := sorted({name or "a plan" for name in unknown.order_by()}):
        raise Undecided(
            f"{', '.join(names[:SHOWN])} will end, and nobody has said what takes its place: "
            "write the sunset plan first."
        )


@transaction.atomic
def send_back(*, policy: GrandfatheringPolicy) -> GrandfatheringPolicy:
    """Make a previewed or approved policy a draft again. Raises NotInState for any other."""
    policy = lock(policy)
    if policy.state not in (PolicyState.PREVIEWED, PolicyState.APPROVED):
        raise NotInState(f"It is {policy.get_state_display().lower()}.")
    policy.state = PolicyState.DRAFT
    policy.save(update_fields=["state"])
    policy.refresh_from_db()
    return policy


@transaction.atomic
def end(*, policy: GrandfatheringPolicy) -> GrandfatheringPolicy:
    """Protect nobody any more by an applied policy; what was promised already stays promised.

    Raises NotInState for a policy that is not applied.
    """
    policy = lock(policy)
    if policy.state != PolicyState.APPLIED:
        raise NotInState(f"It is {policy.get_state_display().lower()}.")
    policy.state = PolicyState.ENDED
    policy.save(update_fields=["state"])
    return policy
