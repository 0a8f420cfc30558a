"""What a bundle that is held becomes when a later version of it contains other plans; pure.

`accounts.walk` asks it at every boundary, for renewals, schedules and previews alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from accounts.facts import Facts, Grant, Terms
from accounts.holdings import follow, successor
from accounts.models import Origin, SubscriptionLine
from config.money import AMOUNT_DIGITS
from pricing.allocation import allocate
from pricing.bundles import Part
from pricing.dominance import covers
from pricing.models import EntitlementMode, Plan, PlanKind, PlanVersion, Treatment
from pricing.resolution import Ask, NoPrice

DIGITS = AMOUNT_DIGITS["decimal_places"]


@dataclass(frozen=True)
class Place:
    """A plan that is in the bundle from a boundary on, and the line that holds it until then."""

    part: Part
    old: SubscriptionLine | None


def recomposed(*, facts: Facts, terms: Terms, on: date) -> tuple[Terms | None, list[dict]]:
    """The terms of the day with the plans of the version that moves customers; None: as before.

    What is paid is shared anew by what each part would cost alone on the day. A part without a
    price of its own has no share: the bundle then waits for the first boundary on which it has.
    """
    version = _version(facts, on) if facts.is_bundle else None
    if version is None:
        return None, []
    mode = facts.lock.members(lines=facts.lines, on=on) if facts.lock else None
    if mode == EntitlementMode.PIN:
        return None, [_said(version, "A lock keeps exactly what was in it.", moves=False)]
    places = _places(facts, version, mode)
    if not _differ(facts, places):
        return None, []
    weights = _alone(facts, places, on)
    if isinstance(weights, NoPrice):
        return None, [_said(version, f"No share can be told: {weights}", moves=False)]
    trace = [_said(version, _spelled(facts, places), moves=True)]
    return _terms(facts, terms, places, weights, _pin(facts, version, mode), trace, on), trace


def _version(facts: Facts, on: date) -> PlanVersion | None:
    """The last version since the one held that moves customers, None if there is no such one."""
    line = facts.lines[0]
    versions = facts.versions.get(line.bundle_plan_id, ())
    since = next(
        (each.starts_on for each in versions if each.pk == line.bundle_version_id),
        max(each.starts_on for each in facts.lines),
    )
    moving = (
        each
        for each in versions
        if since < each.starts_on <= on and each.existing_treatment != Treatment.KEEP
    )
    return max(moving, key=lambda each: each.starts_on, default=None)


def _pin(facts: Facts, version: PlanVersion, mode: EntitlementMode | None) -> int | None:
    """The version that is held from then on; what a lock holds back is asked for again later."""
    return facts.lines[0].bundle_version_id if mode else version.pk


def _places(facts: Facts, version: PlanVersion, mode: EntitlementMode | None) -> list[Place]:
    """What is in it from now on: what the version contains, and what may not be lost."""
    gains = version.existing_treatment == Treatment.GAINS_ONLY
    left, found = list(facts.lines), []
    parts = facts.parts.get(version.pk, ())
    named = {part.plan.pk for part in parts}
    for part in parts:
        old = _held(part.plan, left, named)
        if old:
            left.remove(old)
        kept = old and (mode or gains)
        best = _better(_part_of(old), part, may_rise=not mode) if kept else part
        found.append(Place(best, old))
    if mode or gains:
        found += [Place(_part_of(line), line) for line in left]
    return found


def _held(
    plan: Plan, lines: Sequence[SubscriptionLine], named: set[int]
) -> SubscriptionLine | None:
    """The line that holds the plan until then, or another tier of its product."""
    for line in lines:
        if line.plan_id == plan.pk:
            return line
    for line in lines:
        tiers = line.plan.kind == plan.kind == PlanKind.TIER
        if tiers and line.product_id == plan.product_id and line.plan_id not in named:
            return line
    return None


def _part_of(line: SubscriptionLine) -> Part:
    return Part(line.plan, line.quantity / line.bundle_quantity, {line.charge.code: line.charge})


def _better(held: Part, offered: Part, *, may_rise: bool) -> Part:
    """What is kept of a part that is in both: the higher tier where it may rise, the more of it."""
    rises = may_rise and held.plan != offered.plan and covers(offered.plan, held.plan)
    best = offered if rises else held
    return replace(best, quantity=max(held.quantity, offered.quantity))


def _differ(facts: Facts, places: Sequence[Place]) -> bool:
    """Whether anything is in it that was not, or no more, or more or less of it."""
    return len(places) != len(facts.lines) or any(
        place.old is None
        or place.old.plan_id != place.part.plan.pk
        or place.old.quantity != _units(facts, place.part)
        for place in places
    )


def _units(facts: Facts, part: Part) -> Decimal:
    return round(part.quantity * facts.quantity, DIGITS)


def _alone(facts: Facts, places: Sequence[Place], on: date) -> list[Decimal] | NoPrice:
    """What each part would cost the customer by itself on the day."""
    buyer, sheet = facts.customer.on(on), facts.history.on(on)
    interval, weights = facts.lines[0].interval, []
    for place in places:
        charge = place.part.charge(like=facts.charge or facts.lines[0].charge)
        if charge is None:
            return NoPrice(f"{place.part.plan} has no charge that could hold it.")
        found = sheet.resolve(Ask(buyer, charge, facts.currency, interval, place.part.quantity))
        if isinstance(found, NoPrice):
            return found
        weights.append(found.amount.total)
    return weights


def _terms(
    facts: Facts,
    terms: Terms,
    places: Sequence[Place],
    weights: Sequence[Decimal],
    pin: int | None,
    trace: list[dict],
    on: date,
) -> Terms:
    """The terms, with the facts from then on: lines that are not written yet."""
    keys = [(place.part.plan.product_id or 0, place.part.plan.pk) for place in places]
    shared = {"weights": weights, "keys": keys, "currency": facts.currency}
    cost, none = terms.cost, (None,) * len(places)
    shares = tuple(allocate(amount=cost.amount, **shared))
    lists = none if cost.list_amount is None else tuple(allocate(amount=cost.list_amount, **shared))
    grants = tuple(_grant(facts, terms, place, on) for place in places)
    stays = any(place.old for place in places)
    lines = []
    for place, share, list_share, grant in zip(places, shares, lists, grants, strict=True):
        line = _line(facts, place, on, trace)
        line.price, line.amount, line.list_amount = cost.price, share, list_share
        line.plan_version_id, line.floor_version_id = grant.version, grant.floor
        line.bundle_version_id = pin
        if not stays and not lines:  # so that a lineage, and what was promised to it, goes on
            follow(new=line, line=facts.lines[0])
        lines.append(line)
    moved = replace(facts, lines=tuple(lines))
    return Terms(cost, shares, lists, grants, moved)


def _grant(facts: Facts, terms: Terms, place: Place, on: date) -> Grant:
    plan = place.part.plan.pk
    if place.old and place.old.plan_id == plan:
        return terms.grants[facts.lines.index(place.old)]
    versions = facts.versions.get(plan, ())
    now = [each for each in versions if each.starts_on <= on]
    return Grant(next((each.pk for each in now if not each.ends_on or each.ends_on > on), None))


def _line(facts: Facts, place: Place, on: date, trace: list[dict]) -> SubscriptionLine:
    """The line of a part, without its money."""
    like = place.old or facts.lines[0]
    line = successor(line=like, on=on, origin=Origin.RENEWAL, trace=trace)
    line.plan = place.part.plan
    line.charge = place.part.charge(like=facts.charge or like.charge)
    line.product_id, line.quantity = line.plan.product_id, _units(facts, place.part)
    if place.old is None:
        line.previous = line.root = None
    return line


def _spelled(facts: Facts, places: Sequence[Place]) -> str:
    before: Mapping[int, Plan] = {line.plan_id: line.plan for line in facts.lines}
    after = {place.part.plan.pk: place.part.plan for place in places}
    joined = [str(after[pk]) for pk in after if pk not in before]
    gone = [str(before[pk]) for pk in before if pk not in after]
    said = [("It now contains", joined), ("It no longer contains", gone)]
    text = " ".join(f"{words} {', '.join(names)}." for words, names in said if names)
    return text or "It contains more or less of the same."


def _said(version: PlanVersion, reason: str, *, moves: bool) -> dict:
    place = f"/plan-versions/{version.pk}/"
    words = f"Version {version.number} of {version.starts_on}: {reason}"
    return {
        "step": "members",
        "subject": place,
        "considered": 1,
        "matched": place if moves else None,
        "reason": words,
    }
