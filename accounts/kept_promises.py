"""What becomes of locks when a customer changes: ended, carried along, or come back to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from accounts.buyers import buyer_of
from accounts.models import EntitlementLock, LockEnd, PriceLock, SubscriptionLine
from pricing.amounts import amount_of
from pricing.models import OnQuantityChange, OnUpgrade, Plan, Price
from pricing.resolution import NoPrice, resolve_price

LOCKS = (PriceLock, EntitlementLock)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Carried:
    """A lock that goes on for the plan that a customer changes to."""

    lock: PriceLock
    price: Price
    amount: Decimal


def price_lock_of(line: SubscriptionLine, *, on: date) -> PriceLock | None:
    """The lock that protects the price of a line on the day."""
    locks = PriceLock.objects.in_force(on=on).filter(root=line.root_id or line.pk)
    return locks.select_related("policy", "price").first()


def units_beyond(*, line: SubscriptionLine, quantity: Decimal | None, on: date) -> Decimal | None:
    """The units that are asked for beyond those that are protected, where these alone are."""
    held = line.bundle_quantity or line.quantity
    if quantity is None or held is None or quantity <= held:
        return None
    lock = price_lock_of(line, on=on)
    if lock is None or lock.policy.on_quantity_change != OnQuantityChange.OLD_UNITS_ONLY:
        return None
    return quantity - held


def carried(
    *, held: Sequence[SubscriptionLine], new: Sequence[SubscriptionLine], on: date
) -> Carried | None:
    """What a policy that carries its lock makes of an upgrade; None where the lock is dropped.

    The price is that of the higher plan on the first day of the lock. A bundle has no such price
    for its parts, and a plan that nobody could buy on that day has none: the lock is dropped.
    """
    line = new[0]
    lock = price_lock_of(held[0], on=on)
    if lock is None or lock.policy.on_upgrade != OnUpgrade.CARRY or line.price is None:
        return None
    if len(held) > 1 or len(new) > 1 or not _is_upgrade(held[0].plan, line.plan):
        return None
    try:
        found = resolve_price(
            buyer=buyer_of(account=held[0].account, on=lock.starts_on),
            charge=line.charge,
            currency=held[0].subscription.currency,
            interval=line.interval,
            on=lock.starts_on,
            quantity=line.quantity or Decimal(1),
        )
    except NoPrice:
        return None
    amount = found.amount.total
    if lock.policy.most_favoured and line.amount <= amount:
        amount = line.amount
        return Carried(lock, line.price, amount)
    return Carried(lock, found.price, amount)


def _is_upgrade(plan: Plan, target: Plan) -> bool:
    return plan.product_id == target.product_id and target.rank > plan.rank


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
    """Lock the line of the other plan, until the day that was promised."""
    lock = found.lock
    return PriceLock.objects.create(
        account_id=line.account_id,
        root_id=line.root_id or line.pk,
        policy=lock.policy,
        starts_on=line.starts_on,
        ends_on=lock.ends_on,
        price=found.price,
        quantity=line.quantity or Decimal(1),
        amount=found.amount,
        cap_percent=lock.cap_percent,
    )


def come_back_to(*, line: SubscriptionLine) -> SubscriptionLine | None:
    """The line that a customer held of the same until a while ago, whose lock waits for it.

    So long as its policy lets a customer lapse; a lock that ended meanwhile is over.
    """
    day = line.starts_on
    waiting = PriceLock.objects.in_force(on=day).filter(
        account=line.account_id, price__charge=line.charge_id, policy__lapse_days__gt=0
    )
    for lock in waiting.select_related("policy", "price").order_by("starts_on"):
        lines = SubscriptionLine.objects.standing().filter(
            Q(root=lock.root_id) | Q(pk=lock.root_id)
        )
        last = lines.order_by("starts_on").last()
        longest = timedelta(days=lock.policy.lapse_days)
        if _waits(last, line) and last.ends_on <= day <= last.ends_on + longest:
            return last
    return None


def _waits(last: SubscriptionLine | None, line: SubscriptionLine) -> bool:
    """Whether what was held last is over, and could go on in the new line."""
    return bool(last and last.ends_on and last.price_id and last.interval == line.interval)


def take_up(*, line: SubscriptionLine, last: SubscriptionLine) -> None:
    """Let a line that is not written yet go on where the last one stopped, at what it paid.

    What a new customer pays stays, if that is less.
    """
    line.root_id = last.root_id or last.pk
    paid, listed = last.amount, last.list_amount
    if line.quantity != last.quantity:
        currency = line.subscription.currency
        paid = listed = amount_of(last.price.terms(), line.quantity, currency=currency).total
    if paid < line.amount:
        line.price, line.amount, line.list_amount = last.price, paid, listed
    reason = f"It comes back to what ended on {last.ends_on}, and to the price it is promised."
    line.trace = [
        *line.trace,
        {
            "step": "lapse",
            "subject": f"/subscription-lines/{last.pk}/",
            "considered": 1,
            "matched": f"/prices/{line.price_id}/",
            "reason": reason,
        },
    ]
