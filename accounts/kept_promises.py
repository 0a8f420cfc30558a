"""What becomes of locks when a customer changes: ended, carried along, or come back to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from accounts.buyers import buyer_of
from accounts.holdings import holding
from accounts.models import EntitlementLock, LockEnd, PriceLock, SubscriptionLine
from pricing.allocation import allocate
from pricing.amounts import amount_of
from pricing.dominance import covers
from pricing.models import OnQuantityChange, OnUpgrade, Price
from pricing.resolution import NoPrice, resolve_price

LOCKS = (PriceLock, EntitlementLock)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Carried:
    """A lock that goes on for the plan, or the bundle, that a customer changes to."""

    lock: PriceLock
    price: Price
    amount: Decimal


def price_lock_of(held: Sequence[SubscriptionLine], *, on: date) -> PriceLock | None:
    """The lock that protects the price of a holding on the day.

    The price of a bundle is locked with one of its lines, whichever that is.
    """
    roots = [line.root_id or line.pk for line in held]
    locks = PriceLock.objects.in_force(on=on).filter(root__in=roots)
    return locks.select_related("policy", "price").first()


def units_beyond(
    *, held: Sequence[SubscriptionLine], quantity: Decimal | None, on: date
) -> Decimal | None:
    """The units that are asked for beyond those that are protected, where these alone are."""
    units = _units(held[0])
    if quantity is None or units is None or quantity <= units:
        return None
    lock = price_lock_of(held, on=on)
    if lock is None or lock.policy.on_quantity_change != OnQuantityChange.OLD_UNITS_ONLY:
        return None
    return quantity - units


def _units(line: SubscriptionLine) -> Decimal | None:
    return line.bundle_quantity or line.quantity


def carried(
    *, held: Sequence[SubscriptionLine], new: Sequence[SubscriptionLine], on: date
) -> Carried | None:
    """What a policy that carries its lock makes of an upgrade; None where the lock is dropped.

    The price is that of the higher plan, or of the bundle, on the first day of the lock. What
    nobody could buy on that day had none: the lock is dropped.
    """
    lock, line = price_lock_of(held, on=on), new[0]
    if lock is None or lock.policy.on_upgrade != OnUpgrade.CARRY or line.price is None:
        return None
    if not _is_upgrade(held, new):
        return None
    try:
        found = resolve_price(
            buyer=buyer_of(account=held[0].account, on=lock.starts_on),
            charge=line.price.charge,
            currency=held[0].subscription.currency,
            interval=line.interval,
            on=lock.starts_on,
            quantity=_units(line) or Decimal(1),
        )
    except NoPrice:
        return None
    now = sum(each.amount for each in new)
    if lock.policy.most_favoured and now <= found.amount.total:
        return Carried(lock, line.price, now)
    return Carried(lock, found.price, found.amount.total)


def _is_upgrade(held: Sequence[SubscriptionLine], new: Sequence[SubscriptionLine]) -> bool:
    """Whether all that was held is covered by what takes its place, which is something more."""
    return _cover(new, held) and not _cover(held, new)


def _cover(these: Sequence[SubscriptionLine], those: Sequence[SubscriptionLine]) -> bool:
    """Whether each of those is covered: by itself, or by a tier that is as high or higher."""
    return all(any(covers(one.plan, other.plan) for one in these) for other in those)


def end_locks(*, lines: Sequence[SubscriptionLine], on: date, why: LockEnd) -> None:
    """End what protects these lines; one that begins on the day or later ends at once."""
    roots = [line.root_id or line.pk for line in lines]
    for model in LOCKS:
        held = model.objects.filter(root__in=roots).filter(Q(ends_on=None) | Q(ends_on__gt=on))
        for lock in held.select_for_update():
            lock.ends_on = max(on, lock.starts_on + A_DAY)
            lock.end_reason = why
            lock.save(update_fields=["ends_on", "end_reason"])


def go_on(*, found: Carried, line: SubscriptionLine) -> PriceLock:
    """Lock what is held from now on until the day that was promised, with its first line.

    A lock whose first day is that of the change ends a day later: the one that goes on follows.
    """
    lock = found.lock
    return PriceLock.objects.create(
        account_id=line.account_id,
        root_id=line.root_id or line.pk,
        policy=lock.policy,
        starts_on=max(line.starts_on, lock.starts_on + A_DAY),
        ends_on=lock.ends_on,
        price=found.price,
        quantity=_units(line) or Decimal(1),
        amount=found.amount,
        cap_percent=lock.cap_percent,
    )


def come_back_to(*, lines: Sequence[SubscriptionLine]) -> list[SubscriptionLine]:
    """The lines that a customer held of the same until a while ago, whose lock waits for it.

    So long as its policy lets a customer lapse; a lock that ended meanwhile is over. Of a bundle
    all that was held by it; nothing where there is no such lock.
    """
    line = lines[0]
    if line.price is None:
        return []
    day = line.starts_on
    waiting = PriceLock.objects.in_force(on=day).filter(
        account=line.account_id, price__charge=line.price.charge_id, policy__lapse_days__gt=0
    )
    for lock in waiting.select_related("policy", "price").order_by("starts_on"):
        standing = SubscriptionLine.objects.standing()
        lineage = standing.filter(Q(root=lock.root_id) | Q(pk=lock.root_id))
        last = lineage.select_related("subscription", "price").order_by("starts_on").last()
        longest = timedelta(days=lock.policy.lapse_days)
        if _waits(last, line) and last.ends_on <= day <= last.ends_on + longest:
            return holding(line=last, on=last.ends_on - A_DAY)
    return []


def _waits(last: SubscriptionLine | None, line: SubscriptionLine) -> bool:
    """Whether what was held last is over, and could go on in the new line."""
    same = last and (last.bundle_plan_id, last.interval) == (line.bundle_plan_id, line.interval)
    return bool(same and last.ends_on and last.price_id)


def take_up(*, lines: Sequence[SubscriptionLine], last: Sequence[SubscriptionLine]) -> None:
    """Let lines that are not written yet go on where the last ones stopped, at what these paid.

    What a new customer pays stays, if that is less.
    """
    first, held = lines[0], last[0]
    currency = first.subscription.currency
    paid, listed = sum(each.amount for each in last), sum(each.list_amount for each in last)
    if _units(first) != _units(held):
        paid = listed = amount_of(held.price.terms(), _units(first), currency=currency).total
    roots = {each.plan_id: each for each in last}
    for line in lines:
        if line.plan_id in roots:
            line.root_id = roots[line.plan_id].root_id or roots[line.plan_id].pk
    if paid < sum(each.amount for each in lines):
        put(lines=lines, price=held.price, amount=paid, list_amount=listed)
    reason = f"It comes back to what ended on {held.ends_on}, and to the price it is promised."
    for line in lines:
        step = {
            "step": "lapse",
            "subject": f"/subscription-lines/{held.pk}/",
            "considered": 1,
            "matched": f"/prices/{line.price_id}/",
            "reason": reason,
        }
        line.trace = [*line.trace, step]


def put(
    *, lines: Sequence[SubscriptionLine], price: Price, amount: Decimal, list_amount: Decimal
) -> None:
    """Hold lines that are not written yet at another price, shared as theirs was."""
    weights = [line.amount for line in lines]
    keys = [(line.product_id or 0, line.plan_id) for line in lines]
    currency = lines[0].subscription.currency
    paid, listed = [amount], [list_amount]
    if len(lines) > 1:
        shared = {"weights": weights, "keys": keys, "currency": currency}
        paid, listed = (allocate(amount=each, **shared) for each in (amount, list_amount))
    for line, share, list_share in zip(lines, paid, listed, strict=True):
        line.price, line.amount, line.list_amount = price, share, list_share
