"""What takes the place of a plan that ends, and what is written of who moves there."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Max

from accounts.facts import Facts, Way
from accounts.kept_promises import end_locks
from accounts.models import LockEnd, PriceLock, SubscriptionLine
from accounts.rehousing import rehouse
from pricing.models import Cadence, Charge, MigrationPath, PathKind, Plan, PlanKind


def ways_of(charges: Iterable[int]) -> dict[int, Way]:
    """What takes the place of these charges, and of what takes their place, by their ids.

    A migration path of the kind sunset says which plan follows; without one it is the only tier
    of the successor that the sunset plan of the product names. Of that plan it is the charge of
    the same code, or the only one where both plans have one. What is left out has no successor.
    Four queries for each step of the longest chain.
    """
    found: dict[int, Way] = {}
    wanted, asked = set(charges), set()
    while wanted:
        asked |= wanted
        new = _ways(wanted)
        found |= new
        wanted = {way.charge.pk for way in new.values()} - asked
    return found


def _ways(charges: set[int]) -> dict[int, Way]:
    rows = Charge.objects.filter(pk__in=charges).select_related("plan__product__sunset_plan")
    rows = list(rows.exclude(plan__product=None))
    targets = _targets({row.plan for row in rows})
    recurring = defaultdict(dict)
    for each in Charge.objects.filter(
        cadence=Cadence.RECURRING, plan__in=[*targets, *(plan.pk for plan in targets.values())]
    ):
        recurring[each.plan_id][each.code] = each
    found = {}
    for row in rows:
        if target := targets.get(row.plan_id):
            charge = _charge(row, recurring[row.plan_id], recurring[target.pk])
            if charge:
                charge.plan = target
                found[row.pk] = Way(target, charge, _end_of_life(target))
    return found


def _targets(plans: set[Plan]) -> dict[int, Plan]:
    """The plan that takes the place of each of these, where exactly one does."""
    choices = defaultdict(list)
    paths = MigrationPath.objects.filter(from_plan__in=plans, kind=PathKind.SUNSET, allowed=True)
    for path in paths.select_related("to_plan__product"):
        choices[path.from_plan_id].append(path.to_plan)
    successors = {plan.pk: _successor(plan) for plan in plans}
    tiers = Plan.objects.filter(kind=PlanKind.TIER, product__in=set(successors.values()) - {None})
    of_product = defaultdict(list)
    for tier in tiers.select_related("product"):
        of_product[tier.product_id].append(tier)
    for plan, successor in successors.items():
        if plan not in choices:
            choices[plan] = of_product[successor]
    return {plan: found[0] for plan, found in choices.items() if len(found) == 1}


def _successor(plan: Plan) -> int | None:
    """The product that takes the place of the plan's, by its sunset plan."""
    sunset = getattr(plan.product, "sunset_plan", None)
    return sunset and sunset.successor_id


def _charge(old: Charge, siblings: dict[str, Charge], there: dict[str, Charge]) -> Charge | None:
    if old.code in there:
        return there[old.code]
    return next(iter(there.values())) if len(siblings) == len(there) == 1 else None


def _end_of_life(plan: Plan) -> date | None:
    days = (plan.end_of_life_on, plan.product and plan.product.end_of_life_on)
    return min((day for day in days if day), default=None)


def settle(*, moved: Sequence[Facts], on: date) -> None:
    """End the locks of lines that move to a successor, and begin those that go on there.

    The lines, not written yet, get an instance that their subscription has free. Of a bundle
    that contains other plans now the locks stay; see `accounts.rehousing.rehouse`.
    """
    rehouse(moved=[facts for facts in moved if facts.is_bundle], on=on)
    moved = [facts for facts in moved if not facts.is_bundle]
    lines = [line for facts in moved for line in facts.lines]
    if not lines:
        return
    _give_instances(lines)
    end_locks(lines=lines, on=on, why=LockEnd.MOVED)
    locks = [lock for facts in moved if facts.lock for lock in facts.lock.prices]
    PriceLock.objects.bulk_create(locks)


def _give_instances(lines: Sequence[SubscriptionLine]) -> None:
    keys = ("subscription", "charge")
    held = SubscriptionLine.objects.standing().filter(
        subscription__in={line.subscription_id for line in lines},
        charge__in={line.charge_id for line in lines},
    )
    last = {tuple(key): n for *key, n in held.order_by().values_list(*keys, Max("instance"))}
    for line in lines:
        key = line.subscription_id, line.charge_id
        line.instance = last[key] = last.get(key, -1) + 1
