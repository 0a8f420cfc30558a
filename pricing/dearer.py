"""Bundles that cost more than their parts separately: no decision lets one come about."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice

from django.db import connection
from django.db.models import Q

from config.errors import DomainError
from portfolio.models import ProductStatus
from pricing.bundles import Composition, compositions
from pricing.ladders import Band, Guidance, Ladder, ladder_of
from pricing.models import COMPOSITE, Interval, Plan, PlanVersion, Price, PriceBook, PriceRelease
from pricing.offers import Market, PlanPrices, read_charges
from pricing.resolution import Buyer, Sheet, scope_of

SHOWN = 10
LOCK = "bundles against their parts"
ANY = Guidance.of({})  # what is dearer is no matter of guidance


class DearerThanItsParts(DomainError):
    code = "dearer_than_its_parts"


@dataclass(frozen=True)
class Dearer:
    """A bundle that somebody could buy more cheaply in parts, from a day on."""

    ladder: Ladder
    market: Market
    on: date

    def __str__(self) -> str:
        return (
            f"{self.ladder.plan} would cost {self.ladder.price} {self.market.currency} a "
            f"{self.market.interval} from {self.on} on for {whom(self.market.buyer)}, and its "
            f"parts {self.ladder.sum_of_parts} separately: it must not be dearer."
        )


def whom(buyer: Buyer) -> str:
    """A market in words."""
    if buyer.account:
        return f"the customer {buyer.account}"
    places = [f"segment {buyer.segment}"] if buyer.segment else []
    places += [f"region {buyer.region}"] if buyer.region else []
    return " in ".join(places) or "everybody"


def wait_for_others() -> None:
    """Let publications of prices and of versions that are held against each other queue up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])


def dearer_by_release(release: PriceRelease) -> list[Dearer]:
    """The first bundles that the release's prices would make dearer than their parts."""
    bundles = list(Plan.objects.filter(kind__in=COMPOSITE).order_by("code"))
    if not bundles:
        return []
    on = release.effective_on
    contents = compositions(plans=bundles, on=on)
    charges = read_charges({*bundles, *_parts(contents)})
    ids = [charge.pk for each in charges.values() for charge in each]
    lines = list(release.lines.filter(charge__in=ids).prefetch_related("tiers"))
    touched = {line.charge_id for line in lines}
    concerned = [
        bundle
        for bundle in bundles
        if any(
            charge.pk in touched
            for plan in (bundle, *(m.plan for m in contents[bundle.pk].granted))
            for charge in charges.get(plan.pk, ())
        )
    ]
    return list(islice(_dearer(concerned, lines=lines, on=on), SHOWN)) if concerned else []


def dearer_by_version(version: PlanVersion) -> list[Dearer]:
    """The first markets in which the bundle, with this published version, is dearer."""
    if version.plan.kind not in COMPOSITE:
        return []
    return list(islice(_dearer([version.plan], lines=(), on=version.starts_on), SHOWN))


def refuse_dearer(version: PlanVersion) -> None:
    """Raises DearerThanItsParts when the version makes its bundle cost more than what is in it."""
    if found := dearer_by_version(version):
        raise DearerThanItsParts(" ".join(map(str, found)))


def _dearer(bundles: Sequence[Plan], *, lines: Sequence[Price], on: date) -> Iterator[Dearer]:
    """What is dearer on the day or on a later one on which a price of it changes."""
    contents = compositions(plans=bundles, on=on)
    charges = read_charges({*bundles, *_parts(contents)})
    by_id = {charge.pk: charge for each in charges.values() for charge in each}
    prices = _prices_from(by_id, on)
    for price in chain(prices, lines):
        price.charge = by_id.get(price.charge_id) or price.charge
    books = {book.pk: book for book in _books({p.book_id for p in chain(prices, lines)})}
    markets = list(_markets(books.values(), chain(prices, lines)))
    told = set()
    for day in sorted({on, *(price.starts_on for price in prices if price.starts_on > on)}):
        sold = [b for b in bundles if b.status(on=day) == ProductStatus.ON_SALE]
        inside = contents if day == on else compositions(plans=sold, on=day)
        sheet = Sheet({scope_of(book): book for book in books.values()}, {}, day)
        sheet.known.update(_known(prices, lines, books, day))
        known = PlanPrices(charges, sheet)
        for bundle in sold:
            for market in markets:
                found = ladder_of(
                    bundle,
                    inside[bundle.pk].granted,
                    prices=known,
                    market=market,
                    guidance=ANY,
                )
                dearer = found is not None and found.band is Band.DEARER
                if dearer and (bundle.pk, market) not in told:
                    told.add((bundle.pk, market))
                    yield Dearer(found, market, day)


def _parts(contents: dict[int, Composition]) -> set[Plan]:
    return {member.plan for found in contents.values() for member in found.granted}


def _prices_from(charges: Collection[int], on: date) -> list[Price]:
    later = Q(ends_on=None) | Q(ends_on__gt=on)
    rows = Price.objects.live().filter(later, charge__in=charges)
    return list(rows.prefetch_related("tiers").order_by("starts_on"))


def _books(ids: Collection[int]) -> list[PriceBook]:
    return list(PriceBook.objects.select_related("segment", "region").filter(pk__in=ids))


def _markets(books: Collection[PriceBook], prices: Iterator[Price]) -> Iterator[Market]:
    """Every buyer whose way through these books differs, in what they have prices for.

    A contract falls through to the price list alone: which market its customer is of on a day
    is not known here.
    """
    kinds = {(p.currency, p.interval) for p in prices if p.interval in Interval.values}
    segments = {book.segment.code for book in books if book.segment}
    regions = {book.region.code for book in books if book.region}
    buyers = [Buyer(segment=s, region=r) for s in (None, *segments) for r in (None, *regions)]
    buyers += [Buyer(book.account_code) for book in books if book.account_code]
    for buyer in buyers:
        for currency, interval in sorted(kinds):
            yield Market(buyer, currency, interval)


def _known(
    prices: Sequence[Price], lines: Sequence[Price], books: dict[int, PriceBook], day: date
) -> dict[tuple, Price]:
    """What the books say on the day once the lines are published: the later start wins."""
    known: dict[tuple, Price] = {}
    in_force = (p for p in prices if p.ends_on is None or p.ends_on > day)
    for price in sorted(chain(in_force, lines), key=lambda price: price.starts_on):
        if price.starts_on <= day:
            price.book = books[price.book_id]
            known[price.book_id, price.charge_id, price.currency, price.interval] = price
    return known
