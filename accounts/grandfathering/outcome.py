"""What a policy means for one line: what is paid with it, without it, and if nothing ever moved.

The same walk as a renewal's, so that what is foreseen here is what happens then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import islice

from accounts.locks import end_of_life_of, locks_for
from accounts.models import (
    EntitlementLock,
    ExceptionKind,
    GrandfatheringException,
    PriceLock,
    SubscriptionLine,
)
from accounts.protection import Protection
from accounts.renewal import walk
from accounts.walk import Cost, Facts, Grant
from config.money import to_minor
from pricing.amounts import amount_of
from pricing.models import GrandfatheringPolicy
from pricing.resolution import NoPrice, Resolved

AHEAD = 6  # renewals that are shown
HORIZON = 12  # months over which revenue is added up
MOST_KNOWN = 20_000  # futures that are remembered


class Status(StrEnum):
    PROTECTED = "protected"
    ALREADY_LOCKED = "already_locked"
    AGREED_TERMS = "agreed_terms"  # no price moves it
    TOO_LATE = "too_late"  # the protection ends before the first boundary
    INCOMPATIBLE = "incompatible"  # no step leads to the new price


@dataclass(frozen=True)
class Path:
    """What is paid from a day on, for each of the coming terms: (first day, amount, grants)."""

    steps: tuple[tuple[date, Decimal, tuple[Grant, ...]], ...]

    @cached_property
    def spelled(self) -> str:
        """The path as a text that any other path has not."""
        return str(self.steps)


@dataclass(frozen=True)
class Outcome:
    """A holding under three scenarios; amounts are for each interval, in the line's currency."""

    lines: tuple[SubscriptionLine, ...]
    status: Status
    listed: Decimal | None
    policy: Path
    forced: Path
    locks: tuple[PriceLock | EntitlementLock, ...]
    exception: str = ""

    @property
    def line(self) -> SubscriptionLine:
        return self.lines[0]

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def months(self) -> int:
        return self.line.interval_months

    def monthly(self, amount: Decimal) -> int:
        """Recurring revenue of a month in minor units."""
        return to_minor(amount / self.months, self.line.subscription.currency)

    @property
    def uplift(self) -> Decimal | None:
        """How much more is paid after the next renewal, as a fraction; None from nothing."""
        if not self.amount or not self.policy.steps:
            return None
        return self.policy.steps[0][1] / self.amount - 1


class Everybody:
    """Moves a holding to what a new customer would get, at every boundary: the forced scenario."""

    def cost(self, *, facts: Facts, now: Cost, offer: Cost, listed, **_) -> tuple[Cost, list[dict]]:
        if isinstance(listed, NoPrice):
            return offer, []
        full = amount_of(listed.price.terms(), facts.quantity, currency=facts.currency).total
        return Cost(listed.price, full, full), []

    def grant(self, *, now: Grant, offer: Grant, **_) -> tuple[Grant, list[dict]]:
        return offer, []


@dataclass
class Foresight:
    """Walks ahead of many holdings; equal facts are walked once."""

    policy: GrandfatheringPolicy
    exceptions: dict[int, GrandfatheringException]
    _known: dict = field(default_factory=dict)

    def outcome(self, facts: Facts) -> Outcome:
        """What the policy means for a holding."""
        line, day = facts.lines[0], self.policy.effective_on
        exception = self.exceptions.get(line.account_id)
        locks = self._locks(line, exception)
        status = self._status(facts, locks)
        protected = facts
        if status == Status.PROTECTED:
            protected = facts.under(_together(facts, locks, day))
        listed = self._listed(facts, day)
        policy, stuck = self._path(protected, facts.lock if protected is facts else locks)
        if stuck and status == Status.PROTECTED:
            status = Status.INCOMPATIBLE
        return Outcome(
            lines=facts.lines,
            status=status,
            listed=listed,
            policy=policy,
            forced=self._path(facts.under(Everybody()), "forced")[0],
            locks=locks if status == Status.PROTECTED else (),
            exception=exception.kind if exception else "",
        )

    def _locks(self, line: SubscriptionLine, exception) -> tuple:
        policy = self.policy
        if exception and exception.kind == ExceptionKind.CUSTOM:
            policy = on_own_terms(policy, exception)
        return tuple(lock for lock in locks_for(line=line, policy=policy) if lock)

    def _status(self, facts: Facts, locks: Sequence) -> Status:
        day = self.policy.effective_on
        held = facts.lock.from_day_on(day) if facts.lock else []
        if any(lock.starts_on >= day or not self._beats(lock) for lock in held):
            return Status.ALREADY_LOCKED
        if locks:
            return Status.PROTECTED
        if facts.lines[0].price is None and self.policy.freeze_price:
            return Status.AGREED_TERMS
        return Status.TOO_LATE

    def _beats(self, lock) -> bool:
        """Whether this policy decides about a line that another one protects."""
        return self.policy.supersedes or self.policy.rank < lock.policy.rank

    def _listed(self, facts: Facts, day: date) -> Decimal | None:
        found = facts.listed(on=day)
        return found.amount.total if isinstance(found, Resolved) else None

    def _path(self, facts: Facts, scenario) -> tuple[Path, bool]:
        day = self.policy.effective_on
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        key = (_signature(facts, day), _lock_signature(scenario))
        if key not in self._known:
            self._known[key] = _walked(facts, day)
        return self._known[key]


def on_own_terms(
    policy: GrandfatheringPolicy, exception: GrandfatheringException
) -> GrandfatheringPolicy:
    """The policy as an exception words it for one customer; never saved."""
    own = type(policy).from_db(
        policy._state.db,
        [each.attname for each in policy._meta.concrete_fields],
        [getattr(policy, each.attname) for each in policy._meta.concrete_fields],
    )
    own.until, own.until_date = "date", exception.until_date
    own.until_renewals = own.until_months = None
    own.cap_percent = exception.cap_percent
    return own


def _together(facts: Facts, locks: Iterable, day: date) -> Protection:
    """What protects a holding once the policy is applied: its locks, and those from before."""
    before = facts.lock or Protection(end_of_life_on=end_of_life_of(facts.lines[0]))
    return before.with_locks(locks, on=day)


def _walked(facts: Facts, day: date) -> tuple[Path, bool]:
    line = facts.lines[0]
    after = max(day, line.starts_on) - date.resolution
    steps, stuck = [], False
    number = max(AHEAD, HORIZON // facts.lines[0].term_months)
    for on, terms, _, trace in islice(walk(facts=facts, after=after), number):
        steps.append((on, terms.cost.amount, terms.grants))
        stuck = stuck or any(step["step"] == "incompatible" for step in trace)
    return Path(tuple(steps)), stuck


def _signature(facts: Facts, day: date) -> tuple:
    """All that a walk from a day on depends on: holdings of one signature have one future.

    Terms end on one day of the month from the next end on, whenever a line began.
    """
    customer = facts.customer
    own_book = (customer.code, None, None) in facts.history.books
    first = max(facts.lines, key=lambda line: line.starts_on)
    lines = tuple(
        (
            line.plan_id,
            line.price_id,
            line.amount,
            line.list_amount,
            line.plan_version_id or line.starts_on,
            line.floor_version_id,
            line.quantity,
            line.bundle_quantity,
        )
        for line in facts.lines
    )
    markets = tuple(
        (max(start, day), *market)
        for start, *market in customer.markets
        if market[0] is None or market[0] > day
    )
    term = (
        first.boundary_after(max(day, first.starts_on) - date.resolution),
        first.subscription.anchor.day,
        first.term_months,
        first.ends_on,
        facts.is_discounted,
    )
    return lines, term, facts.currency, markets, customer.code if own_book else None


def _lock_signature(scenario) -> object:
    if scenario is None or isinstance(scenario, str):
        return scenario
    if isinstance(scenario, Protection):
        scenario = (*scenario.prices, *scenario.grants)
    return tuple(
        (type(lock), lock.policy_id, lock.starts_on, lock.ends_on, lock.end_reason)
        + ((lock.price_id, lock.cap_percent) if isinstance(lock, PriceLock) else ())
        + ((lock.plan_version_id, lock.mode) if isinstance(lock, EntitlementLock) else ())
        for lock in scenario
    )
