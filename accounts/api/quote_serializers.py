"""Quotes, as programs ask for them and read them."""

from decimal import Decimal

from rest_framework import serializers

from accounts.api.buying import BuyerInput
from accounts.api.incentive_views import EligibilityAnswer
from accounts.api.price_serializers import (
    ComponentAnswer,
    Money,
    TraceAnswer,
    components,
    told_part,
)
from config.access.scoping import visible
from config.api.fields import CharField, ChoiceField, DateField, DecimalField, canonical
from config.api.money import written
from config.api.serializers import Query, Serializer
from config.money import AMOUNT_DIGITS
from pricing.api.comparing import Ratio, RemarkSerializer
from pricing.api.price_schema import Money as MoneyOrNull
from pricing.ladders import Ladder, Subset
from pricing.models import Interval, Plan
from pricing.offers import Offer, OfferLine
from pricing.quoting import MOST, Cover, Quote

SMALLEST = Decimal("0.000001")


NO_PLAN = "There is no plan with the code {}."


class WantedInput(Serializer):
    """A plan, and how much of it."""

    plan = CharField(max_length=250)
    quantity = DecimalField(**AMOUNT_DIGITS, min_value=SMALLEST, default=Decimal(1))


class QuoteInput(BuyerInput):
    """What an account, or somebody of a segment and region, wants to buy; each plan once."""

    plans = WantedInput(many=True, max_length=MOST, allow_empty=False)
    interval = ChoiceField(Interval.choices, default=Interval.MONTH)
    on = DateField(required=False)

    def validate_plans(self, rows: list[dict]) -> list[tuple[Plan, Decimal]]:
        codes = [row["plan"] for row in rows]
        if len(set(codes)) < len(codes):
            raise serializers.ValidationError("Name each plan once, with its quantity.", "twice")
        known = visible(Plan.objects.select_related("product"), self.context["request"].user)
        found = known.in_bulk(codes, field_name="code")
        if len(found) < len(codes):
            raise serializers.ValidationError(
                [{} if code in found else {"plan": [NO_PLAN.format(code)]} for code in codes],
            )
        return [(found[row["plan"]], row["quantity"]) for row in rows]


class DiffQuery(BuyerInput, Query):
    """The day, today if left out, and whose prices count: none without account and currency."""

    interval = ChoiceField(Interval.choices, default=Interval.MONTH)
    on = DateField(required=False)

    def validate(self, attrs: dict) -> dict:
        self.needs_currency = bool({"segment", "region"} & attrs.keys())
        return super().validate(attrs)


class LineAnswer(serializers.Serializer):
    """A charge, what it comes to, and why; the components add up to the amount."""

    charge = serializers.CharField()
    price = serializers.CharField()
    book = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    is_minimum = serializers.BooleanField()
    amount = Money()
    components = ComponentAnswer(many=True)
    trace = TraceAnswer(many=True)


class OfferAnswer(serializers.Serializer):
    """A plan to buy, its charges, and which others are charged by usage."""

    plan = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    quantity = serializers.CharField()
    total = Money()
    lines = LineAnswer(many=True)
    once = LineAnswer(many=True)
    by_usage = serializers.ListField(child=serializers.CharField())


class CoverAnswer(serializers.Serializer):
    """One way to buy all of it: `total` recurs, `once` is paid at the start; `saved` and `share`
    are against buying each plan separately, null where that cannot be done."""

    total = Money()
    once = Money()
    saved = MoneyOrNull(allow_null=True)
    share = Ratio()
    indicative = serializers.BooleanField()
    offers = OfferAnswer(many=True)


class SubsetAnswer(serializers.Serializer):
    plans = serializers.ListField(child=serializers.CharField())
    total = Money()


class LadderAnswer(serializers.Serializer):
    """A bundle against its parts, for one of it.

    `break_even`: the fewest parts that cost as much. `nearest`: the parts that come closest from
    below, and `gap` what they cost less.
    """

    plan = serializers.CharField()
    price = Money()
    sum_of_parts = Money()
    discount = Ratio()
    band = serializers.CharField(allow_null=True)
    guided_from = Money()
    guided_to = Money()
    rungs = SubsetAnswer(many=True)
    break_even = SubsetAnswer(allow_null=True)
    nearest = SubsetAnswer(allow_null=True)
    gap = MoneyOrNull(allow_null=True)


class QuoteAnswer(serializers.Serializer):
    """Every way to buy a set of plans, the cheapest first, and what is odd about it."""

    on = serializers.DateField()
    currency = serializers.CharField()
    interval = serializers.CharField()
    indicative = serializers.BooleanField()
    a_la_carte = CoverAnswer(allow_null=True)
    cheapest = CoverAnswer(allow_null=True)
    alternatives = CoverAnswer(many=True)
    bundles = LadderAnswer(many=True)
    findings = RemarkSerializer(many=True)
    incentives = EligibilityAnswer(many=True)
    trace = TraceAnswer(many=True)


def told_quote(found: Quote, incentives: list[dict]) -> dict:
    """A quote with its money spelled out; the alternatives are those beside the cheapest."""
    currency = found.market.currency
    return {
        "on": found.on,
        "currency": currency,
        "interval": found.market.interval,
        "indicative": found.is_indicative,
        "a_la_carte": found.a_la_carte and _cover(found.a_la_carte, currency),
        "cheapest": found.cheapest and _cover(found.cheapest, currency),
        "alternatives": [_cover(cover, currency) for cover in found.covers[1:]],
        "bundles": [_ladder(ladder) for ladder in found.ladders],
        "findings": RemarkSerializer(found.findings, many=True).data,
        "incentives": incentives,
        "trace": found.trace,
    }


def _cover(cover: Cover, currency: str) -> dict:
    return {
        "total": written(cover.total, currency),
        "once": written(cover.once, currency),
        "saved": None if cover.saved is None else written(cover.saved, currency),
        "share": None if cover.share is None else round(float(cover.share), 6),
        "indicative": cover.is_indicative,
        "offers": [_offer(offer, currency) for offer in cover.offers],
    }


def _offer(offer: Offer, currency: str) -> dict:
    return {
        "plan": offer.plan.code,
        "name": offer.plan.name,
        "kind": offer.plan.kind,
        "quantity": canonical(offer.quantity),
        "total": written(offer.total, currency),
        "lines": [_line(line) for line in offer.lines],
        "once": [_line(line) for line in offer.once],
        "by_usage": [charge.code for charge in offer.by_usage],
    }


def _line(line: OfferLine) -> dict:
    price = line.price
    return {
        "charge": line.charge.code,
        "price": f"/prices/{price.pk}/",
        "book": price.book.code,
        "starts_on": price.starts_on,
        "ends_on": price.ends_on,
        "is_minimum": price.is_minimum,
        "amount": written(line.total, price.currency),
        "components": [
            told_part(part, price.currency) for part in components(line.resolved.amount)
        ],
        "trace": line.resolved.trace,
    }


def _ladder(ladder: Ladder) -> dict:
    currency = ladder.currency
    low, high = ladder.guided
    return {
        "plan": ladder.plan.code,
        "price": written(ladder.price, currency),
        "sum_of_parts": written(ladder.sum_of_parts, currency),
        "discount": None if ladder.discount is None else round(float(ladder.discount), 6),
        "band": ladder.band and ladder.band.value,
        "guided_from": written(low, currency),
        "guided_to": written(high, currency),
        "rungs": [_subset(rung, currency) for rung in ladder.rungs],
        "break_even": _subset(ladder.break_even, currency),
        "nearest": _subset(ladder.nearest, currency),
        "gap": None if ladder.gap is None else written(ladder.gap, currency),
    }


def _subset(subset: Subset | None, currency: str) -> dict | None:
    if subset is None:
        return None
    codes = [part.plan.code for part in subset.parts]
    return {"plans": codes, "total": written(subset.total, currency)}
