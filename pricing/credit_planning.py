"""How far credits go: a plan of use against pools of credits, day by day."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from pricing.amounts import ZERO

PLACES = Decimal("0.000001")
ONE_DAY = timedelta(days=1)


@dataclass
class Pool:
    """Credits that can be used on some days, for one product or for all; `left` shrinks."""

    key: object
    left: Decimal
    starts_on: date
    ends_on: date | None = None
    product: int | None = None
    priority: int = 100
    is_paid: bool = True
    place: int = 0

    def serves(self, product: int | None, *, on: date) -> bool:
        running = self.starts_on <= on and (self.ends_on is None or on < self.ends_on)
        return running and self.product in (None, product)

    @property
    def order(self) -> tuple:
        """Priority, free before paid, narrower scope, earliest end, earliest start, place."""
        end = self.ends_on or date.max
        return (self.priority, self.is_paid, self.product is None, end, self.starts_on, self.place)


@dataclass(frozen=True)
class Need:
    """So many units of a feature in the whole stretch, spread evenly over its days."""

    feature: str
    product: int | None
    units: Decimal


@dataclass
class Use:
    """What the plan comes to for one feature."""

    feature: str
    units: Decimal
    credits: Decimal = ZERO
    uncovered: Decimal = ZERO


@dataclass
class Allocation:
    """How far the credits go; `depleted_on` is the first day at whose end nothing is left."""

    uses: list[Use] = field(default_factory=list)
    remaining: Decimal = ZERO
    expired: Decimal = ZERO
    depleted_on: date | None = None

    @property
    def used(self) -> Decimal:
        return sum((use.credits - use.uncovered for use in self.uses), ZERO)

    @property
    def uncovered(self) -> Decimal:
        return sum((use.uncovered for use in self.uses), ZERO)


def credits_for(units: Decimal, rate: Decimal) -> Decimal:
    """What so many units cost, to the sixth digit, half up as everywhere."""
    return (units * rate).quantize(PLACES, ROUND_HALF_UP)


def burn(pools: Sequence[Pool], credits: Decimal, *, product: int | None, on: date) -> list[tuple]:
    """Take credits from pools in burn order, as far as they go: pairs of pool and credits."""
    taken = []
    for pool in sorted(pools, key=lambda pool: pool.order):
        if credits <= ZERO:
            break
        if pool.left > ZERO and pool.serves(product, on=on):
            share = min(pool.left, credits)
            pool.left -= share
            credits -= share
            taken.append((pool, share))
    return taken


def simulate(
    *,
    pools: Iterable[Pool],
    needs: Sequence[Need],
    rate: Callable[[str, date], Decimal],
    starts_on: date,
    ends_on: date,
) -> Allocation:
    """What planned use of `[starts_on, ends_on)` takes from the pools, which are used up by it.

    `rate` answers what a unit of a feature costs on a day. A day's use is the difference between
    the plan's share up to its end and up to its start: all days together are the plan exactly.
    """
    pools, days = list(pools), (ends_on - starts_on).days
    found = Allocation([Use(need.feature, need.units) for need in needs])
    for number in range(days):
        day = starts_on + number * ONE_DAY
        for need, use in zip(needs, found.uses, strict=True):
            units = _share(need.units, number + 1, days) - _share(need.units, number, days)
            _use(pools, use, need, units * rate(need.feature, day), day)
        if found.depleted_on is None and _is_depleted(found, pools, day):
            found.depleted_on = day
    running = [pool for pool in pools if pool.serves(pool.product, on=ends_on - ONE_DAY)]
    ended = [pool for pool in pools if pool.ends_on and pool.ends_on < ends_on]
    found.remaining = sum((pool.left for pool in running), ZERO)
    found.expired = sum((pool.left for pool in ended), ZERO)
    return found


def _share(units: Decimal, number: int, days: int) -> Decimal:
    return (units * number / days).quantize(PLACES, ROUND_HALF_UP)


def _use(pools: list[Pool], use: Use, need: Need, credits: Decimal, day: date) -> None:
    taken = burn(pools, credits, product=need.product, on=day)
    use.credits += credits
    use.uncovered += credits - sum((share for _, share in taken), ZERO)


def _is_depleted(found: Allocation, pools: Iterable[Pool], day: date) -> bool:
    """Whether use met its end on the day: more than there is, or all of it."""
    if found.uncovered:
        return True
    left = any(pool.left for pool in pools if pool.serves(pool.product, on=day))
    return found.used > ZERO and not left
