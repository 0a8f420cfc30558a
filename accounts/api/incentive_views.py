"""Incentives that customers got, over REST."""

from datetime import date
from decimal import Decimal

from rest_framework import serializers

from accounts.models import Account, IncentiveRedemption
from accounts.offering import offered
from config.access.scopes import Scope
from config.access.scoping import visible
from config.api.fields import ChoiceField, DateField, DecimalField
from config.api.filters import DateFilter, FilterSet
from config.api.money import MoneyField, written
from config.api.related import CodeRelatedField
from config.api.serializers import Query
from config.api.views import ID_IN_ADDRESS, ReadOnlyViewSet
from config.money import AMOUNT_DIGITS
from pricing.incentives import Verdict, discounted, last_day
from pricing.models import Incentive, Interval, Plan


class RedemptionSerializer(serializers.ModelSerializer):
    """A discount that an account got with a line; `discount` is by this incentive alone."""

    incentive = serializers.CharField(source="incentive.code")
    account = serializers.CharField(source="account.code")
    line = serializers.IntegerField(source="line_id")
    plan = serializers.CharField(source="line.plan.code")
    discount = MoneyField(amount="discount", currency="account.currency")

    class Meta:
        model = IncentiveRedemption
        fields = [
            "id",
            "incentive",
            "account",
            "line",
            "plan",
            "discount",
            "starts_on",
            "ends_on",
            "recorded_at",
        ]
        read_only_fields = fields


class RedemptionFilter(FilterSet):
    on = DateFilter(method="running", help_text="Discounts that customers have on the day.")

    class Meta:
        model = IncentiveRedemption
        fields = ["incentive", "account"]

    def running(self, redemptions, _name: str, day):
        return redemptions.running(on=day)


class RedemptionViewSet(ReadOnlyViewSet):
    read_scope = Scope.CATALOG_READ
    queryset = IncentiveRedemption.objects.select_related("incentive", "account", "line__plan")
    serializer_class = RedemptionSerializer
    filterset_class = RedemptionFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)


class EligibilityQuery(Query):
    """A plan that the account would buy on the day, for so much without discounts."""

    plan = CodeRelatedField(queryset=Plan.objects.select_related("product"))
    interval = ChoiceField(Interval.choices, default=Interval.MONTH)
    amount = DecimalField(**AMOUNT_DIGITS, min_value=0, required=False)
    on = DateField(required=False)


class EligibilityAnswer(serializers.Serializer):
    """Whether an incentive applies, else the first rule that does not fit, such as
    `nth_product=3`; what would be paid with it alone, and until which day."""

    incentive = serializers.CharField()
    name = serializers.CharField()
    plan = serializers.CharField()
    eligible = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True)
    amount = serializers.JSONField()
    ends_on = serializers.DateField()


def eligible(
    *,
    account: Account,
    plans: list[tuple[Plan, Decimal | None]],
    interval: str,
    on: date,
    actor,
) -> list[dict]:
    """What every incentive that is open on the day says to the account about each plan."""
    rows = visible(Incentive.objects.open(on=on), actor)
    return [
        _told(verdict, each.plan, each.amount, account.currency, interval, on)
        for each in offered(account=account, plans=plans, interval=interval, on=on, incentives=rows)
        for verdict in each.verdicts
    ]


def _told(
    verdict: Verdict, plan: Plan, amount: Decimal | None, currency: str, interval: str, on: date
) -> dict:
    incentive = verdict.incentive
    paid = None
    if amount is not None and verdict.is_eligible:
        paid = written(
            discounted(incentives=[incentive], amount=amount, currency=currency), currency
        )
    return {
        "incentive": incentive.code,
        "name": incentive.name,
        "plan": plan.code,
        "eligible": verdict.is_eligible,
        "reason": verdict.reason or None,
        "amount": paid,
        "ends_on": last_day(incentive=incentive, starts_on=on, interval=interval),
    }
