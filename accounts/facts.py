"""What a holding is held at, and all that decides what it is held at from now on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import takewhile
from typing import Protocol

from accounts.models import SubscriptionLine
from pricing.bundles import Part
from pricing.history import History
from pricing.models import Charge, EntitlementMode, Plan, PlanVersion, Price
from pricing.resolution import Ask, Buyer, NoPrice, Resolved

ONE = Decimal(1)


@dataclass(frozen=True)
class Cost:
    """What a holding costs for each interval, and the price by which it does (None: agreed)."""

    price: Price | None
    amount: Decimal
    list_amount: Decimal | None


@dataclass(frozen=True)
class Grant:
    """The version of its plan by which a line grants, and the one below which it never falls."""

    version: int | None
    floor: int | None = None


@dataclass(frozen=True)
class Terms:
    """What a holding is held at: its cost, and of each of its lines the share and the grant.

    `moved` are its facts from then on, where it moves to the successor of what it held, or where
    a version of its bundle contains other plans.
    """

    cost: Cost
    shares: tuple[Decimal, ...]
    list_shares: tuple[Decimal | None, ...]
    grants: tuple[Grant, ...]
    moved: "Facts | None" = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Way:
    """What takes the place of a charge whose plan or product ends; None: that never ends."""

    plan: Plan
    charge: Charge
    end_of_life_on: date | None


class Lock(Protocol):
    """What protects a holding: made from price and entitlement locks by whoever keeps them.

    Both are asked at every boundary, also where the offer changes nothing: a cap goes on moving
    towards the list price that a line refers to already. `by_policy` says that a release or a
    version left it to a policy; `listed` is what a new customer of the day would get.
    """

    def cost(
        self,
        *,
        facts: "Facts",
        now: Cost,
        offer: Cost,
        by_policy: bool,
        listed: Resolved | NoPrice,
        on: date,
    ) -> tuple[Cost, list[dict]]: ...

    def grant(
        self, *, line: SubscriptionLine, now: Grant, offer: Grant, by_policy: bool, on: date
    ) -> tuple[Grant, list[dict]]: ...

    def members(self, *, lines: Sequence[SubscriptionLine], on: date) -> EntitlementMode | None: ...

    def move(self, *, facts: "Facts", now: Terms, on: date) -> tuple[Terms | None, list[dict]]: ...


@dataclass(frozen=True)
class Customer:
    """An account as the price decision knows it, on any day."""

    code: str
    markets: tuple[tuple[date, date | None, str | None, str | None], ...] = ()

    def on(self, day: date) -> Buyer:
        for starts_on, ends_on, segment, region in self.markets:
            if starts_on <= day and (ends_on is None or day < ends_on):
                return Buyer(self.code, segment, region)
        return Buyer(self.code)


@dataclass(frozen=True)
class Facts:
    """All that decides what a holding is held at from now on.

    A holding is a line, or all lines of a bundle, which have shares of one price. `versions` are
    those that were published of each line's plan, in the order of their days. `is_discounted` says
    that an incentive lowers its price, and that the line by which that ends is written. `ways` say
    of charges, by id, what takes their place; known where a policy may ask for it. `parts` are
    what versions of its bundle contain, by their ids, of those that came after the one held.
    """

    lines: tuple[SubscriptionLine, ...]
    customer: Customer
    currency: str
    history: History
    charge: Charge | None
    versions: Mapping[int, Sequence[PlanVersion]]
    lock: Lock | None = None
    is_discounted: bool = False
    ways: Mapping[int, Way] = field(default_factory=dict)
    parts: Mapping[int, Sequence[Part]] = field(default_factory=dict)

    @property
    def is_bundle(self) -> bool:
        return self.lines[0].bundle_plan_id is not None

    @property
    def quantity(self) -> Decimal:
        line = self.lines[0]
        return line.bundle_quantity or line.quantity or ONE

    def terms(self) -> Terms:
        """What it is held at now."""
        lines = self.lines
        lists = tuple(line.list_amount for line in lines)
        amount = sum(line.amount for line in lines)
        cost = Cost(lines[0].price, amount, None if None in lists else sum(lists))
        grants = tuple(Grant(line.plan_version_id, line.floor_version_id) for line in lines)
        return Terms(cost, tuple(line.amount for line in lines), lists, grants)

    def listed(self, *, on: date) -> Resolved | NoPrice | None:
        """What a new customer like this one would get on the day; None for agreed terms."""
        price = self.lines[0].price
        if price is None or self.charge is None:
            return None
        buyer = self.customer.on(on)
        ask = Ask(buyer, self.charge, price.currency, price.interval, self.quantity)
        return self.history.on(on).resolve(ask)

    def under(self, lock: Lock | None) -> "Facts":
        """The same facts with a lock."""
        return replace(self, lock=lock)

    def place_of(self, line: SubscriptionLine) -> int | None:
        """Where the line, or the one that it became, stands; None once it is held no more."""
        root = line.root_id or line.pk
        found = (n for n, each in enumerate(self.lines) if (each.root_id or each.pk) == root)
        return next(found, None)

    def boundaries(self, *, after: date) -> Iterator[date]:
        """The ends of its terms after the day, one after the other, as long as it is held."""
        line = max(self.lines, key=lambda line: line.starts_on)
        ends = line.boundaries_after(after)
        return takewhile(lambda day: not line.ends_on or day < line.ends_on, ends)
