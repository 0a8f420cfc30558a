"""Which locks lines have, which a policy would give them, and when they end."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from accounts.models import EntitlementLock, PriceLock, SubscriptionLine
from accounts.protection import Protection
from config.periods import add_months
from pricing.models import GrandfatheringPolicy, Until


def protections_of(
    holdings: Iterable[Sequence[SubscriptionLine]],
) -> dict[int, Protection]:
    """The protection of each holding that was ever locked, by its first line's id; two queries.

    The price of a bundle is locked with one of its lines, what it grants with each of them.
    """
    holdings = list(holdings)
    roots = {line.root_id or line.pk for held in holdings for line in held}
    prices, grants = defaultdict(list), defaultdict(list)
    rows = PriceLock.objects.select_related("policy", "price__book", "price__charge")
    for lock in rows.prefetch_related("price__tiers").of_lineages(roots):
        prices[lock.root_id].append(lock)
    for lock in EntitlementLock.objects.select_related("policy", "plan_version").of_lineages(roots):
        grants[lock.root_id].append(lock)
    found = {}
    for held in holdings:
        kept = [
            lock
            for line in held
            for lock in grants.get(line.root_id or line.pk, ())
            if lock.plan_version.plan_id == line.plan_id
        ]
        locks = [lock for line in held for lock in prices.get(line.root_id or line.pk, ())]
        if kept or locks:
            found[held[0].pk] = Protection(tuple(locks), tuple(kept), end_of_life_of(held[0]))
    return found


def end_of_life_of(line: SubscriptionLine) -> date | None:
    """The day on which what the line holds ends for everybody, if there is one."""
    days = (line.plan.end_of_life_on, line.product and line.product.end_of_life_on)
    return min((day for day in days if day), default=None)


def locks_for(
    *, line: SubscriptionLine, policy: GrandfatheringPolicy
) -> tuple[PriceLock | None, EntitlementLock | None]:
    """The locks that a policy gives a line from its first day on, not written yet.

    None for a price that was agreed, which nothing moves anyway, for a version that is not known,
    and for a protection that would end before the first boundary.
    """
    start = policy.effective_on
    until = protected_until(line=line, policy=policy)
    if until is not None and until <= start:
        return None, None
    facts = {
        "account_id": line.account_id,
        "root_id": line.root_id or line.pk,
        "policy": policy,
        "starts_on": start,
        "ends_on": until,
    }
    price = grant = None
    if policy.freeze_price and line.price:
        price = PriceLock(
            **facts,
            price=line.price,
            quantity=line.bundle_quantity or line.quantity or 1,
            amount=line.amount,
            cap_percent=policy.cap_percent,
        )
    if policy.freeze_entitlements and line.plan_version_id:
        version = line.floor_version_id or line.plan_version_id
        grant = EntitlementLock(**facts, plan_version_id=version, mode=policy.entitlement_mode)
    return price, grant


def protected_until(*, line: SubscriptionLine, policy: GrandfatheringPolicy) -> date | None:
    """The day from which boundaries are no longer protected; None: there is no such day.

    Until a day, or for a number of months from the first day of the lock, or up to the boundary
    after a number of renewals.
    """
    match policy.until:
        case Until.DATE:
            return policy.until_date
        case Until.MONTHS:
            return add_months(policy.effective_on, policy.until_months)
        case Until.RENEWALS:
            day = line.boundary_from(policy.effective_on)
            for _ in range(policy.until_renewals):
                day = line.boundary_after(day)
            return day
    return None
