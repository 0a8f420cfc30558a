"""Credits of customers, as programs read and write them."""

from datetime import date, timedelta

from django.utils import timezone
from rest_framework import serializers

from accounts.models import Account, CreditAllocation, CreditDraw, CreditGrant, GrantSource
from config.api.fields import CharField, ChoiceField, DateField, DateTimeField, DecimalField
from config.api.fields import IntegerField as WholeField
from config.api.money import MoneyField
from config.api.related import CodeRelatedField
from config.api.serializers import Query, Serializer
from config.money import AMOUNT_DIGITS
from portfolio.models import Product
from pricing.models import CreditUnit, Feature, Plan

MORE_THAN_NONE = {**AMOUNT_DIGITS, "min_value": 0}
KEY = {"max_length": 200, "required": False, "allow_null": True}
LAST = date(2199, 12, 31)
AHEAD = timedelta(minutes=5)  # clocks differ


class CreditGrantSerializer(serializers.ModelSerializer):
    """Credits of an account; `left` is what is left of them now."""

    account = serializers.CharField(source="account.code")
    unit = serializers.CharField(source="unit.code")
    credits = DecimalField(**AMOUNT_DIGITS)
    left = DecimalField(**AMOUNT_DIGITS, source="balance.left")
    product = serializers.CharField(source="product.code", default=None, allow_null=True)
    plan = serializers.CharField(source="plan.code", default=None, allow_null=True)
    line = serializers.IntegerField(source="line_id", allow_null=True)
    cost = MoneyField(amount="cost", currency="account.currency")

    class Meta:
        model = CreditGrant
        fields = [
            "id",
            "account",
            "unit",
            "credits",
            "left",
            "source",
            "priority",
            "product",
            "cost",
            "plan",
            "line",
            "starts_on",
            "ends_on",
            "key",
            "reason",
            "recorded_at",
        ]
        read_only_fields = fields


class GrantInput(Serializer):
    """Gives an account credits from a day on; those of a subscription come by themselves."""

    account = CodeRelatedField(queryset=Account.objects.all())
    unit = CodeRelatedField(queryset=CreditUnit.objects.all())
    credits = DecimalField(**MORE_THAN_NONE)
    starts_on = DateField()
    ends_on = DateField(allow_null=True, default=None)
    source = ChoiceField(
        [choice for choice in GrantSource.choices if choice[0] != GrantSource.PLAN],
        default=GrantSource.PROMO,
    )
    priority = WholeField(default=100, min_value=0, max_value=32767)
    product = CodeRelatedField(queryset=Product.objects.all(), allow_null=True, default=None)
    cost = MoneyField(amount="cost", currency="cost_in", required=False)
    plan = CodeRelatedField(queryset=Plan.objects.all(), allow_null=True, default=None)
    key = CharField(**KEY)
    reason = CharField(max_length=500, required=False, allow_blank=True)

    def validate(self, attrs: dict) -> dict:
        currency = attrs["account"].currency
        if attrs.pop("cost_in", currency) != currency:
            raise serializers.ValidationError({"cost": f"The account pays in {currency}."})
        return attrs


class AllocationSerializer(serializers.ModelSerializer):
    """The part of a draw that a grant pays."""

    grant = serializers.IntegerField(source="grant_id")
    credits = DecimalField(**AMOUNT_DIGITS)

    class Meta:
        model = CreditAllocation
        fields = ["grant", "credits", "counts_on"]
        read_only_fields = fields


class CreditDrawSerializer(serializers.ModelSerializer):
    """Credits that were used, and which grants paid; corrections have the sign turned."""

    account = serializers.CharField(source="account.code")
    unit = serializers.CharField(source="unit.code")
    feature = serializers.CharField(source="feature.code", default=None, allow_null=True)
    units = DecimalField(**AMOUNT_DIGITS)
    credits = DecimalField(**AMOUNT_DIGITS)
    overage = DecimalField(**AMOUNT_DIGITS)
    overage_amount = MoneyField(amount="overage_amount", currency="account.currency")
    corrects = serializers.IntegerField(source="corrects_id", allow_null=True)
    allocations = AllocationSerializer(many=True)

    class Meta:
        model = CreditDraw
        fields = [
            "id",
            "account",
            "unit",
            "kind",
            "feature",
            "units",
            "credits",
            "overage",
            "overage_amount",
            "at",
            "drawn_on",
            "corrects",
            "key",
            "reason",
            "allocations",
            "recorded_at",
        ]
        read_only_fields = fields


class DrawInput(Serializer):
    """Uses so many units of a feature; at once, unless `at` says when it was."""

    account = CodeRelatedField(queryset=Account.objects.all())
    unit = CodeRelatedField(queryset=CreditUnit.objects.all())
    feature = CodeRelatedField(queryset=Feature.objects.all())
    units = DecimalField(**MORE_THAN_NONE)
    at = DateTimeField(required=False)
    key = CharField(**KEY)

    def validate_units(self, units):
        if not units:
            raise serializers.ValidationError("Draw more than nothing.")
        return units

    def validate_at(self, at):
        if at > timezone.now() + AHEAD:
            raise serializers.ValidationError("Credits are drawn when they are used, not before.")
        return at

    def validate(self, attrs: dict) -> dict:
        at = attrs.get("at") or timezone.now()
        try:
            return {**attrs, "at": at, "on": timezone.localdate(at)}
        except OverflowError as error:
            raise serializers.ValidationError({"at": "There is no such day."}) from error


class WhyInput(Serializer):
    """Why it is taken back."""

    reason = CharField(max_length=500)


class CreditsQuery(Query):
    """The day asked about; today if left out."""

    on = DateField(required=False)


class RunningGrant(serializers.Serializer):
    """A grant that runs on the day, in the order in which grants are used."""

    id = serializers.IntegerField()
    source = serializers.CharField()
    credits = DecimalField(**AMOUNT_DIGITS)
    left = DecimalField(**AMOUNT_DIGITS)
    product = serializers.CharField(source="product.code", default=None, allow_null=True)
    plan = serializers.CharField(source="plan.code", default=None, allow_null=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class StatementSerializer(serializers.Serializer):
    """balance = granted - expired - used - withdrawn + overage; below 0 while credits are owed."""

    unit = serializers.CharField(source="unit.code")
    on = serializers.DateField()
    balance = DecimalField(**AMOUNT_DIGITS)
    granted = DecimalField(**AMOUNT_DIGITS)
    expired = DecimalField(**AMOUNT_DIGITS)
    used = DecimalField(**AMOUNT_DIGITS)
    withdrawn = DecimalField(**AMOUNT_DIGITS)
    overage = DecimalField(**AMOUNT_DIGITS)
    owed = DecimalField(**AMOUNT_DIGITS)
    grants = RunningGrant(many=True)


class PlannedInput(Serializer):
    """So many units of a feature in the whole stretch of days."""

    feature = CodeRelatedField(queryset=Feature.objects.all())
    units = DecimalField(**MORE_THAN_NONE)


class SimulationInput(Serializer):
    """A plan of use over days, paid from credits to start with, and from what an account has."""

    unit = CodeRelatedField(queryset=CreditUnit.objects.all())
    account = CodeRelatedField(queryset=Account.objects.all(), allow_null=True, default=None)
    credits = DecimalField(**MORE_THAN_NONE, default=0)
    planned = PlannedInput(many=True, allow_empty=False, max_length=50)
    starts_on = DateField()
    ends_on = DateField()

    def validate(self, attrs: dict) -> dict:
        if attrs["ends_on"] <= attrs["starts_on"]:
            raise serializers.ValidationError({"ends_on": "It must end after it starts."})
        if attrs["ends_on"] > LAST:
            raise serializers.ValidationError({"ends_on": f"Plan until {LAST} at most."})
        planned = [(each["feature"], each["units"]) for each in attrs["planned"]]
        if len({feature.pk for feature, _ in planned}) < len(planned):
            raise serializers.ValidationError({"planned": "Name every feature once."})
        return {**attrs, "planned": planned}


class UseAnswer(serializers.Serializer):
    feature = serializers.CharField()
    units = DecimalField(**AMOUNT_DIGITS)
    credits = DecimalField(**AMOUNT_DIGITS)
    uncovered = DecimalField(**AMOUNT_DIGITS)


class SimulationAnswer(serializers.Serializer):
    """How far the credits go; `depleted_on` is the day on which the last of them is used."""

    used = DecimalField(**AMOUNT_DIGITS)
    uncovered = DecimalField(**AMOUNT_DIGITS)
    remaining = DecimalField(**AMOUNT_DIGITS)
    expired = DecimalField(**AMOUNT_DIGITS)
    depleted_on = serializers.DateField(allow_null=True)
    uses = UseAnswer(many=True)
