"""Everything that could be bought instead of a set of plans, with its prices: read at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain

from portfolio.models import ProductStatus, Threshold
from pricing.bundles import Composition, compositions
from pricing.covers import Purchase
from pricing.dominance import member_for, members_of
from pricing.ladders import Guidance, Ladder, ladder_of
from pricing.models import COMPOSITE, Interval, Plan, PlanKind, PriceInterval
from pricing.offers import ONE, Market, Offer, PlanPrices, read_prices
from pricing.resolution import NoPrice
from pricing.wants import Want, needs


@dataclass(frozen=True)
class Shelf:
    """Plans on sale on a day with what they contain and cost for one market."""

    asked: tuple[Plan, ...]
    bundles: tuple[Plan, ...]
    tiers: tuple[Plan, ...]
    contents: dict[int, Composition]
    prices: PlanPrices
    market: Market
    guidance: Guidance
    on: date

    def offer(self, plan: Plan, quantity: Decimal = ONE) -> Offer | NoPrice:
        return self.prices.offer(plan, self.market, quantity)

    def may_offer(self, offer: Offer) -> bool:
        """Whether to propose it: it was asked for, is public, or is in the buyer's contract."""
        return offer.plan in self.asked or offer.plan.is_public or offer.is_by_contract

    def groups(self, wants: Sequence[Want]) -> list[tuple[int, list[Plan]]]:
        """What is wanted by what can cover it singly: tiers of one product, or the plan itself."""
        masks: dict[tuple, int] = {}
        plans: dict[tuple, dict[int, Plan]] = {}
        for want in wants:
            tier = want.plan.kind == PlanKind.TIER
            key = ("product", want.plan.product_id) if tier else ("plan", want.plan.pk)
            masks[key] = masks.get(key, 0) | want.bit
            plans.setdefault(key, {})[want.plan.pk] = want.plan
        for plan in self.tiers:
            if (key := ("product", plan.product_id)) in plans:
                plans[key].setdefault(plan.pk, plan)
        return [(masks[key], list(each.values())) for key, each in plans.items()]

    def choices(self, plan: Plan, wants: Sequence[Want]) -> list[Purchase]:
        """The quantities of a plan that are worth buying, each with all that it is enough for.

        None where it covers nothing, has no price, or is neither wanted nor to be proposed.
        """
        members = members_of(plan, self.contents.get(plan.pk))
        by_member = ((want, member_for(want.plan, members)) for want in wants)
        covered = [(want, member) for want, member in by_member if member]
        asked = any(want.plan == plan for want in wants)
        found = []
        for needed, mask in needs(covered, whole=plan.kind in COMPOSITE):
            offer = self.offer(plan, needed)
            if isinstance(offer, NoPrice) or not (asked or self.may_offer(offer)):
                return []
            found.append(Purchase(offer, mask))
        return found

    def ladder(self, plan: Plan) -> Ladder | None:
        """The bundle against its parts; None where one of these has no price."""
        return self._ladder(plan, self.market)

    def ladders(self, plans: Iterable[Plan]) -> list[Ladder]:
        return [found for found in map(self.ladder, plans) if found]

    def against_months(self, plan: Plan) -> Ladder | None:
        """A longer interval's price, by the month, against the parts paid by the month."""
        total = self.prices.total(plan, self.market)
        if total is None or self.market.interval == PriceInterval.MONTH:
            return None
        monthly = Market(self.market.buyer, self.market.currency, PriceInterval.MONTH)
        return self._ladder(plan, monthly, total / Interval(self.market.interval).months)

    def _ladder(self, plan: Plan, market: Market, price: Decimal | None = None) -> Ladder | None:
        return ladder_of(
            plan,
            members_of(plan, self.contents.get(plan.pk)),
            prices=self.prices,
            market=market,
            guidance=self.guidance,
            price=price,
        )


def fill_shelf(*, plans: Sequence[Plan], market: Market, on: date) -> Shelf:
    """What the plans, and all that could take their place, contain and cost: eleven queries."""
    sold = _on_sale(Plan.objects.filter(kind__in=COMPOSITE).order_by("code"), on)
    asked = [plan for plan in plans if plan.kind in COMPOSITE]
    bundles = list({plan.pk: plan for plan in (*sold, *asked)}.values())
    contents = compositions(plans={*bundles, *plans}, on=on)
    parts = [m.plan for m in chain.from_iterable(c.granted for c in contents.values())]
    products = {plan.product_id for plan in (*plans, *parts) if plan.kind == PlanKind.TIER}
    tiers = _on_sale(
        Plan.objects.filter(kind=PlanKind.TIER, product__in=products)
        .select_related("product")
        .order_by("product", "rank"),
        on,
    )
    intervals = {market.interval, PriceInterval.MONTH}
    prices = read_prices(
        plans={*plans, *bundles, *parts, *tiers},
        buyers=[market.buyer],
        currencies=[market.currency],
        intervals=intervals,
        on=on,
    )
    guidance = Guidance.of(Threshold.objects.values_on(on))
    return Shelf(tuple(plans), tuple(bundles), tuple(tiers), contents, prices, market, guidance, on)


def _on_sale(plans: Iterable[Plan], on: date) -> list[Plan]:
    """Plans that are on sale on the day, of products that are."""
    return [
        plan
        for plan in plans
        if plan.status(on=on) == ProductStatus.ON_SALE
        and (plan.product_id is None or plan.product.status(on=on) == ProductStatus.ON_SALE)
    ]
