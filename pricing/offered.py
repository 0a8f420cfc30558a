"""What is offered on a day in every market of the price books, as one reader sees it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from config.access.scoping import visible
from config.findings import Asked
from portfolio.models import Product, ProductStatus, Threshold
from pricing.bundles import Composition, compositions
from pricing.dearer import whom
from pricing.dominance import Priced, members_of
from pricing.ladders import Guidance, Ladder, ladder_of
from pricing.models import COMPOSITE, Interval, Plan, PlanKind, Price, PriceBook
from pricing.offers import Market, PlanPrices, read_charges
from pricing.resolution import Buyer, Sheet, scope_of

OFFERS = (
    "pricing.view_plan",
    "pricing.view_bundleitem",
    "pricing.view_price",
    "pricing.view_pricebook",
    "portfolio.view_product",
)


@dataclass(frozen=True)
class Offered:
    """Plans on sale, what bundles contain, and their prices for everybody and in each market.

    Contracts are no markets: what one customer agreed on is no matter of the catalog.
    """

    bundles: list[Plan]
    tiers: list[Plan]
    contents: dict[int, Composition]
    prices: PlanPrices
    markets: list[Market]
    books: list[PriceBook]
    guidance: Guidance

    def ladder(self, plan: Plan, market: Market) -> Ladder | None:
        """The bundle against its parts, None where one of these has no price."""
        members = members_of(plan, self.contents.get(plan.pk))
        return ladder_of(plan, members, prices=self.prices, market=market, guidance=self.guidance)

    def ladders(self) -> Iterator[tuple[Ladder, Market]]:
        """Every bundle in every market that has prices of its own for it or for a part."""
        for plan in self.bundles:
            told = set()
            for market in self.markets:
                found = self.ladder(plan, market)
                key = found and (found.price, found.sum_of_parts, market.currency, market.interval)
                if found and key not in told:
                    told.add(key)
                    yield found, market

    def priced(self, market: Market) -> list[Priced]:
        """What competes in a market: bundles and single tiers with a price there."""
        return [
            Priced(plan, members, total)
            for plan in (*self.bundles, *self.tiers)
            if (members := members_of(plan, self.contents.get(plan.pk)))
            and (total := self.prices.total(plan, market)) is not None
        ]


def place(market: Market) -> str:
    """A market in words: for whom, in which currency, for which interval."""
    return f"for {whom(market.buyer)}, in {market.currency} a {market.interval}"


def about(plan: Plan) -> dict[str, str]:
    """How a finding names what a plan belongs to."""
    if plan.product_id is None:
        return {"portfolio": plan.portfolio.code}
    return {"portfolio": plan.product.portfolio.code, "product": plan.product.code}


def offered(asked: Asked) -> Offered:
    """Everything on sale with its prices: ten queries, however much there is."""
    kinds = (*COMPOSITE, PlanKind.TIER)
    return offered_in(asked, visible(Plan.objects.filter(kind__in=kinds), asked.actor))


def offered_in(asked: Asked, plans: QuerySet[Plan]) -> Offered:
    """The same for some plans, and what is in them."""
    rows = plans.select_related("portfolio", "product__portfolio").order_by("kind", "code")
    sold = [plan for plan in rows if _is_sold(plan, asked)]
    bundles = [plan for plan in sold if plan.kind in COMPOSITE]
    contents = compositions(plans=bundles, on=asked.on)
    parts = {member.plan for found in contents.values() for member in found.granted}
    charges = read_charges({*sold, *parts})
    by_id = {charge.pk: charge for each in charges.values() for charge in each}
    books = visible(PriceBook.objects.for_everybody(), asked.actor)
    books = {book.pk: book for book in books.select_related("segment", "region")}
    known = Price.objects.known(on=asked.on).filter(book__in=books, charge__in=by_id)
    sheet = Sheet({scope_of(book): book for book in books.values()}, {}, asked.on)
    for price in known.prefetch_related("tiers").order_by():
        price.book, price.charge = books[price.book_id], by_id[price.charge_id]
        sheet.known[price.book_id, price.charge_id, price.currency, price.interval] = price
    return Offered(
        bundles,
        [plan for plan in sold if plan.kind == PlanKind.TIER],
        contents,
        PlanPrices(charges, sheet),
        _markets(sheet),
        list(books.values()),
        Guidance.of(Threshold.objects.values_on(asked.on)),
    )


def _is_sold(plan: Plan, asked: Asked) -> bool:
    rows: list[Plan | Product] = [plan, plan.product] if plan.product_id else [plan]
    return all(row.status(on=asked.on) == ProductStatus.ON_SALE for row in rows)


def _markets(sheet: Sheet) -> list[Market]:
    """The price list's market first, then each book's own, in what they price."""
    kinds = defaultdict(set)
    for price in sheet.known.values():
        if price.interval in Interval.values:
            kinds[price.book].add((price.currency, price.interval))
    everything = sorted(set().union(*kinds.values()))
    buyers = sorted(
        (Buyer(None, segment, region) for _, segment, region in map(scope_of, kinds)),
        key=lambda buyer: (buyer.segment or "", buyer.region or ""),
    )
    return [Market(buyer, *kind) for buyer in buyers for kind in everything]
