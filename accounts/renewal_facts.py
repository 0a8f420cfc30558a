"""The facts by which terms move at boundaries, of one holding or of very many: a few queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Q

from accounts.facts import Customer, Facts, Way
from accounts.locks import protections_of
from accounts.models import AccountProfile, Origin, SubscriptionLine
from accounts.protection import Protection
from accounts.succession import ways_of
from pricing.bundles import Part, parts_of
from pricing.history import History, read_history
from pricing.models import Charge, GrandfatheringPolicy, PlanVersion, VersionState


def facts_of(
    *,
    lines: Iterable[SubscriptionLine],
    since: date,
    policy: GrandfatheringPolicy | None = None,
) -> list[Facts]:
    """The facts of what these lines are, from a day on; lines of one bundle are one holding.

    The lines come with their subscription, account and price. Nine queries, however many, and some
    more where their locks, or a policy that is to be, move customers to successors, or where a
    version of a bundle came after the one that is held.
    """
    lines = list(lines)
    customers = _customers(lines, since)
    holdings = list(_held_as_one(lines))
    protected = protections_of(holdings)
    ways = _ways(holdings, protected, policy)
    plans = {line.plan_id for line in lines} | {line.bundle_plan_id for line in lines} - {None}
    versions = _versions(plans | {way.plan.pk for way in ways.values()})
    parts = _parts(holdings, versions)
    if others := {part.plan.pk for each in parts.values() for part in each} - plans:
        versions |= _versions(others)
    history = _history(lines, customers, ways, parts)
    charges = Charge.objects.select_related("plan").in_bulk(
        {line.price.charge_id for line in lines if line.price}
    )
    discounted = _discounted(lines)
    return [
        Facts(
            lines=tuple(held),
            customer=customers[held[0].account_id],
            currency=held[0].subscription.currency,
            history=history,
            charge=charges.get(held[0].price.charge_id) if held[0].price else None,
            versions=versions,
            lock=protected.get(held[0].pk),
            is_discounted=held[0].pk in discounted,
            ways=ways,
            parts=parts,
        )
        for held in holdings
    ]


def _ways(
    holdings: Iterable[Sequence[SubscriptionLine]],
    protected: dict[int, Protection],
    policy: GrandfatheringPolicy | None,
) -> dict[int, Way]:
    """What takes the place of what may be moved, by the charges."""
    moving = [
        held[0].charge_id
        for held in holdings
        if (policy and policy.moves_customers)
        or ((kept := protected.get(held[0].pk)) and kept.moves_customers)
    ]
    return ways_of(moving) if moving else {}


def _parts(
    holdings: Iterable[Sequence[SubscriptionLine]], versions: Mapping[int, Sequence[PlanVersion]]
) -> dict[int, list[Part]]:
    """What versions of bundles contain that came after one that is held, by their ids."""
    later = set()
    for held in holdings:
        line = held[0]
        known = versions.get(line.bundle_plan_id, ())
        pinned = (each.starts_on for each in known if each.pk == line.bundle_version_id)
        since = next(pinned, None) or min(each.starts_on for each in held)
        later |= {each.pk for each in known if each.starts_on > since}
    return parts_of(later)


def _discounted(lines: Sequence[SubscriptionLine]) -> set[int]:
    """The lines that one follows by which their discount ends."""
    ends = SubscriptionLine.objects.standing().filter(
        previous__any_of=[line.pk for line in lines], origin=Origin.DISCOUNT_END
    )
    return set(ends.values_list("previous", flat=True))


def _held_as_one(lines: Iterable[SubscriptionLine]) -> Iterable[list[SubscriptionLine]]:
    held: dict[tuple, list[SubscriptionLine]] = defaultdict(list)
    for line in lines:
        bundle = line.bundle_plan_id
        held[(line.subscription_id, bundle, line.instance) if bundle else (line.pk,)].append(line)
    return held.values()


def _customers(lines: Sequence[SubscriptionLine], since: date) -> dict[int, Customer]:
    codes = {line.account_id: line.account.code for line in lines}
    profiles = AccountProfile.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=since), account__any_of=codes
    )
    markets = defaultdict(list)
    for account, *market in profiles.values_list(
        "account", "starts_on", "ends_on", "segment__code", "region__code"
    ):
        markets[account].append(tuple(market))
    return {pk: Customer(code, tuple(markets.get(pk, ()))) for pk, code in codes.items()}


def _history(
    lines: Sequence[SubscriptionLine],
    customers: dict[int, Customer],
    ways: dict[int, Way],
    parts: dict[int, list[Part]],
) -> History:
    priced = [line for line in lines if line.price]
    shared = [line for line in lines if line.bundle_plan_id] if parts else []
    held = [*priced, *shared]
    days = {
        (pk, start)
        for pk in {line.account_id for line in held}
        for start, *_ in customers[pk].markets
    }
    buyers = {customers[pk].on(day) for pk, day in days}
    buyers |= {customers[line.account_id].on(date.max) for line in held}
    return read_history(
        buyers=buyers,
        charges={line.price.charge_id for line in priced}
        | {way.charge.pk for way in ways.values()}
        | {line.charge_id for line in shared}
        | {c.pk for each in parts.values() for part in each for c in part.charges.values()},
        currencies={line.subscription.currency for line in held},
        more={line.price.book_id for line in priced},
    )


def _versions(plans: set[int]) -> dict[int, list[PlanVersion]]:
    rows = PlanVersion.objects.filter(plan__in=plans, state=VersionState.PUBLISHED)
    found = defaultdict(list)
    for row in rows.order_by("starts_on"):
        found[row.plan_id].append(row)
    return dict(found)
