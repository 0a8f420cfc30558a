"""Customers and what they hold, as programs read and write them."""

from rest_framework import serializers

from accounts.api.price_serializers import TraceAnswer
from accounts.models import Account, AccountProfile, Subscription, SubscriptionLine
from config.access.scoping import visible
from config.api.fields import CharField, ChoiceField, DateField, DecimalField, IntegerField
from config.api.money import MoneyField
from config.api.related import CodeRelatedField, CodesRelatedField, IdRelatedField
from config.api.serializers import ModelSerializer, Query, Serializer
from config.codes import CodeField
from config.money import AMOUNT_DIGITS
from portfolio.api.positioning_serializers import AssetSerializer, StepSerializer
from portfolio.models import AssetKind, Product, Region, Segment
from pricing.models import Charge, Incentive, Interval, Plan


class AccountSerializer(ModelSerializer):
    class Meta:
        model = Account
        fields = [
            "code",
            "name",
            "parent",
            "replaces",
            "country",
            "industry",
            "employees",
            "fiscal_year_starts",
            "procurement_required",
            "currency",
            "created_on",
        ]

    def validate_code(self, code: str) -> str:
        if self.instance and code != self.instance.code:
            raise serializers.ValidationError(
                "The code of an account never changes: other systems know the customer by it."
            )
        return code

    def validate_currency(self, currency: str) -> str:
        if self.instance and currency != self.instance.currency:
            raise serializers.ValidationError(
                "An account has one currency: add an account in the other one that replaces it."
            )
        return currency


class ProfileSerializer(ModelSerializer):
    class Meta:
        model = AccountProfile
        fields = ["id", "account", "segment", "region", "source", "starts_on", "ends_on"]


class Classification(Serializer):
    """Puts an account into a segment and a region from a day on."""

    account = CodeRelatedField(queryset=Account.objects.all())
    segment = CodeRelatedField(queryset=Segment.objects.all(), allow_null=True, default=None)
    region = CodeRelatedField(queryset=Region.objects.all(), allow_null=True, default=None)
    starts_on = DateField()


class SubscriptionSerializer(ModelSerializer):
    class Meta:
        model = Subscription
        fields = ["code", "account", "currency", "starts_on", "term_months", "ends_on"]


class LineSerializer(serializers.ModelSerializer):
    """A line with its money; `mrr` is in minor units of `currency`."""

    serializer_related_field = IdRelatedField
    subscription = serializers.CharField(source="subscription.code")
    account = serializers.CharField(source="account.code")
    product = serializers.CharField(source="product.code", allow_null=True)
    plan = serializers.CharField(source="plan.code")
    bundle_plan = serializers.CharField(source="bundle_plan.code", allow_null=True)
    charge = serializers.CharField(source="charge.code")
    quantity = DecimalField(**AMOUNT_DIGITS, allow_null=True)
    amount = MoneyField(amount="amount", currency="subscription.currency")
    list_amount = MoneyField(
        amount="list_amount", currency="subscription.currency", allow_null=True
    )
    currency = serializers.CharField(source="subscription.currency")
    bundle_quantity = DecimalField(**AMOUNT_DIGITS, allow_null=True)
    trace = TraceAnswer(many=True)

    class Meta:
        model = SubscriptionLine
        fields = [
            "id",
            "subscription",
            "account",
            "product",
            "plan",
            "plan_version",
            "floor_version",
            "charge",
            "instance",
            "bundle_plan",
            "bundle_version",
            "bundle_quantity",
            "quantity",
            "interval",
            "price",
            "list_amount",
            "amount",
            "mrr",
            "currency",
            "origin",
            "previous",
            "root",
            "trace",
            "starts_on",
            "ends_on",
            "recorded_at",
            "voided_at",
        ]
        read_only_fields = fields


class LineInput(Serializer):
    """What a subscription holds: a plan, by one of its charges.

    Without an amount it costs what it costs the account on its first day; an amount each interval
    means terms that were agreed. A bundle becomes a line for each plan that is in it.
    """

    plan = CodeRelatedField(queryset=Plan.objects.select_related("product"))
    charge = CharField(default="base")
    instance = IntegerField(default=0, min_value=0, max_value=32767)
    quantity = DecimalField(**AMOUNT_DIGITS, allow_null=True, default=None)
    interval = ChoiceField(choices=Interval.choices, default=Interval.MONTH)
    amount = MoneyField(unit_price=True, allow_null=True, required=False)
    list_amount = MoneyField(
        amount="list_amount",
        currency="list_currency",
        unit_price=True,
        allow_null=True,
        required=False,
    )
    starts_on = DateField(required=False, help_text="The subscription's first day if left out.")
    ends_on = DateField(allow_null=True, default=None)
    incentives = CodesRelatedField(
        queryset=Incentive.objects.all(),
        default=list,
        help_text="What lowers the price for some time; the end is written at once.",
    )

    def validate(self, attrs: dict) -> dict:
        charges = visible(Charge.objects.filter(plan=attrs["plan"]), self.context["request"].user)
        charge = charges.filter(code=attrs["charge"]).first()
        if charge is None:
            raise serializers.ValidationError({"charge": "The plan has no such charge."})
        charge.plan = attrs["plan"]
        return {**attrs, "charge": charge}


class StartInput(Serializer):
    """A new subscription with everything it holds; it is in the account's currency."""

    code = CharField(max_length=380, validators=CodeField().validators)
    account = CodeRelatedField(queryset=Account.objects.all())
    starts_on = DateField()
    term_months = IntegerField(default=1, min_value=1, max_value=120)
    lines = LineInput(many=True, allow_empty=False)

    def validate(self, attrs: dict) -> dict:
        currency = attrs["account"].currency
        for line in attrs["lines"]:
            named = {line.pop(name, None) or currency for name in ("currency", "list_currency")}
            if named != {currency}:
                raise serializers.ValidationError({"lines": f"The account pays in {currency}."})
        return attrs


class DayInput(Serializer):
    """The first day without it."""

    on = DateField()


class AssetQuery(Query):
    """What to show: about a product, or about it and another that it works with."""

    product = CodeRelatedField(queryset=Product.objects.all())
    other_product = CodeRelatedField(queryset=Product.objects.all(), required=False)
    kind = ChoiceField(AssetKind.choices, required=False)
    on = DateField(required=False, help_text="Today if left out.")


class MatchSerializer(serializers.Serializer):
    """The asset that suits the account best (null: none does), and why."""

    asset = AssetSerializer(allow_null=True)
    matched = serializers.ListField(child=serializers.CharField())
    trace = StepSerializer(many=True)


class ConditionSerializer(serializers.Serializer):
    """One criterion of a rule; `wanted` is null where the rule takes anything."""

    criterion = serializers.CharField()
    wanted = serializers.CharField(allow_null=True)
    found = serializers.CharField(allow_null=True)
    fits = serializers.BooleanField()


class RuleStepSerializer(StepSerializer):
    conditions = ConditionSerializer(many=True)


class MembershipSerializer(serializers.Serializer):
    """The segment of an account (null: none), the rule that says so, and every step."""

    segment = serializers.CharField(source="segment.code", default=None, allow_null=True)
    rule = serializers.IntegerField(source="rule.pk", default=None, allow_null=True)
    trace = RuleStepSerializer(many=True)
