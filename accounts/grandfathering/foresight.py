"""Walking ahead of very many holdings: those that are held alike have one future, walked once.

The same walk as a renewal's, so that what is foreseen here is what happens then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Self

from accounts.facts import Cost, Facts, Grant
from accounts.grandfathering.outcome import AHEAD, HORIZON, Future, Outcome, Path, Status
from accounts.grandfathering.scope import PROTECTING, in_force, protected_elsewhere
from accounts.locks import end_of_life_of, locks_for
from accounts.models import (
    EntitlementLock,
    ExceptionKind,
    GrandfatheringException,
    PriceLock,
)
from accounts.protection import Protection
from accounts.renewal import walk
from pricing.amounts import amount_of
from pricing.models import GrandfatheringPolicy, OnExpiry, OnSunset, Until
from pricing.resolution import NoPrice, Resolved

MOST_KNOWN = 20_000  # futures that are remembered


class Everybody:
    """Moves a holding to what a new customer would get, at every boundary: the forced scenario."""

    def cost(self, *, facts: Facts, now: Cost, offer: Cost, listed, **_) -> tuple[Cost, list[dict]]:
        if isinstance(listed, NoPrice):
            return offer, []
        full = amount_of(listed.price.terms(), facts.quantity, currency=facts.currency).total
        return Cost(listed.price, full, full), []

    def grant(self, *, now: Grant, offer: Grant, **_) -> tuple[Grant, list[dict]]:
        return offer, []

    def members(self, **_) -> None:
        return None

    def move(self, **_) -> tuple[None, list[dict]]:
        return None, []


@dataclass
class Foresight:
    """What a policy means for holdings, each of which is told by its facts."""

    policy: GrandfatheringPolicy
    exceptions: dict[int, GrandfatheringException]
    others: dict[int, frozenset[int]]  # by account, the policies that protect it by exception
    _known: dict[tuple, Future] = field(default_factory=dict)

    @classmethod
    def of(cls, policy: GrandfatheringPolicy) -> Self:
        """With the exceptions that count; two queries."""
        exceptions = {each.account_id: each for each in in_force(policy)}
        return cls(policy, exceptions, protected_elsewhere(policy))

    def outcome(self, facts: Facts) -> Outcome:
        """What the policy means for a holding."""
        account = facts.lines[0].account_id
        exception = self.exceptions.get(account)
        excepted = exception is not None and exception.kind in PROTECTING
        others = self.others.get(account, frozenset())
        terms, own = self.policy, None
        if exception and exception.kind == ExceptionKind.CUSTOM:
            terms, own = on_own_terms(terms, exception), exception.pk
        key = _signature(facts, terms), _locked(facts.lock), own, excepted, others
        future = self._known.get(key)
        if future is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            future = self._known[key] = _foreseen(facts, terms, _Claim(terms, excepted, others))
        amount = facts.lines[0].amount
        for line in facts.lines[1:]:
            amount += line.amount
        return Outcome(facts.lines, amount, future, terms, exception.kind if exception else "")


@dataclass(frozen=True)
class _Claim:
    """By what a policy decides about a line: an exception for the customer, else its rank.

    `others` are the policies that protect the customer by an exception, too.
    """

    policy: GrandfatheringPolicy
    excepted: bool
    others: frozenset[int]

    def beats(self, lock: PriceLock | EntitlementLock) -> bool:
        """Whether the policy decides about a line that another one protects."""
        own = not self.excepted, self.policy.rank
        return self.policy.supersedes or own < (
            lock.policy_id not in self.others,
            lock.policy.rank,
        )


def _foreseen(facts: Facts, policy: GrandfatheringPolicy, claim: _Claim) -> Future:
    day = policy.effective_on
    locks = [lock for lock in locks_for(line=facts.lines[0], policy=policy) if lock]
    status = _status(facts, claim, locks)
    protected = facts
    if status == Status.PROTECTED:
        protected = facts.under(_together(facts, locks, day))
    path, stuck = _walked(protected, day)
    if status == Status.PROTECTED:
        status = _stuck(facts, policy, stuck) or status
    listed = facts.listed(on=day)
    amount = sum(line.amount for line in facts.lines)
    return Future(
        status=status,
        listed=listed.amount.total if isinstance(listed, Resolved) else None,
        policy=path,
        forced=_walked(facts.under(Everybody()), day)[0],
        uplift=path.steps[0][1] / amount - 1 if amount and path.steps else None,
    )


def _status(facts: Facts, claim: _Claim, locks: Sequence) -> Status:
    day = claim.policy.effective_on
    held = facts.lock.from_day_on(day) if facts.lock else []
    if any(lock.starts_on >= day or not claim.beats(lock) for lock in held):
        return Status.ALREADY_LOCKED
    if locks:
        return Status.PROTECTED
    if facts.lines[0].price is None and claim.policy.freeze_price:
        return Status.AGREED_TERMS
    return Status.TOO_LATE


def _stuck(facts: Facts, policy: GrandfatheringPolicy, steps: set[str]) -> Status | None:
    """What keeps the policy from being carried out, "" where nothing does."""
    if "incompatible" in steps:
        return Status.INCOMPATIBLE
    if "successor" in steps:
        return None
    ends = end_of_life_of(facts.lines[0]) is not None
    over = policy.on_expiry == OnExpiry.SUCCESSOR and (ends or policy.until != Until.FOREVER)
    if not over and not (ends and policy.on_sunset != OnSunset.HONOUR):
        return None
    line = facts.lines[0]
    lost = line.bundle_plan_id or line.price is None or line.charge_id not in facts.ways
    return Status.NO_SUCCESSOR if lost or "no_successor" in steps else None


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


def _walked(facts: Facts, day: date) -> tuple[Path, set[str]]:
    """The path from a day on, and the names of the steps that led along it."""
    line = facts.lines[0]
    after = max(day, line.starts_on) - date.resolution
    steps, said, moved = [], set(), {}
    number = max(AHEAD, HORIZON // line.term_months)
    for on, terms, _, trace in islice(walk(facts=facts, after=after), number):
        steps.append((on, terms.cost.amount, terms.grants))
        said |= {step["step"] for step in trace}
        if terms.moved and not moved and not terms.moved.is_bundle:
            moved = {"successor": terms.moved.lines[0].plan, "moves_on": on}
    return Path(tuple(steps), **moved), said


def _signature(facts: Facts, policy: GrandfatheringPolicy) -> tuple:
    """All that a walk depends on but locks: holdings of one signature have one future.

    Terms end on one day of the month from the next end on, whenever a line began.
    """
    day, customer = policy.effective_on, facts.customer
    own_book = (customer.code, None, None) in facts.history.books
    first = max(facts.lines, key=_start) if len(facts.lines) > 1 else facts.lines[0]
    subscription = first.subscription
    return (
        tuple(
            (
                line.plan_id,
                line.charge_id,
                line.bundle_plan_id,
                line.price_id,
                line.amount,
                line.list_amount,
                line.plan_version_id or line.starts_on,
                line.floor_version_id,
                line.quantity,
                line.bundle_quantity,
                (line.bundle_version_id or line.starts_on) if line.bundle_plan_id else None,
            )
            for line in facts.lines
        ),
        first.boundary_after(max(day, first.starts_on) - date.resolution),
        facts.lines[0].boundary_from(day) if policy.until == Until.RENEWALS else None,
        subscription.anchor.day,
        first.term_months,
        first.interval,
        first.ends_on,
        facts.is_discounted,
        facts.currency,
        tuple(
            (max(start, day), *market)
            for start, *market in customer.markets
            if market[0] is None or market[0] > day
        ),
        customer.code if own_book else None,
    )


def _start(line) -> date:
    return line.starts_on


def _locked(protection: Protection | None) -> tuple | None:
    """What of the locks of a holding tells its future."""
    if protection is None:
        return None
    return tuple(
        (type(lock), lock.policy_id, lock.starts_on, lock.ends_on, lock.end_reason)
        + ((lock.price_id, lock.cap_percent) if isinstance(lock, PriceLock) else ())
        + ((lock.plan_version_id, lock.mode) if isinstance(lock, EntitlementLock) else ())
        for lock in (*protection.prices, *protection.grants)
    )
