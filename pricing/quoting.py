"""The best way to buy a set of plans."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from config.errors import DomainError
from pricing.amounts import ZERO
from pricing.covers import KEY, Covering, Purchase, Way, way_of
from pricing.dominance import members_of
from pricing.ladders import Ladder
from pricing.models import COMPOSITE, Plan
from pricing.oddities import remarks_on
from pricing.offers import Market, Offer, OfferLine
from pricing.remarks import Remark
from pricing.resolution import Buyer, NoPrice
from pricing.shelf import Shelf, fill_shelf
from pricing.wants import Want, merged, wants_of

MOST = 12


class TooManyPlans(DomainError):
    code = "too_many_plans"


class NothingWanted(DomainError):
    code = "nothing_wanted"


@dataclass(frozen=True)
class Cover:
    """One way to buy everything that is wanted; `saved` against buying each plan separately."""

    offers: tuple[Offer, ...]
    total: Decimal
    once: Decimal
    saved: Decimal | None = None
    share: Decimal | None = None

    @property
    def lines(self) -> list[OfferLine]:
        return [line for offer in self.offers for line in (*offer.lines, *offer.once)]

    @property
    def is_indicative(self) -> bool:
        return any(offer.is_indicative for offer in self.offers)

    @property
    def bundles(self) -> list[Offer]:
        return [offer for offer in self.offers if offer.plan.kind in COMPOSITE]

    @property
    def name(self) -> str:
        return ", ".join(offer.plan.name for offer in self.bundles or self.offers)


@dataclass(frozen=True)
class Quote:
    """What a set of plans costs a buyer on a day: separately, with each bundle, and cheapest.

    `covers` are all ways that were compared, the cheapest first; none where nothing has a price.
    """

    wanted: tuple[Want, ...]
    market: Market
    on: date
    a_la_carte: Cover | None
    covers: list[Cover] = field(default_factory=list)
    ladders: list[Ladder] = field(default_factory=list)
    findings: list[Remark] = field(default_factory=list)
    trace: list[dict] = field(default_factory=list)

    @property
    def cheapest(self) -> Cover | None:
        return self.covers[0] if self.covers else None

    @property
    def is_indicative(self) -> bool:
        return any(cover.is_indicative for cover in self.covers)


def quote(
    *,
    plans: Collection[tuple[Plan, Decimal]],
    buyer: Buyer,
    currency: str,
    interval: str,
    on: date,
) -> Quote:
    """Everything a buyer can do to get these plans in these quantities, the cheapest exactly.

    A bundle that is asked for stands for its components. Totals are sums of rounded lines, of
    what recurs in the interval; what is paid once is added up by itself. A plan covers another
    of the same product and of equal or lower rank. Raises NothingWanted, TooManyPlans above
    twelve plans.
    """
    market = Market(buyer, currency, interval)
    shelf = fill_shelf(plans=[plan for plan, _ in plans], market=market, on=on)
    wants = wants_of(plans, shelf.contents)
    if not wants:
        raise NothingWanted("Name at least one plan, with what it contains.")
    if len(wants) > MOST:
        raise TooManyPlans(
            f"These are {len(wants)} plans; the cheapest way is found exactly for up to {MOST}."
        )
    bundles = {plan: shelf.choices(plan, wants) for plan in shelf.bundles}
    separate = _separate(wants, shelf)
    covers = _covers(wants, shelf, separate, bundles)
    useful = [plan for plan, choices in bundles.items() if choices]
    asked = [plan for plan, _ in plans if plan.kind in COMPOSITE]
    ladders = shelf.ladders([*asked, *(plan for plan in useful if plan not in asked)])
    return Quote(
        wants,
        market,
        on,
        separate,
        covers,
        ladders,
        remarks_on(shelf, [want.plan for want in wants], useful, ladders, _offers(covers)),
        [_step(plan, choices, wants, shelf) for plan, choices in bundles.items()],
    )


def _separate(wants: Sequence[Want], shelf: Shelf) -> Cover | None:
    """Each plan bought by itself, in all the quantity that is wanted of it."""
    offers = [shelf.offer(plan, quantity) for plan, quantity in merged(wants)]
    if any(isinstance(offer, NoPrice) for offer in offers):
        return None
    way = sum((way_of(Purchase(offer, 0)) for offer in offers), Way())
    return _cover(way, None)


def _covers(
    wants: Sequence[Want], shelf: Shelf, separate: Cover | None, bundles: dict[Plan, list[Purchase]]
) -> list[Cover]:
    groups = [
        (mask, [shelf.choices(plan, wants) for plan in plans])
        for mask, plans in shelf.groups(wants)
    ]
    offered = [choices for choices in bundles.values() if choices]
    everything = (1 << len(wants)) - 1
    covering = Covering(everything, groups, offered)
    ways = [covering.cheapest(), *(covering.cheapest_with(choices) for choices in offered)]
    ways += [way_of(each) for choices in offered for each in choices if each.mask == everything]
    covers = [_cover(way, separate) for way in sorted(filter(None, ways), key=KEY)]
    own = [replace(separate, saved=ZERO, share=ZERO)] if separate else []
    return _distinct([*covers, *own])


def _cover(way: Way, separate: Cover | None) -> Cover:
    offers = tuple(purchase.offer for purchase in way.purchases)
    saved = separate.total - way.total if separate else None
    share = saved / separate.total if separate and separate.total else None
    return Cover(offers, way.total, way.once, saved, share)


def _distinct(covers: Iterable[Cover]) -> list[Cover]:
    """Each way once, the cheapest first; of equal ones the first stays first."""
    seen = {}
    for cover in covers:
        key = frozenset((offer.plan.pk, offer.quantity) for offer in cover.offers)
        seen.setdefault(key, cover)
    return sorted(seen.values(), key=lambda cover: (cover.total, cover.once))


def _offers(covers: Iterable[Cover]) -> list[Offer]:
    return [offer for cover in covers for offer in cover.offers]


def _step(plan: Plan, choices: list[Purchase], wants: Sequence[Want], shelf: Shelf) -> dict:
    """What came of considering a bundle or a platform, as the trace tells it."""
    mask = 0
    for each in choices:
        mask |= each.mask
    covered = [want.plan.code for want in wants if mask >> want.place & 1]
    priced = shelf.offer(plan)
    if not choices and isinstance(priced, NoPrice):
        reason = str(priced)
    elif not choices:
        reason = "It covers nothing of what is wanted."
    elif len(covered) == len(wants):
        reason = "It covers all of it."
    else:
        reason = f"It covers {', '.join(covered)}."
    return {
        "step": "bundle",
        "subject": f"/plans/{plan.code}/",
        "considered": len(members_of(plan, shelf.contents.get(plan.pk))),
        "matched": f"/plans/{plan.code}/" if choices else None,
        "reason": reason,
    }


def separate_total(
    *, plans: Collection[tuple[Plan, Decimal]], market: Market, on: date
) -> Decimal | None:
    """What plans cost one by one, None where one of them has no price."""
    shelf = fill_shelf(plans=[plan for plan, _ in plans], market=market, on=on)
    found = _separate(wants_of(plans, shelf.contents), shelf)
    return found.total if found else None


def platform_fit(
    *, platform: Plan, in_use: Collection[tuple[Plan, Decimal]], market: Market, on: date
) -> Decimal | None:
    """What the plans in use would cost separately over what the platform costs.

    Below 1 the customer pays for what it does not use. None where a price is missing, or the
    platform costs nothing.
    """
    return platform_fits(platform=platform, in_use=[in_use], market=market, on=on)[0]


def platform_fits(
    *,
    platform: Plan,
    in_use: Collection[Collection[tuple[Plan, Decimal]]],
    market: Market,
    on: date,
) -> list[Decimal | None]:
    """The same for each of several sets of plans, with the prices read once."""
    every = {plan.pk: plan for plans in in_use for plan, _ in plans}
    shelf = fill_shelf(plans=[platform, *every.values()], market=market, on=on)
    return [_fit(platform, plans, shelf) for plans in in_use]


def _fit(platform: Plan, in_use: Collection[tuple[Plan, Decimal]], shelf: Shelf) -> Decimal | None:
    found = _separate(wants_of(in_use, shelf.contents), shelf) if in_use else None
    whole = shelf.offer(platform)
    if isinstance(whole, NoPrice) or not whole.total or (in_use and found is None):
        return None
    return (found.total if found else ZERO) / whole.total
