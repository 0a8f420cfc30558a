"""Asking which price applies, as programs do."""

from decimal import Decimal

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Account
from config.access.scoping import visible
from config.api.fields import CharField, ChoiceField, DateField, DecimalField
from config.api.money import MONEY
from config.api.related import CodeRelatedField
from config.api.serializers import Query
from config.money import AMOUNT_DIGITS, validate_currency
from portfolio.models import Region, Segment
from pricing.api.price_serializers import PriceSerializer
from pricing.models import Charge, Plan, PriceInterval


class ResolveQuery(Query):
    """What a charge of a plan costs an account, or somebody of a segment and region.

    The currency is the account's and the day today if left out.
    """

    plan = CodeRelatedField(queryset=Plan.objects.all())
    charge = CharField(default="base", max_length=40)
    account = CodeRelatedField(queryset=Account.objects.all(), required=False)
    segment = CodeRelatedField(queryset=Segment.objects.all(), required=False)
    region = CodeRelatedField(queryset=Region.objects.all(), required=False)
    currency = CharField(required=False, validators=[validate_currency])
    interval = ChoiceField(PriceInterval.choices, default=PriceInterval.MONTH)
    quantity = DecimalField(**AMOUNT_DIGITS, min_value=0, default=Decimal(1))
    on = DateField(required=False)

    def validate(self, attrs: dict) -> dict:
        account = attrs.get("account")
        if account and ("segment" in attrs or "region" in attrs):
            raise serializers.ValidationError(
                {"account": "Ask for an account, or for a segment and region: not for both."}
            )
        if not account and "currency" not in attrs:
            raise serializers.ValidationError({"currency": "Name a currency, or an account."})
        charges = visible(Charge.objects.filter(plan=attrs["plan"]), self.context["request"].user)
        charge = charges.filter(code=attrs["charge"]).first()
        if charge is None:
            raise serializers.ValidationError({"charge": "The plan has no such charge."})
        charge.plan = attrs.pop("plan")
        return {
            **attrs,
            "charge": charge,
            "currency": attrs.get("currency") or account.currency,
        }


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


class ResolveAnswer(serializers.Serializer):
    """The price that applies; the components add up to the total, which is rounded once."""

    on = serializers.DateField()
    quantity = serializers.CharField()
    amount = Money()
    components = ComponentAnswer(many=True)
    price = PriceSerializer()
    trace = TraceAnswer(many=True)
