"""What is wanted, and for how much of an offer that takes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from pricing.bundles import Composition, Member
from pricing.dominance import members_of
from pricing.models import Plan


@dataclass(frozen=True)
class Want:
    """A plan that is wanted, in a quantity; `place` is its bit among all that is wanted."""

    place: int
    plan: Plan
    quantity: Decimal

    @property
    def bit(self) -> int:
        return 1 << self.place


def wants_of(
    plans: Collection[tuple[Plan, Decimal]], contents: Mapping[int, Composition]
) -> tuple[Want, ...]:
    """What is wanted: plans as they are, bundles by what every customer gets with them."""
    pairs = [
        (member.plan, member.quantity * quantity)
        for plan, quantity in plans
        for member in members_of(plan, contents.get(plan.pk))
    ]
    return tuple(Want(place, *pair) for place, pair in enumerate(pairs))


def merged(wants: Iterable[Want]) -> list[tuple[Plan, Decimal]]:
    """Each plan once, in all the quantity that is wanted of it."""
    total: dict[int, tuple[Plan, Decimal]] = {}
    for want in wants:
        before = total[want.plan.pk][1] if want.plan.pk in total else Decimal(0)
        total[want.plan.pk] = (want.plan, before + want.quantity)
    return list(total.values())


def needs(covered: Sequence[tuple[Want, Member]], *, whole: bool) -> list[tuple[Decimal, int]]:
    """Quantities with the masks they are enough for; of bundles there are only whole ones.

    While no two wants share a member, the sorted needs of single wants are all there is to
    decide; where they do, their quantities add up, and every subset is a choice.
    """
    members = {id(member) for _, member in covered}
    if len(members) < len(covered):
        return _needs_of_subsets(covered, whole=whole)
    needs = sorted((_enough([want], member, whole), want.bit) for want, member in covered)
    found: dict[Decimal, int] = {}
    mask = 0
    for needed, bit in needs:
        mask |= bit
        found[needed] = mask
    return list(found.items())


def _needs_of_subsets(
    covered: Sequence[tuple[Want, Member]], *, whole: bool
) -> list[tuple[Decimal, int]]:
    found = []
    for number in range(1, 1 << len(covered)):
        some = [pair for at, pair in enumerate(covered) if number >> at & 1]
        by_member: dict[int, tuple[Member, list[Want]]] = {}
        for want, member in some:
            by_member.setdefault(id(member), (member, []))[1].append(want)
        needed = max(_enough(wants, member, whole) for member, wants in by_member.values())
        found.append((needed, sum(want.bit for want, _ in some)))
    return found


def _enough(wants: Iterable[Want], member: Member, whole: bool) -> Decimal:
    needed = sum(want.quantity for want in wants) / member.quantity
    return needed.to_integral_value(ROUND_CEILING) if whole else needed
