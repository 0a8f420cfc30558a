"""What programs say and are told of changes, renewals and terms."""

from rest_framework import serializers

from accounts.api.price_serializers import Money, TraceAnswer
from accounts.api.serializers import LineSerializer
from accounts.models import SubscriptionLine
from accounts.terms import LONGEST_TERM
from config.access.scoping import visible
from config.api.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DecimalField,
    IntegerField,
)
from config.api.money import MoneyField
from config.api.related import CodeRelatedField, IdRelatedField
from config.api.serializers import Query, Serializer
from config.money import AMOUNT_DIGITS
from pricing.models import Charge, Interval, Plan


class ChangeInput(Serializer):
    """What a customer asks to have changed; without `line`, to hold something besides.

    Another plan or interval costs what it costs the account on the day, another quantity is
    counted at the price held; an amount means terms that were agreed.
    """

    on = DateField()
    line = IdRelatedField(queryset=SubscriptionLine.objects.all(), required=False)
    plan = CodeRelatedField(queryset=Plan.objects.all(), required=False)
    charge = CharField(default="base", max_length=40)
    quantity = DecimalField(**AMOUNT_DIGITS, required=False)
    interval = ChoiceField(Interval.choices, required=False)
    amount = MoneyField(unit_price=True, required=False)
    list_amount = MoneyField(
        amount="list_amount", currency="list_currency", unit_price=True, required=False
    )

    def validate(self, attrs: dict) -> dict:
        subscription = self.context["subscription"]
        named = {attrs.pop(name, None) for name in ("currency", "list_currency")} - {None}
        if named - {subscription.currency}:
            raise serializers.ValidationError(
                {"amount": f"The account pays in {subscription.currency}."}
            )
        line = attrs.get("line")
        if line and line.subscription_id != subscription.pk:
            raise serializers.ValidationError({"line": "It is a line of another subscription."})
        if not line and "plan" not in attrs:
            raise serializers.ValidationError({"plan": "Name a line to change, or a plan to add."})
        charge = self._charge(attrs)
        return {**attrs, "charge": charge}

    def _charge(self, attrs: dict) -> Charge | None:
        code, plan = attrs.pop("charge"), attrs.pop("plan", None)
        if plan is None:
            return None
        charges = visible(Charge.objects.filter(plan=plan), self.context["request"].user)
        charge = charges.select_related("plan__product").filter(code=code).first()
        if charge is None:
            raise serializers.ValidationError({"charge": "The plan has no such charge."})
        return charge


class RenewInput(Serializer):
    """The day on which terms end; without `line`, all of the subscription whose terms do."""

    on = DateField()
    line = IdRelatedField(queryset=SubscriptionLine.objects.all(), required=False)

    def validate(self, attrs: dict) -> dict:
        line = attrs.get("line")
        if line and line.subscription_id != self.context["subscription"].pk:
            raise serializers.ValidationError({"line": "It is a line of another subscription."})
        return attrs


class TermInput(Serializer):
    """How long each term is to be, in months; with `preview` nothing is written."""

    term_months = IntegerField(min_value=1, max_value=LONGEST_TERM)
    preview = BooleanField(default=False)


class TermAnswer(serializers.Serializer):
    """The length of terms, in months, with the next three days of renewal, new and old."""

    subscription = serializers.CharField(source="subscription.code")
    term_months = serializers.IntegerField(source="subscription.term_months")
    term_months_before = serializers.IntegerField(source="months_before")
    renews_on = serializers.ListField(child=serializers.DateField())
    renewed_on_before = serializers.ListField(
        child=serializers.DateField(), help_text="When it would have renewed without the change."
    )


class LinesAnswer(serializers.Serializer):
    """The lines that are held from the day on, as far as the call was about them."""

    lines = LineSerializer(many=True)


class ScheduleQuery(Query):
    """How many renewals of what is held on the day, or today."""

    renewals = IntegerField(default=6, min_value=1, max_value=60)
    on = DateField(required=False)


class RenewalAnswer(serializers.Serializer):
    """What a line will be held at from the end of a term on; `moves` if that is new."""

    on = serializers.DateField()
    amount = Money()
    list_amount = Money(allow_null=True)
    price = serializers.IntegerField(allow_null=True)
    plan_version = serializers.IntegerField(allow_null=True)
    floor_version = serializers.IntegerField(allow_null=True)
    moves = serializers.BooleanField()
    trace = TraceAnswer(many=True)


class LineScheduleAnswer(serializers.Serializer):
    line = serializers.IntegerField()
    plan = serializers.CharField()
    renewals = RenewalAnswer(many=True)


class ScheduleAnswer(serializers.Serializer):
    """Each line that is held on the day, with what its next renewals come to."""

    on = serializers.DateField()
    lines = LineScheduleAnswer(many=True)


class RunningAnswer(serializers.Serializer):
    subscription = serializers.CharField()
    currency = serializers.CharField()
    term_months = serializers.IntegerField()
    renews_on = serializers.DateField(allow_null=True)


class ConsolidationAnswer(serializers.Serializer):
    """How many agreements an account has, on how many days they renew, and when they all can."""

    on = serializers.DateField()
    subscriptions = serializers.IntegerField()
    renewal_dates = serializers.ListField(child=serializers.DateField())
    currencies = serializers.ListField(child=serializers.CharField())
    can_coterm_on = serializers.DateField(allow_null=True)
    is_scattered = serializers.BooleanField(help_text="It renews on more than one day.")
    running = RunningAnswer(many=True)


class CotermInput(Serializer):
    """The common day that was seen in `can_coterm_on`."""

    renews_on = DateField()
    on = DateField(required=False, help_text="Today if left out.")
