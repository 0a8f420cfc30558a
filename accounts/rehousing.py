"""What is written beside the lines of a bundle that contains other plans from a day on."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q

from accounts.facts import Facts
from accounts.kept_promises import end_locks
from accounts.models import LockEnd, PriceLock, SubscriptionLine

Key = tuple  # (subscription, charge, product, instance), by id


def rehouse(*, moved: Sequence[Facts], on: date) -> None:
    """Give the lines of bundles, not written yet, places that are free, and keep their locks.

    Where a product joins that the subscription holds by itself already, the whole bundle gets an
    instance of its own. A lock of the price goes on with a line that stays.
    """
    if not moved:
        return
    taken = _taken({facts.lines[0].subscription_id for facts in moved}, on)
    for facts in moved:
        joining = [line for line in facts.lines if _joins(line)]
        if any(_key(line) in taken for line in joining):
            _give_instance(facts.lines, taken)
        taken |= {_key(line) for line in facts.lines}
        if facts.lock:
            _keep_locks(facts, on)


def _taken(subscriptions: set[int], on: date) -> set[Key]:
    lines = SubscriptionLine.objects.standing().filter(subscription__in=subscriptions)
    lines = lines.filter(Q(ends_on=None) | Q(ends_on__gt=on)).order_by()
    return set(lines.values_list("subscription", "charge", "product", "instance"))


def _joins(line: SubscriptionLine) -> bool:
    """Whether a line takes a place that no line of its lineage had."""
    return line.previous is None or line.previous.charge_id != line.charge_id


def _key(line: SubscriptionLine) -> Key:
    return line.subscription_id, line.charge_id, line.product_id, line.instance


def _give_instance(lines: Iterable[SubscriptionLine], taken: set[Key]) -> None:
    lines = list(lines)
    own = {key for key in taken if key[0] == lines[0].subscription_id}
    free = max(instance for *_, instance in own) + 1
    for line in lines:
        line.instance = free


def _keep_locks(facts: Facts, on: date) -> None:
    """Let locks of the price that were with a line that goes stay with one that does not."""
    roots = [line.root_id for line in facts.lines if line.root_id]
    for lock in facts.lock.prices:
        if lock.root_id in roots or (lock.ends_on and lock.ends_on <= on):
            continue
        end_locks(lines=[lock.root], on=on, why=LockEnd.MOVED)
        PriceLock.objects.create(
            account_id=lock.account_id,
            root_id=roots[0],
            policy=lock.policy,
            starts_on=max(on, lock.starts_on),
            ends_on=lock.ends_on,
            price=lock.price,
            quantity=lock.quantity,
            amount=lock.amount,
            cap_percent=lock.cap_percent,
        )
