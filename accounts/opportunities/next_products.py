"""What to offer to an account next, and why; what is blocked, and what is missing for it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from accounts.affinity import ORDER, Affinity
from accounts.models import Account
from accounts.opportunities.candidates import Candidate, candidates, is_sold
from accounts.opportunities.standing import Standing, standing
from portfolio.models import Posture, Product
from portfolio.targeting import ORDER as POSTURES
from portfolio.targeting import Positioning, position


@dataclass(frozen=True)
class Suggestion:
    """Something to offer, with the steps that led to it; `primary` where affinity is strong."""

    candidate: Candidate
    trace: list[dict]

    @property
    def primary(self) -> bool:
        return self.candidate.affinity == Affinity.STRONG

    @property
    def needs_reason(self) -> bool:
        """Whether an opportunity for it has to say why despite weak affinity."""
        return self.candidate.affinity == Affinity.WEAK


@dataclass(frozen=True)
class Blocked:
    """Something that cannot be offered now: why, and which products are missing for it."""

    candidate: Candidate
    code: str
    reason: str
    missing: list[Product] = field(default_factory=list)


@dataclass(frozen=True)
class NextProducts:
    """What to offer to an account that holds this, best first, and what is blocked."""

    holds: Standing
    suggestions: list[Suggestion]
    blocked: list[Blocked]


def next_products(*, account: Account, on: date) -> NextProducts:
    """What to offer to the account next.

    Products that are not on sale, on their way out, excluded in its segment, without what must
    come before, or without a price in its books are blocked. The rest is ranked by posture, then
    affinity class, then whether what had better come before is there, then the attach rate, then
    what they were shown lately; at most as many products as the segment may be offered.
    """
    holds = standing(account=account, on=on)
    if not holds.lines:
        return NextProducts(holds, [], [])
    positioning = position(segment=holds.segment) if holds.segment else Positioning()
    free, blocked = [], []
    for candidate in candidates(holds=holds, positioning=positioning):
        found = _obstacle(candidate, holds)
        if found:
            blocked.append(found)
        else:
            free.append(candidate)
    free.sort(key=_best_first)
    kept = _as_many_as(free, positioning.max_products)
    blocked += [_over(each, holds) for each in free if each not in kept]
    suggestions = [Suggestion(each, list(_steps(each, holds))) for each in kept]
    return NextProducts(holds, suggestions, sorted(blocked, key=lambda each: each.candidate.name))


def _obstacle(candidate: Candidate, holds: Standing) -> Blocked | None:
    """The first thing that stands in the way."""
    product = candidate.product
    if not is_sold(candidate, on=holds.on) or candidate.is_ending:
        return Blocked(candidate, "not_on_sale", f"{product} is not on sale on {holds.on}.")
    if candidate.posture == Posture.EXCLUDE:
        reason = f"Never offered to {holds.segment}."
        return Blocked(candidate, "excluded_in_segment", reason)
    if candidate.lacking:
        names = ", then ".join(map(str, candidate.lacking))
        reason = f"It builds on what they do not have: first {names}."
        return Blocked(candidate, "missing_predecessor", reason, candidate.lacking)
    if candidate.plan is None:
        return Blocked(candidate, "no_plan", "It has no public tier on sale.")
    if candidate.price.mrr is None:
        return Blocked(candidate, "no_price", candidate.price.missing)
    return None


def _best_first(candidate: Candidate) -> tuple:
    rate = candidate.lead.rate if candidate.lead else None
    return (
        POSTURES[candidate.posture],
        ORDER.index(candidate.affinity),
        bool(candidate.better_after),
        -(rate or 0),
        candidate.shown_on is None,
        candidate.name,
    )


def _as_many_as(free: list[Candidate], most: int | None) -> list[Candidate]:
    """As many single products as the segment may be offered; the platform is not among them."""
    singles = [each for each in free if each.product][:most]
    return [each for each in free if each.product is None or each in singles]


def _over(candidate: Candidate, holds: Standing) -> Blocked:
    reason = f"{holds.segment} is offered fewer products at a time; others go first."
    return Blocked(candidate, "enough_for_segment", reason)


def _steps(candidate: Candidate, holds: Standing) -> Iterator[dict]:
    """What speaks for it, in the order in which it was asked."""
    product, lead, named = candidate.product, candidate.lead, holds.segment or "no segment"
    subject = f"/products/{product.code}/" if product else f"/plans/{candidate.plan.code}/"
    posture = candidate.posture.label.lower()
    wanted = candidate.posture in (Posture.LEAD, Posture.RECOMMEND)
    yield _step("posture", subject, str(named), wanted, f"In {named}: {posture}.")
    if lead:
        held = holds.products[lead.held]
        reason = (
            f"{lead.both} of {lead.holders} who have {held} have it too: {candidate.affinity}."
            if lead.holders
            else f"Nobody who pays has {held}."
        )
        strong = candidate.affinity == Affinity.STRONG
        yield _step("affinity", f"/products/{held.code}/", str(held), strong, reason)
    before = ", ".join(map(str, candidate.better_after))
    reason = f"Better after {before}." if before else "Nothing had better come before it."
    yield _step("sequence", subject, before or "nothing", not before, reason)
    shown = candidate.shown_on
    reason = f"Shown to them on {shown}." if shown else "Not shown to them lately: begin with that."
    yield _step("exposure", subject, str(shown or "nothing"), bool(shown), reason)
    yield _step("price", f"/plans/{candidate.plan.code}/", str(candidate.plan), True, "It has one.")


def _step(step: str, subject: str, considered: str, matched: bool, reason: str) -> dict:
    return {
        "step": step,
        "subject": subject,
        "considered": considered,
        "matched": matched,
        "reason": reason,
    }
