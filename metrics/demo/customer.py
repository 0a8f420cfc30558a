"""The life of one customer: what it takes, changes, gives up, and whether it comes back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from metrics.demo import habits
from metrics.demo.catalog import BY_CODE, SEGMENTS
from metrics.demo.dice import Dice

SEGMENT_INDEX = {segment.code: index for index, segment in enumerate(SEGMENTS)}


class Item(NamedTuple):
    """A product held on constant terms: a row of the items file."""

    account_id: str
    product: str
    tier: str
    start_date: date
    end_date: date | None
    mrr_cents: int


@dataclass
class Holding:
    """A product that is held now."""

    product: str
    tier: int
    seats: int
    since: date


@dataclass
class Customer:
    """A customer as it stands on the day that its life has been told up to."""

    account_id: str
    segment: str
    on: date
    dice: Dice
    held: dict[str, Holding] = field(default_factory=dict)
    given_up: dict[str, date] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.habits = habits.HABITS[self.segment]
        self.appetite = self.dice.pick(list(habits.APPETITES), habits.APPETITES.values())
        self.people = self.dice.small_between(*self.habits.people)
        self.discount = self.habits.discounts[self.dice.between(0, len(self.habits.discounts) - 1)]

    # What is on sale, and for how much

    def on_sale(self, code: str, day: date) -> bool:
        return BY_CODE[code].is_on_sale(day=day, on=self.on)

    def revenue(self, holding: Holding) -> int:
        price = BY_CODE[holding.product].tiers[holding.tier].price
        return holding.seats * price * (100 - self.discount) // 100

    # Steps

    def take(self, code: str, day: date) -> None:
        """Begin to hold a product, at a tier and for as many people as fit the customer."""
        product = BY_CODE[code]
        tier = self.dice.pick((0, 1, 2), self.habits.first_tier)
        first = not self.items and not self.held  # who attaches begins with a part of its people
        reach = product.reach * self.dice.between(60 if first else 30, 100 if first else 80)
        seats = max(1, self.people * reach // 10_000)
        self.held[code] = Holding(code, min(tier, len(product.tiers) - 1), seats, day)

    def close(self, holding: Holding, day: date | None) -> None:
        """Write down what was held up to the day (None: still held)."""
        tier = BY_CODE[holding.product].tiers[holding.tier].code
        self.items.append(
            Item(self.account_id, holding.product, tier, holding.since, day, self.revenue(holding))
        )

    def drop(self, code: str, day: date) -> None:
        self.close(self.held.pop(code), day)
        self.given_up[code] = day

    def change(self, holding: Holding, day: date, *, tier: int = 0, seats: int = 0) -> None:
        """Go on with other terms from the day on."""
        self.close(holding, day)
        holding.tier += tier
        holding.seats = max(1, holding.seats + seats)
        holding.since = day

    # Months

    def land(self, day: date) -> None:
        """The first purchase: an anchor as a rule, and sometimes what goes with it."""
        first = [code for code in habits.FIRST if self.on_sale(code, day)]
        self.take(self.dice.pick(first, (habits.FIRST[code] for code in first)), day)
        more = self.habits.land_more * min(self.appetite, 1.5)
        while self.dice.chance(more) and (wanted := self.wants(day)):
            self.take(self.dice.pick(list(wanted), wanted.values()), day)

    def live(self, days: Iterable[date]) -> None:
        """Go through the days, one in each month after the first."""
        for age, day in enumerate(days, start=1):
            if not self.held:
                self.maybe_return(day)
            elif self.dice.chance(self.risk(age)):
                for code in list(self.held):
                    self.drop(code, day)
            else:
                self.go_on(age, day)
        for holding in self.held.values():
            self.close(holding, None)

    def risk(self, age: int) -> float:
        """The chance to leave altogether in the month."""
        risk = self.habits.leave * habits.at(habits.LOYAL, len(self.held))
        if self.habits.annual:
            risk *= 6.5 if age % 12 == 0 else 0.5
        return risk

    def go_on(self, age: int, day: date) -> None:
        for holding in list(self.held.values()):
            self.reconsider(holding, day)
        room = habits.at(habits.FULL, len(self.held)) * habits.sooner(age)
        # Two throws, so that what is wanted is worked out only when it may matter.
        if not self.dice.chance(self.habits.attach * self.appetite * habits.MOST * room):
            return
        wanted = self.wants(day)
        if self.dice.chance(sum(wanted.values()) / habits.ENOUGH / habits.MOST):
            self.take(self.dice.pick(list(wanted), wanted.values()), day)

    def reconsider(self, holding: Holding, day: date) -> None:
        """At most one change of a product in a month."""
        dice, top = self.dice, len(BY_CODE[holding.product].tiers) - 1
        if holding.since == day:
            return
        if dice.chance(self.drop_risk(holding.product, day)):
            self.give_up(holding.product, day)
        elif holding.tier < top and dice.chance(self.habits.upgrade):
            self.change(holding, day, tier=1)
        elif dice.chance(self.habits.grow):
            self.change(holding, day, seats=max(1, holding.seats * dice.between(6, 28) // 100))
        elif holding.seats > 1 and dice.chance(habits.SHRINK):
            self.change(holding, day, seats=-max(1, holding.seats * dice.between(8, 30) // 100))
        elif holding.tier and dice.chance(habits.DOWNGRADE):
            self.change(holding, day, tier=-1)

    def drop_risk(self, code: str, day: date) -> float:
        if not self.on_sale(code, day):
            return habits.DROP_SUNSET
        if len(self.held) == 1:
            return 0  # giving up the only product is leaving, which has a chance of its own
        return habits.DROP.get(code, habits.DROP_OTHER)

    def give_up(self, code: str, day: date) -> None:
        sunset = not self.on_sale(code, day)
        self.drop(code, day)
        if sunset and habits.SUCCESSOR not in self.held and self.dice.chance(habits.SWITCH):
            self.take(habits.SUCCESSOR, day)

    def maybe_return(self, day: date) -> None:
        left = max(self.given_up.values())
        away = (day.year - left.year) * 12 + day.month - left.month
        first, last = habits.AWAY
        if first <= away <= last and self.dice.chance(habits.RETURN):
            known = [
                code
                for code, ended in self.given_up.items()
                if ended == left and self.on_sale(code, day)
            ]
            for code in known[: self.dice.between(1, 2)]:
                self.take(code, day)

    def wants(self, day: date) -> dict[str, float]:
        """What could be taken next, and how much it is wanted."""
        wanted: dict[str, float] = {}
        for code, weight in self._nexts():
            if code not in self.held and self.on_sale(code, day):
                fit = BY_CODE[code].fit[SEGMENT_INDEX[self.segment]]
                again = habits.AGAIN if code in self.given_up else 1.0
                wanted[code] = wanted.get(code, 0.0) + weight * fit * again
        return wanted

    def _nexts(self) -> Iterator[tuple[str, float]]:
        for code in self.held:
            yield from habits.NEXT[code].items()
