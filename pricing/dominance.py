"""Which plans cover which, and offers that nobody should choose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pricing.bundles import Composition, Member, Source
from pricing.models import Plan, PlanKind

ONE = Decimal(1)


def members_of(plan: Plan, contents: Composition | None) -> tuple[Member, ...]:
    """What one gets with a plan: what a bundle grants, or the plan itself."""
    return tuple(contents.granted) if contents else (Member(plan, Source.NAMED),)


def covers(one: Plan, other: Plan) -> bool:
    """A plan covers itself, and a tier those of its product that have an equal or lower rank."""
    if one.pk == other.pk:
        return True
    if one.kind != PlanKind.TIER or other.kind != PlanKind.TIER:
        return False
    return one.product_id == other.product_id and one.rank >= other.rank


def member_for(plan: Plan, members: Iterable[Member]) -> Member | None:
    """The member that covers a plan, the one of which there is most."""
    found = (member for member in members if covers(member.plan, plan))
    return max(found, key=lambda member: member.quantity, default=None)


@dataclass(frozen=True)
class Priced:
    """An offer as it competes with others: what one gets for how much."""

    plan: Plan
    members: tuple[Member, ...]
    total: Decimal

    def covers(self, other: "Priced") -> bool:
        """Whether one gets at least what the other gives."""
        for wanted in other.members:
            member = member_for(wanted.plan, self.members)
            if member is None or member.quantity < wanted.quantity:
                return False
        return bool(other.members)


@dataclass(frozen=True)
class Dominated:
    """An offer beside one that gives at least as much for no more."""

    offer: Priced
    by: Priced


def dominated(offers: Sequence[Priced]) -> list[Dominated]:
    """The offers that another one of the same market and day dominates, each by the cheapest.

    Of two that give the same for the same money, only the one that comes later is listed.
    """
    by_thing: dict[tuple, list[tuple[int, Priced]]] = {}
    for place, offer in enumerate(offers):
        for thing in {_thing(member.plan) for member in offer.members}:
            by_thing.setdefault(thing, []).append((place, offer))
    found = []
    for place, offer in enumerate(offers):
        rivals = by_thing.get(_thing(offer.members[0].plan), []) if offer.members else []
        better = [rival for at, rival in rivals if _beats(at, rival, place, offer)]
        if better:
            best = min(better, key=lambda rival: (rival.total, rival.plan.code))
            found.append(Dominated(offer, best))
    return found


def _thing(plan: Plan) -> tuple:
    """What only plans of the same can cover."""
    return ("product", plan.product_id) if plan.kind == PlanKind.TIER else ("plan", plan.pk)


def _beats(at: int, rival: Priced, place: int, offer: Priced) -> bool:
    if at == place or rival.total > offer.total or not rival.covers(offer):
        return False
    same = rival.total == offer.total and offer.covers(rival)
    return not same or at < place
