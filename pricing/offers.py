"""What plans cost a buyer: every charge of them, line by line."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count

from pricing.amounts import ZERO
from pricing.models import Cadence, Charge, Plan, Price, PriceInterval
from pricing.plan_prices import PlanPrice, Prices
from pricing.resolution import Ask, Buyer, NoPrice, Resolved, Sheet, read_sheet

ONE = Decimal(1)


@dataclass(frozen=True)
class OfferLine:
    """A charge of a plan, priced for a quantity."""

    charge: Charge
    quantity: Decimal
    resolved: Resolved

    @property
    def total(self) -> Decimal:
        return self.resolved.amount.total

    @property
    def price(self) -> Price:
        return self.resolved.price


@dataclass(frozen=True)
class Offer:
    """A plan for a quantity: what recurs, what is paid once, what is charged by usage besides."""

    plan: Plan
    quantity: Decimal
    lines: tuple[OfferLine, ...]
    once: tuple[OfferLine, ...] = ()
    by_usage: tuple[Charge, ...] = ()

    @property
    def total(self) -> Decimal:
        """The sum of the rounded lines that recur."""
        return sum((line.total for line in self.lines), ZERO)

    @property
    def once_total(self) -> Decimal:
        return sum((line.total for line in self.once), ZERO)

    @property
    def is_indicative(self) -> bool:
        """Whether a contract agrees on more: a price in it is a minimum."""
        return any(line.price.is_minimum for line in (*self.lines, *self.once))

    @property
    def is_by_contract(self) -> bool:
        """Whether the buyer's own contract names a price of it."""
        return any(line.price.book.account_code for line in (*self.lines, *self.once))


@dataclass(frozen=True)
class Market:
    """Who buys, in which currency, for which interval."""

    buyer: Buyer
    currency: str
    interval: str


class PlanPrices:
    """What plans cost on a day, for the buyers and intervals that were read."""

    def __init__(self, charges: dict[int, list[Charge]], sheet: Sheet) -> None:
        self.charges, self.sheet = charges, sheet
        self._offers: dict[tuple, Offer | NoPrice] = {}

    def offer(self, plan: Plan, market: Market, quantity: Decimal = ONE) -> Offer | NoPrice:
        """The plan for the quantity, or the refusal: a charge without a price leaves no total."""
        key = (plan.pk, market, quantity)
        if key not in self._offers:
            self._offers[key] = self._offered(plan, market, quantity)
        return self._offers[key]

    def total(self, plan: Plan, market: Market, quantity: Decimal = ONE) -> Decimal | None:
        """What recurs of the plan for the quantity, None where a charge has no price."""
        found = self.offer(plan, market, quantity)
        return None if isinstance(found, NoPrice) else found.total

    def _offered(self, plan: Plan, market: Market, quantity: Decimal) -> Offer | NoPrice:
        charges = self.charges.get(plan.pk, [])
        lines: dict[str, list[OfferLine]] = {Cadence.RECURRING: [], Cadence.ONE_TIME: []}
        for charge in charges:
            if charge.cadence == Cadence.USAGE:
                continue
            once = charge.cadence == Cadence.ONE_TIME
            interval = PriceInterval.ONE_TIME if once else market.interval
            found = self.sheet.resolve(
                Ask(market.buyer, charge, market.currency, interval, quantity)
            )
            if isinstance(found, NoPrice):
                return found
            lines[charge.cadence].append(OfferLine(charge, quantity, found))
        if not charges:
            return NoPrice(f"{plan} has no charges: nothing of it has a price.")
        usage = tuple(charge for charge in charges if charge.cadence == Cadence.USAGE)
        return Offer(plan, quantity, *(tuple(each) for each in lines.values()), by_usage=usage)


def read_charges(plans: Iterable[Plan]) -> dict[int, list[Charge]]:
    """The charges of plans, by plan, each with its plan: one query."""
    by_id = {plan.pk: plan for plan in plans}
    charges: dict[int, list[Charge]] = {}
    for charge in Charge.objects.filter(plan__in=by_id).order_by("code"):
        charge.plan = by_id[charge.plan_id]
        charges.setdefault(charge.plan_id, []).append(charge)
    return charges


def read_prices(
    *,
    plans: Iterable[Plan],
    buyers: Collection[Buyer],
    currencies: Collection[str],
    intervals: Collection[str],
    on: date,
) -> PlanPrices:
    """What the plans cost these buyers on the day: four queries, however many plans there are."""
    charges = read_charges(plans)
    sheet = read_sheet(
        buyers=buyers,
        charges=[charge for each in charges.values() for charge in each],
        currencies=currencies,
        intervals={*intervals, PriceInterval.ONE_TIME},
        on=on,
    )
    return PlanPrices(charges, sheet)


def prices_by_code(*, plans: Collection[Plan], market: Market, on: date) -> Prices:
    """What recurs of each plan for one of it, as comparisons need it; without those that have no
    price."""
    found = read_prices(
        plans=plans,
        buyers=[market.buyer],
        currencies=[market.currency],
        intervals=[market.interval],
        on=on,
    )
    offers = {plan.code: found.offer(plan, market) for plan in plans}
    return {
        code: PlanPrice(offer.total, market.currency, offer.is_indicative)
        for code, offer in offers.items()
        if not isinstance(offer, NoPrice)
    }


def list_prices(*, plans: Collection[Plan], on: date) -> Prices:
    """What plans cost by the month in the price list, in the currency that prices most of them."""
    known = (
        Price.objects.known(on=on)
        .priced()
        .filter(
            book__account_code=None,
            book__segment=None,
            book__region=None,
            interval=PriceInterval.MONTH,
            charge__plan__in=[plan.pk for plan in plans],
        )
    )
    counted = known.order_by().values("currency").annotate(count=Count("pk"))
    most = counted.order_by("-count", "currency").first()
    if most is None:
        return {}
    market = Market(Buyer(), most["currency"], PriceInterval.MONTH)
    return prices_by_code(plans=plans, market=market, on=on)
