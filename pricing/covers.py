"""The cheapest way to buy everything that is wanted, found exactly."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from pricing.amounts import ZERO
from pricing.offers import Offer


@dataclass(frozen=True)
class Purchase:
    """An offer for a quantity that is enough for some of what is wanted, a bit for each."""

    offer: Offer
    mask: int


@dataclass(frozen=True)
class Way:
    """Some purchases: the cheaper one is what recurs for less, then costs less once, then the one
    of fewer plans, then the first by code."""

    total: Decimal = ZERO
    once: Decimal = ZERO
    codes: tuple[str, ...] = ()
    purchases: tuple[Purchase, ...] = ()

    @property
    def key(self) -> tuple:
        return self.total, self.once, len(self.codes), self.codes

    def __add__(self, other: "Way") -> "Way":
        return Way(
            self.total + other.total,
            self.once + other.once,
            (*self.codes, *other.codes),
            (*self.purchases, *other.purchases),
        )


KEY = attrgetter("key")


def way_of(purchase: Purchase) -> Way:
    offer = purchase.offer
    return Way(offer.total, offer.once_total, (offer.plan.code,), (purchase,))


Choices = Sequence[Purchase]  # of one plan, of which at most one is bought


class Covering:
    """What can be bought: plans of one product by `groups`, and bundles that span them.

    A group is the mask of what it may cover with the choices of each plan in it. No single plan
    covers things of two groups, so the rest that bundles leave is the sum of the groups' best.
    """

    def __init__(
        self,
        wanted: int,
        groups: Sequence[tuple[int, Sequence[Choices]]],
        bundles: Sequence[Choices],
    ) -> None:
        self.wanted, self.bundles = wanted, bundles
        self._groups = [(mask, _unions(plans)) for mask, plans in groups]
        self._rests: dict[int, Way | None] = {}

    def cheapest(self) -> Way | None:
        """The best of all combinations in which no plan is bought twice; None: there is none."""
        return self._best(_unions(self.bundles, bound=self.rest(self.wanted)))

    def cheapest_with(self, bundle: Choices) -> Way | None:
        """The best of those that buy this bundle, and no other."""
        return self._best({each.mask: way_of(each) for each in bundle})

    def rest(self, mask: int) -> Way | None:
        """The best without any bundle for what the mask wants."""
        if mask not in self._rests:
            parts = [_covering(ways, mask & group) for group, ways in self._groups if mask & group]
            known = mask & ~sum(group for group, _ in self._groups) == 0
            self._rests[mask] = sum(parts, Way()) if known and None not in parts else None
        return self._rests[mask]

    def _best(self, ways: dict[int, Way]) -> Way | None:
        found = []
        for mask, way in ways.items():
            rest = self.rest(self.wanted & ~mask)
            if rest is not None:
                found.append(way + rest)
        return min(found, key=KEY, default=None)


def _unions(offers: Iterable[Choices], *, bound: Way | None = None) -> dict[int, Way]:
    """By what they cover together, the best of the combinations that are below the bound."""
    ways = {0: Way()}
    for choices in offers:
        for mask, way in list(ways.items()):
            for each in choices:
                union, longer = mask | each.mask, way + way_of(each)
                above = bound is not None and longer.total > bound.total
                if (
                    union != mask
                    and not above
                    and (union not in ways or longer.key < ways[union].key)
                ):
                    ways[union] = longer
    return ways


def _covering(ways: dict[int, Way], needed: int) -> Way | None:
    enough = (way for mask, way in ways.items() if mask & needed == needed)
    return min(enough, key=KEY, default=None)
