"""What a bundle saves against its parts, and from how many of them on it pays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from config.money import round_money
from pricing.amounts import ZERO
from pricing.bundles import Member
from pricing.models import Plan
from pricing.offers import Market, PlanPrices

# Shares of the parts' sum at which the judgement of a discount changes, where no threshold of
# the code says otherwise.
DEFAULTS = {
    "bundle-discount-negligible": Decimal("0.05"),
    "bundle-discount-too-small": Decimal("0.10"),
    "bundle-discount-guided-from": Decimal("0.15"),
    "bundle-discount-guided-to": Decimal("0.30"),
}
MOST_PARTS = 12  # of which every subset is looked at


class Band(StrEnum):
    """How a discount is judged, on the unrounded share."""

    DEARER = "dearer_than_its_parts"
    NEGLIGIBLE = "negligible"
    TOO_SMALL = "too_small"
    BELOW_GUIDANCE = "below_guidance"
    IN_GUIDANCE = "in_guidance"
    DEEP = "deep"

    @property
    def words(self) -> str:
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class Guidance:
    """From which discount on a bundle is worth it, and from which it gives away."""

    negligible: Decimal
    too_small: Decimal
    guided_from: Decimal
    guided_to: Decimal

    @classmethod
    def of(cls, thresholds: Mapping[str, Decimal]) -> "Guidance":
        """The thresholds of a day, each its default where there is none."""
        return cls(*(thresholds.get(code, default) for code, default in DEFAULTS.items()))

    def band(self, discount: Decimal) -> Band:
        """Below 0 dearer, below 5 % negligible, up to 10 % too small, below 15 % below guidance,
        up to 30 % in guidance, above that deep."""
        if discount < ZERO:
            return Band.DEARER
        if discount < self.negligible:
            return Band.NEGLIGIBLE
        if discount <= self.too_small:
            return Band.TOO_SMALL
        if discount < self.guided_from:
            return Band.BELOW_GUIDANCE
        return Band.IN_GUIDANCE if discount <= self.guided_to else Band.DEEP


@dataclass(frozen=True)
class PartPrice:
    """A component with what it costs by itself, in the quantity that the bundle has of it."""

    plan: Plan
    quantity: Decimal
    total: Decimal


@dataclass(frozen=True)
class Subset:
    """Some components of a bundle, and what they cost separately."""

    parts: tuple[PartPrice, ...]
    total: Decimal


@dataclass(frozen=True)
class Ladder:
    """A bundle's price against its parts, one by one and together.

    `price` and the parts are for one bundle, in one currency and interval.
    """

    plan: Plan
    currency: str
    price: Decimal
    parts: tuple[PartPrice, ...]
    guidance: Guidance

    @cached_property
    def sum_of_parts(self) -> Decimal:
        return sum((part.total for part in self.parts), ZERO)

    @property
    def discount(self) -> Decimal | None:
        """1 - price / sum of the parts, unrounded; None where the parts cost nothing."""
        return 1 - self.price / self.sum_of_parts if self.sum_of_parts else None

    @property
    def band(self) -> Band | None:
        return None if self.discount is None else self.guidance.band(self.discount)

    @property
    def guided(self) -> tuple[Decimal, Decimal]:
        """The prices from the lowest to the highest that the guidance allows."""
        shares = (1 - self.guidance.guided_to, 1 - self.guidance.guided_from)
        low, high = (round_money(self.sum_of_parts * share, self.currency) for share in shares)
        return low, high

    @property
    def rungs(self) -> list[Subset]:
        """The dearest part, the two dearest, and so on up to all of them."""
        dearest = sorted(self.parts, key=lambda part: (-part.total, part.plan.code))
        return [_subset(dearest[:count]) for count in range(1, len(dearest) + 1)]

    @property
    def break_even(self) -> Subset | None:
        """The fewest parts that cost as much by themselves as the bundle, the dearest of so many.

        None where all of them together cost less.
        """
        return next((rung for rung in self.rungs if rung.total >= self.price), None)

    @cached_property
    def nearest(self) -> Subset | None:
        """The parts whose separate price comes closest to the bundle's from below.

        Who wants only these saves `price - total`. None where already each part costs as much,
        and of more than twelve parts.
        """
        if len(self.parts) > MOST_PARTS:
            return None
        totals = [ZERO]  # of every subset: bit n of the place stands for part n
        for part in self.parts:
            totals += [total + part.total for total in totals]
        cheaper = (place for place in range(1, len(totals)) if totals[place] < self.price)
        best = max(cheaper, key=totals.__getitem__, default=None)
        if best is None:
            return None
        return _subset([part for bit, part in enumerate(self.parts) if best >> bit & 1])

    @property
    def gap(self) -> Decimal | None:
        """What the nearest parts cost less than the bundle."""
        return self.price - self.nearest.total if self.nearest else None


def _subset(parts: Sequence[PartPrice]) -> Subset:
    return Subset(tuple(parts), sum((part.total for part in parts), ZERO))


def ladder_of(
    plan: Plan,
    members: Sequence[Member],
    *,
    prices: PlanPrices,
    market: Market,
    guidance: Guidance,
    price: Decimal | None = None,
) -> Ladder | None:
    """A bundle against what is in it, None where it or a part has no price in the market.

    `price` stands in for the bundle's own: a year of it by the month, for instance.
    """
    total = prices.total(plan, market) if price is None else price
    parts = [
        PartPrice(member.plan, member.quantity, each)
        for member in members
        if (each := prices.total(member.plan, market, member.quantity)) is not None
    ]
    if total is None or not parts or len(parts) < len(members):
        return None
    return Ladder(plan, market.currency, total, tuple(parts), guidance)
