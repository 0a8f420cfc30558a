"""Keeping what a preview foresaw, so that approval and application are of exactly that."""

import hashlib
import json
from collections.abc import Iterable, Iterator

from django.db import transaction

from accounts.grandfathering.outcome import Outcome
from accounts.grandfathering.preview import Advance, outcomes, risks, totals_of
from accounts.grandfathering.scope import in_force, lines_in_scope
from accounts.grandfathering.writing import written_down
from accounts.models import PolicyPreview, SubscriptionLine
from config.errors import DomainError
from pricing.models import GrandfatheringPolicy, PolicyState, ReleaseState

AT_ONCE = 20_000  # lines that are previewed or locked while somebody waits for a page
HALF = 16  # bytes of each half of a preview's hash
GOVERNANCE = ("version", "state", "approver_id", "approved_at", "preview_hash")


class NoLines(DomainError):
    code = "no_lines_in_scope"


class NotInState(DomainError):
    code = "not_in_state"


@transaction.atomic
def record_preview(
    *,
    policy: GrandfatheringPolicy,
    advance: Advance = lambda _: None,
) -> GrandfatheringPolicy:
    """Preview a policy and keep what was foreseen; the policy is then `previewed`.

    Raises NotInState once it is approved, NoLines when it covers nobody. An `advance` that raises
    gives up, and leaves the policy and its last preview as they were.
    """
    policy = lock(policy)
    if not policy.is_open:
        raise NotInState(f"It is {policy.get_state_display().lower()}: it was previewed before.")
    policy.preview_lines.all().delete()
    digest = hashlib.blake2b(digest_size=HALF)
    found = written_down(policy, _counted(outcomes(policy, advance), digest))
    totals = totals_of(policy, found, **risks(policy))
    if not totals.lines:
        raise NoLines("It covers no line on its first day: widen its scope, or its plans.")
    policy.state = PolicyState.PREVIEWED
    policy.preview_hash = hash_of_terms(policy) + digest.hexdigest()
    policy.save(update_fields=["state", "preview_hash"])
    PolicyPreview.objects.filter(policy=policy).delete()
    PolicyPreview.objects.create(policy=policy, totals=totals.told())
    return policy


def covers_more(policy: GrandfatheringPolicy, *, than: int) -> bool:
    """Whether a policy covers more than so many lines."""
    return lines_in_scope(policy)[than : than + 1].exists()


def lock(policy: GrandfatheringPolicy) -> GrandfatheringPolicy:
    """The policy as it is now; decisions about it wait for one another."""
    return GrandfatheringPolicy.objects.select_for_update(no_key=True).get(pk=policy.pk)


def hash_of(policy: GrandfatheringPolicy, advance: Advance = lambda _: None) -> str:
    """What a preview made now would be known by; reads every line in scope."""
    digest = hashlib.blake2b(digest_size=HALF)
    for outcome in outcomes(policy, advance):
        _count_in(digest, outcome, seen(outcome.lines))
    return hash_of_terms(policy) + digest.hexdigest()


def hash_of_terms(policy: GrandfatheringPolicy) -> str:
    """The first half of it: the policy, its scope, exceptions and releases, without the lines."""
    columns = {
        each.attname: getattr(policy, each.attname)
        for each in policy._meta.concrete_fields
        if each.attname not in GOVERNANCE
    }
    scope = {
        name: sorted(getattr(policy, name).values_list("pk", flat=True))
        for name in ("plans", "books", "segments", "regions")
    }
    exceptions = (
        in_force(policy).order_by("pk").values_list("account", "kind", "until_date", "cap_percent")
    )
    releases = policy.releases.exclude(state=ReleaseState.CANCELLED).order_by("pk")
    facts = [columns, scope, list(exceptions), list(releases.values_list("pk", "content_hash"))]
    text = json.dumps(facts, default=str, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=HALF).hexdigest()


def seen(lines: Iterable[SubscriptionLine]) -> str:
    """The terms on which a holding is held, as one number."""
    text = "|".join(
        f"{line.pk} {line.price_id} {line.amount} {line.quantity} {line.plan_version_id} "
        f"{line.floor_version_id} {line.starts_on} {line.ends_on}"
        for line in lines
    )
    return hashlib.blake2b(text.encode(), digest_size=HALF).hexdigest()


def _counted(found: Iterable[Outcome], digest) -> Iterator[tuple[Outcome, str]]:
    """The outcomes as they pass by, each counted in, with the terms that were seen."""
    for outcome in found:
        terms = seen(outcome.lines)
        _count_in(digest, outcome, terms)
        yield outcome, terms


def _count_in(digest, outcome: Outcome, terms: str) -> None:
    digest.update(f"{terms} {outcome.status} {outcome.policy.spelled}".encode())
