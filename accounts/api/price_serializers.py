"""Asking which price applies, as programs do."""

from decimal import Decimal

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.buying import BuyerInput
from config.access.scoping import visible
from config.api.fields import CharField, ChoiceField, DateField, DecimalField, canonical
from config.api.money import MONEY, written
from config.api.related import CodeRelatedField
from config.api.serializers import Query
from config.money import AMOUNT_DIGITS
from pricing.amounts import Amount, Part
from pricing.api.comparing import FeatureFacts, GrantSerializer
from pricing.api.price_serializers import PriceSerializer
from pricing.models import Charge, Plan, PriceInterval


class ResolveQuery(BuyerInput, Query):
    """What a charge of a plan costs an account, or somebody of a segment and region.

    The currency is the account's and the day today if left out.
    """

    plan = CodeRelatedField(queryset=Plan.objects.all())
    charge = CharField(default="base", max_length=40)
    interval = ChoiceField(PriceInterval.choices, default=PriceInterval.MONTH)
    quantity = DecimalField(**AMOUNT_DIGITS, min_value=0, default=Decimal(1))
    on = DateField(required=False)

    def validate(self, attrs: dict) -> dict:
        attrs = super().validate(attrs)
        charges = visible(Charge.objects.filter(plan=attrs["plan"]), self.context["request"].user)
        charge = charges.filter(code=attrs["charge"]).first()
        if charge is None:
            raise serializers.ValidationError({"charge": "The plan has no such charge."})
        charge.plan = attrs.pop("plan")
        return {**attrs, "charge": charge}


@extend_schema_field(MONEY)
class Money(serializers.JSONField):
    pass


class ComponentAnswer(serializers.Serializer):
    """A summand of the total: so many units at so much each."""

    component = serializers.CharField()
    units = serializers.CharField()
    unit_amount = Money()
    amount = Money()


class TraceAnswer(serializers.Serializer):
    """One step of the way to the price."""

    step = serializers.CharField()
    subject = serializers.CharField(allow_null=True)
    considered = serializers.IntegerField()
    matched = serializers.CharField(allow_null=True)
    reason = serializers.CharField()


class IncludedAnswer(FeatureFacts):
    """A feature that the plan grants on the day, and how much of it."""

    value = GrantSerializer()


class ResolveAnswer(serializers.Serializer):
    """The price that applies, and what one gets for it.

    The components add up to the total, which is rounded once.
    """

    on = serializers.DateField()
    quantity = serializers.CharField()
    amount = Money()
    components = ComponentAnswer(many=True)
    price = PriceSerializer()
    includes = IncludedAnswer(many=True)
    trace = TraceAnswer(many=True)


def components(amount: Amount) -> list[Part]:
    """All that adds up to the total: the rounding too, where there is one."""
    parts = [part for part in amount.parts if part.amount]
    rounding = amount.total - amount.exact
    return [*parts, Part("rounding", Decimal(1), rounding)] if rounding else parts


def told_part(part: Part, currency: str) -> dict:
    """A component with its money spelled out."""
    return {
        "component": part.name,
        "units": canonical(part.units),
        "unit_amount": written(part.each, currency),
        "amount": written(part.amount, currency),
    }
