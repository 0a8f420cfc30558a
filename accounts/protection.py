"""What a lock makes of the terms that releases and versions lead to at the end of a term.

Pure: `accounts.walk` asks it at every boundary, for renewals, schedules and previews alike.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Self

from accounts.facts import Cost, Facts, Grant, Terms
from accounts.models import EntitlementLock, PriceLock, SubscriptionLine
from accounts.moving import at_successor, moved_to
from config.money import round_money
from config.periods import term
from pricing.amounts import amount_of
from pricing.models import EntitlementMode, OnExpiry, OnSunset, Price
from pricing.resolution import NoPrice, Resolved

HUNDRED = Decimal(100)
KINDS = (PriceLock, EntitlementLock)
NO_STEP = "Another model: no step leads there."
STEPPED = ("flat", "per_unit")  # the models between which amounts may move in steps


@dataclass(frozen=True)
class Protection:
    """The locks of one lineage, in the order of their days, and the day that ends every one."""

    prices: Sequence[PriceLock] = ()
    grants: Sequence[EntitlementLock] = ()
    end_of_life_on: date | None = None

    def cost(
        self,
        *,
        facts: Facts,
        now: Cost,
        offer: Cost,
        by_policy: bool,
        listed: Resolved | NoPrice,
        on: date,
    ) -> tuple[Cost, list[dict]]:
        """What is paid from the boundary on, between what is offered and what was promised."""
        if self._is_over(on):
            return offer, []
        lock = _in_force([lock for lock in self.prices if _fits(lock, now.price)], on)
        if lock is None:
            return self._after(facts, now, offer, on)
        if _is_a_later_contract(offer.price, lock):
            return offer, [_said("contract", lock, "A contract price was made after the lock.")]
        if lock.cap_percent is not None:
            return _capped(facts, now, offer, lock)
        held = _full(facts, lock.price)
        if lock.policy.most_favoured and _is_lower(listed, held):
            lower = _full(facts, listed.price)
            return lower, [_said("most_favoured", lock, "The list price is below the kept one.")]
        return held, [_said("price_lock", lock, f"It keeps {held.amount:f}.")]

    def _after(self, facts: Facts, now: Cost, offer: Cost, on: date) -> tuple[Cost, list[dict]]:
        """After a lock that ran its time: the list price, at once or in steps."""
        lock = _run_out([lock for lock in self.prices if _fits(lock, now.price)], on)
        if lock is None or lock.policy.on_expiry != OnExpiry.GLIDE:
            return offer, []
        full = _full(facts, offer.price)
        begins = _term_before(facts.lines[0], on) < lock.ends_on
        under_way = now.price == offer.price and now.amount < full.amount
        if not (begins or under_way):
            return offer, []
        if not fits_steps(now.price, offer.price):
            rises = full.amount > now.amount
            return offer, [_said("incompatible", lock, NO_STEP)] if rises else []
        step = _step(facts, now, full, lock.policy.glide_percent)
        return step, [_said("glide", lock, f"{step.amount:f} on the way to {full.amount:f}.")]

    def grant(
        self, *, line: SubscriptionLine, now: Grant, offer: Grant, by_policy: bool, on: date
    ) -> tuple[Grant, list[dict]]:
        """The version that counts from the boundary on."""
        root = line.root_id or line.pk
        locks = [lock for lock in self.grants if lock.root_id == root]
        lock = None if self._is_over(on) else _in_force(locks, on)
        if lock is None:
            return (Grant(offer.version) if _run_out(locks, on) else offer), []
        if lock.mode == EntitlementMode.PIN:
            kept = Grant(lock.plan_version_id)
            return kept, [_said("entitlement_lock", lock, "It keeps exactly the old set.")]
        floor = Grant(offer.version, lock.plan_version_id)
        return floor, [_said("entitlement_lock", lock, "Never below the old limits.")]

    def in_force(self, *, on: date) -> list[PriceLock | EntitlementLock]:
        """The locks that hold on a day: none once its plan or product is at the end of its life."""
        if self._is_over(on):
            return []
        return [lock for lock in (*self.prices, *self.grants) if _holds(lock, on)]

    def from_day_on(self, on: date) -> list[PriceLock | EntitlementLock]:
        """The locks that hold on a day, or will begin after it."""
        locks = (*self.prices, *self.grants)
        return [lock for lock in locks if lock.ends_on is None or on < lock.ends_on]

    def with_locks(self, locks: Iterable[PriceLock | EntitlementLock], *, on: date) -> Self:
        """The protection once new locks have taken the place of those that hold on the day."""
        prices, grants = ([lock for lock in locks if type(lock) is kind] for kind in KINDS)
        return replace(
            self,
            prices=(*_cut(self.prices, on, replaced=prices), *prices),
            grants=(*_cut(self.grants, on, replaced=grants), *grants),
        )

    def members(self, *, lines: Sequence[SubscriptionLine], on: date) -> EntitlementMode | None:
        """How what a bundle contains is kept at the boundary; None where nothing keeps it."""
        roots = {line.root_id or line.pk for line in lines}
        locks = [] if self._is_over(on) else self.grants
        modes = {lock.mode for lock in locks if lock.root_id in roots and _holds(lock, on)}
        return EntitlementMode.PIN if EntitlementMode.PIN in modes else next(iter(modes), None)

    @property
    def moves_customers(self) -> bool:
        """Whether a lock may move its holder to the successor of what is held."""
        return any(lock.policy.moves_customers for lock in (*self.prices, *self.grants))

    def move(self, *, facts: Facts, now: Terms, on: date) -> tuple[Terms | None, list[dict]]:
        """The terms at what takes the place of what ends, where a lock moves its holder there."""
        lock = self._moving(now, on)
        if lock is None:
            return None, []
        found = at_successor(facts=facts, now=now, on=on)
        if isinstance(found, str):
            return None, [_said("no_successor", lock, found)]
        amount, kept, way = found.amount.total, None, facts.ways[facts.lines[0].charge_id]
        if isinstance(lock, PriceLock) and lock.policy.on_sunset == OnSunset.MOVE_CAPPED:
            if amount > now.cost.amount and not fits_steps(now.cost.price, found.price):
                return None, [_said("incompatible", lock, NO_STEP)]
            amount = min(amount, _most(facts, now.cost, lock.cap_percent))
            if _holds(lock, on):
                lasting = _going_on(lock, facts, Cost(found.price, amount, None), on)
                kept = Protection((lasting,), (), way.end_of_life_on)
        reason = f"{way.plan} takes its place, for {amount:f}."
        trace = [_said("successor", lock, reason), *found.trace]
        cost = Cost(found.price, amount, found.amount.total)
        return moved_to(facts=facts, cost=cost, lock=kept, trace=trace, on=on), trace

    def _moving(self, now: Terms, on: date) -> PriceLock | EntitlementLock | None:
        """The lock that moves its holder at a boundary: of what ends, or once its time is over."""
        fitting = [lock for lock in self.prices if _fits(lock, now.cost.price)]
        for locks in (fitting, self.grants):
            lock = _in_force(locks, on)
            if lock and self.end_of_life_on and lock.policy.on_sunset != OnSunset.HONOUR:
                return lock
            over = lock if self._is_over(on) else _run_out(locks, on)
            if over and over.policy.on_expiry == OnExpiry.SUCCESSOR:
                return over
        return None

    def _is_over(self, on: date) -> bool:
        return self.end_of_life_on is not None and self.end_of_life_on <= on


def fits_steps(old: Price, new: Price) -> bool:
    """Whether an amount may move from one price to the other in steps."""
    return (old.model, old.interval) == (new.model, new.interval) and new.model in STEPPED


def _capped(facts: Facts, now: Cost, offer: Cost, lock: PriceLock) -> tuple[Cost, list[dict]]:
    full = _full(facts, offer.price)
    if full.amount < now.amount:
        if lock.policy.most_favoured:
            return full, [_said("most_favoured", lock, "The list price is below the kept one.")]
        return now, [_said("price_lock", lock, f"It keeps {now.amount:f}.")]
    if not fits_steps(now.price, offer.price):
        return now, [_said("incompatible", lock, NO_STEP)]
    step = _step(facts, now, full, lock.cap_percent)
    return step, [_said("cap", lock, f"{step.amount:f} on the way to {full.amount:f}.")]


def _step(facts: Facts, now: Cost, full: Cost, percent: Decimal) -> Cost:
    """The next amount on the way: price_k = min(list_k, round(price_(k-1) x (1 + c)))."""
    return Cost(full.price, min(full.amount, _most(facts, now, percent)), full.amount)


def _most(facts: Facts, now: Cost, percent: Decimal) -> Decimal:
    return round_money(now.amount * (1 + percent / HUNDRED), facts.currency)


def _going_on(lock: PriceLock, facts: Facts, cost: Cost, on: date) -> PriceLock:
    """The lock of what takes the place of what it was made for, not written yet."""
    return PriceLock(
        account_id=lock.account_id,
        root_id=lock.root_id,
        policy=lock.policy,
        starts_on=on,
        ends_on=lock.ends_on,
        price=cost.price,
        quantity=facts.quantity,
        amount=cost.amount,
        cap_percent=lock.cap_percent,
    )


def _full(facts: Facts, price: Price) -> Cost:
    amount = amount_of(price.terms(), facts.quantity, currency=facts.currency).total
    return Cost(price, amount, amount)


def _is_lower(listed: Resolved | NoPrice, held: Cost) -> bool:
    return isinstance(listed, Resolved) and listed.amount.total < held.amount


def _fits(lock: PriceLock, price: Price | None) -> bool:
    """Whether the lock is of what is held now: not of a plan or interval held before."""
    kept = lock.price
    return price is not None and (kept.charge_id, kept.interval) == (
        price.charge_id,
        price.interval,
    )


def _is_a_later_contract(price: Price, lock: PriceLock) -> bool:
    return price.book.account_code is not None and price.starts_on > lock.starts_on


def _holds(lock, on: date) -> bool:
    return lock.starts_on <= on and (lock.ends_on is None or on < lock.ends_on)


def _in_force(locks: Sequence, on: date):
    """The lock that holds at a boundary."""
    return next((lock for lock in locks if _holds(lock, on)), None)


def _cut(locks: Iterable, on: date, *, replaced: Sequence) -> list:
    """The locks that stay when others of their kind begin on a day."""
    return [
        lock for lock in locks if not (replaced and (lock.ends_on is None or lock.ends_on > on))
    ]


def _run_out(locks: Sequence, on: date):
    """The last lock before a boundary that came to its own end."""
    over = [lock for lock in locks if lock.ends_on is not None and lock.ends_on <= on]
    return over[-1] if over and not over[-1].end_reason else None


def _said(step: str, lock, reason: str) -> dict:
    return {
        "step": step,
        "subject": f"/grandfathering-policies/{lock.policy.code}/",
        "considered": 1,
        "matched": f"/price-locks/{lock.pk}/" if isinstance(lock, PriceLock) else None,
        "reason": reason,
    }


def _term_before(line: SubscriptionLine, on: date) -> date:
    """The last day before the day on which one of its committed terms began."""
    eve = on - date.resolution
    return term(anchor=line.subscription.anchor, months=line.term_months, on=eve)[0]
