"""What is held after each end of a term: a walk over facts that were loaded before.

Nothing here reads the database or the clock. Renewing, renewing very many, price schedules and
previews all ask the same function, `step`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from accounts.bundling import recomposed
from accounts.facts import Cost, Facts, Grant, Terms
from accounts.models import SubscriptionLine
from pricing.allocation import allocate
from pricing.amounts import amount_of
from pricing.models import PlanVersion, Price, ReleaseTreatment, Treatment
from pricing.resolution import NoPrice, Resolved, scopes


def step(*, facts: Facts, now: Terms, on: date) -> tuple[Terms, list[dict]]:
    """The terms from a boundary on, and the steps that led to them; `now` itself if none moves."""
    if facts.is_discounted:
        return now, [_said("incentive", None, "A discount runs: terms move after its end.")]
    moved, asked = facts.lock.move(facts=facts, now=now, on=on) if facts.lock else (None, [])
    if moved is not None:
        return moved, asked
    cost, trace = _cost(facts, now.cost, on)
    grants, said = _grants(facts, now.grants, on)
    said = [*said, *asked]
    terms = replace(now, cost=cost, grants=grants)
    other, why = recomposed(facts=facts, terms=terms, on=on)
    said = [*said, *why]
    if other is not None:
        return other, [*trace, *said]
    if (cost.amount, grants) == (now.cost.amount, now.grants):
        return now, [*trace, *said]
    if cost.amount == now.cost.amount:
        return replace(now, grants=grants), [*trace, *said]
    shares = _shares(facts, cost.amount, now.shares)
    lists = now.list_shares
    if cost.list_amount is not None:
        lists = _shares(facts, cost.list_amount, now.shares)
    return Terms(cost, shares, lists, grants), [*trace, *said]


def _shares(facts: Facts, amount: Decimal, weights: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    if len(facts.lines) == 1:
        return (amount,)
    keys = [line.product_id or 0 for line in facts.lines]
    return tuple(allocate(amount=amount, weights=weights, keys=keys, currency=facts.currency))


def _cost(facts: Facts, now: Cost, on: date) -> tuple[Cost, list[dict]]:
    listed = facts.listed(on=on)
    if listed is None:
        return now, [_said("terms", None, "Its terms were agreed or imported: no price moves it.")]
    target, by_policy, trace = _target(facts, now.price, listed, on)
    offer = now
    if target != now.price:
        amount = amount_of(target.terms(), facts.quantity, currency=facts.currency).total
        offer = Cost(target, amount, amount)
    if facts.lock is None:
        return offer, trace
    cost, said = facts.lock.cost(
        facts=facts, now=now, offer=offer, by_policy=by_policy, listed=listed, on=on
    )
    return cost, [*trace, *said]


def _target(
    facts: Facts, held: Price, listed: Resolved | NoPrice, on: date
) -> tuple[Price, bool, list[dict]]:
    """The price that releases and books lead to, and whether a policy is to decide about it.

    Of the releases that changed the price since, in their order, those that move existing
    customers set it, and those that keep them leave it. Another book counts as one that moves.
    """
    target, by_policy, trace = held, False, []
    for price in facts.history.after(held, until=on):
        treatment = price.release.existing_treatment
        moves = treatment != ReleaseTreatment.KEEP
        trace.append(_release(price, moves=moves))
        if moves:
            target, by_policy = price, treatment != ReleaseTreatment.NEXT_BOUNDARY
    if isinstance(listed, NoPrice):
        if target.is_end:
            trace.append(_said("no_price", None, f"{listed} What is paid stays."))
        return (held if target.is_end else target), by_policy, trace
    if target.is_end or _is_of_another_book(facts, held, listed, on):
        reason = f"The customer's prices are in {listed.price.book} now."
        trace.append(_said("book", f"/price-books/{listed.price.book.code}/", reason))
        return listed.price, False, [*trace, *listed.trace]
    return target, by_policy, trace


def _is_of_another_book(facts: Facts, held: Price, listed: Resolved, on: date) -> bool:
    """Whether the book that decides comes before the one that it is held by, or that is gone.

    One that comes after it decides because the price ended there, which its release treated.
    """
    for scope in scopes(facts.customer.on(on)).values():
        book = facts.history.books.get(scope) if scope else None
        if book and book.pk == held.book_id:
            return False
        if book and book.pk == listed.price.book_id:
            return True
    return True


def _grants(facts: Facts, now: tuple[Grant, ...], on: date) -> tuple[tuple[Grant, ...], list[dict]]:
    grants, trace = [], []
    for line, grant in zip(facts.lines, now, strict=True):
        found, by_policy, said = _version(facts.versions.get(line.plan_id, ()), line, grant, on)
        if facts.lock is not None:
            found, more = facts.lock.grant(
                line=line, now=grant, offer=found, by_policy=by_policy, on=on
            )
            said = [*said, *more]
        grants.append(found)
        trace.extend(said)
    return tuple(grants), trace


def _version(
    versions: Sequence[PlanVersion], line: SubscriptionLine, now: Grant, on: date
) -> tuple[Grant, bool, list[dict]]:
    """The version that those published since lead to, each as it treats existing customers."""
    since = next((v.starts_on for v in versions if v.pk == now.version), line.starts_on)
    grant, by_policy, trace = now, False, []
    for version in versions:
        if not since < version.starts_on <= on:
            continue
        treatment = version.existing_treatment
        trace.append(_publication(version))
        if treatment == Treatment.GAINS_ONLY:
            grant = Grant(version.pk, grant.floor or grant.version)
        elif treatment != Treatment.KEEP:
            grant, by_policy = Grant(version.pk), treatment == Treatment.POLICY
    return grant, by_policy, trace


def _release(price: Price, *, moves: bool) -> dict:
    release = price.release
    reason = f"{release} of {release.effective_on}: {release.get_existing_treatment_display()}."
    matched = f"/prices/{price.pk}/" if moves else None
    return _said("release", f"/price-releases/{release.pk}/", reason, matched)


def _publication(version: PlanVersion) -> dict:
    moves = version.existing_treatment != Treatment.KEEP
    place = f"/plan-versions/{version.pk}/"
    reason = (
        f"Version {version.number} of {version.starts_on}: "
        f"{version.get_existing_treatment_display()}."
    )
    return _said("version", place, reason, place if moves else None)


def _said(step: str, subject: str | None, reason: str, matched: str | None = None) -> dict:
    return {
        "step": step,
        "subject": subject,
        "considered": 1,
        "matched": matched,
        "reason": reason,
    }
