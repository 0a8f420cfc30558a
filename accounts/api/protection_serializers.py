"""Policies, what they promise and what was foreseen of them, as programs read and write them."""

from rest_framework import serializers

from accounts.models import (
    EntitlementLock,
    GrandfatheringException,
    LockEnd,
    PolicyRun,
    PreviewLine,
    PriceLock,
    RunState,
)
from config.api.fields import CharField, DecimalField
from config.api.money import MoneyField, written
from config.api.related import CodesRelatedField
from config.api.serializers import ModelSerializer, Serializer
from config.money import AMOUNT_DIGITS
from portfolio.models import Region, Segment
from pricing.models import GrandfatheringPolicy, Plan, PriceBook

PERCENT = {"max_digits": 7, "decimal_places": 4}
SOMEBODY = {"read_only": True, "default": None, "allow_null": True}


class Authored:
    """A row that names who wrote it and who approved it."""

    def candidate(self, attrs):
        row = super().candidate(attrs)
        if row.pk is None:
            row.author = self.context["request"].user
        return row

    def create(self, validated_data: dict):
        row = super().create({**validated_data, "author": self.context["request"].user})
        row.refresh_from_db()
        return row

    def update(self, instance, validated_data: dict):
        row = super().update(instance, validated_data)
        row.refresh_from_db()  # an edit takes preview and approval back
        return row


class PolicySerializer(Authored, ModelSerializer):
    """Who keeps what, until when, and what happens then; scopes that are empty mean all."""

    plans = CodesRelatedField(queryset=Plan.objects.all())
    books = CodesRelatedField(queryset=PriceBook.objects.all(), required=False)
    segments = CodesRelatedField(queryset=Segment.objects.all(), required=False)
    regions = CodesRelatedField(queryset=Region.objects.all(), required=False)
    author = serializers.CharField(source="author.email", read_only=True)
    approver = serializers.CharField(source="approver.email", **SOMEBODY)

    class Meta:
        model = GrandfatheringPolicy
        fields = [
            "code",
            "title",
            "rank",
            "effective_on",
            "supersedes",
            "plans",
            "books",
            "segments",
            "regions",
            "started_before",
            "min_tenure_months",
            "freeze_price",
            "freeze_entitlements",
            "entitlement_mode",
            "until",
            "until_date",
            "until_renewals",
            "until_months",
            "cap_percent",
            "on_expiry",
            "glide_percent",
            "on_upgrade",
            "on_quantity_change",
            "lapse_days",
            "most_favoured",
            "on_sunset",
            "notice_days",
            "state",
            "author",
            "approver",
            "approved_at",
            "preview_hash",
        ]
        read_only_fields = ["state", "approved_at", "preview_hash"]

    def validate_plans(self, plans: list[Plan]) -> list[Plan]:
        if not plans:
            raise serializers.ValidationError("It is about at least one plan.", code="empty")
        return plans


class ExceptionSerializer(Authored, ModelSerializer):
    """A customer about whom somebody decided otherwise; it counts once it is approved."""

    author = serializers.CharField(source="author.email", read_only=True)
    approver = serializers.CharField(source="approver.email", **SOMEBODY)

    class Meta:
        model = GrandfatheringException
        fields = [
            "id",
            "policy",
            "account",
            "kind",
            "reason",
            "until_date",
            "cap_percent",
            "expires_on",
            "author",
            "approver",
        ]


class LockFields(serializers.Serializer):
    account = serializers.CharField(source="account.code")
    policy = serializers.CharField(source="policy.code")
    root = serializers.IntegerField(source="root_id", help_text="First line of the lineage.")
    end_reason = serializers.ChoiceField(LockEnd.choices, allow_blank=True)


class PriceLockSerializer(LockFields, serializers.ModelSerializer):
    """A line keeps this price from a day on; `ends_on` is the first day without it."""

    price = serializers.IntegerField(source="price_id")
    quantity = DecimalField(**AMOUNT_DIGITS)
    amount = MoneyField(amount="amount", currency="account.currency")
    cap_percent = DecimalField(**PERCENT, allow_null=True)

    class Meta:
        model = PriceLock
        fields = [
            "id",
            "account",
            "policy",
            "root",
            "price",
            "quantity",
            "amount",
            "cap_percent",
            "starts_on",
            "ends_on",
            "end_reason",
        ]
        read_only_fields = fields


class EntitlementLockSerializer(LockFields, serializers.ModelSerializer):
    """A line keeps what this version of its plan granted."""

    plan_version = serializers.IntegerField(source="plan_version_id")

    class Meta:
        model = EntitlementLock
        fields = [
            "id",
            "account",
            "policy",
            "root",
            "plan_version",
            "mode",
            "starts_on",
            "ends_on",
            "end_reason",
        ]
        read_only_fields = fields


class StepAnswer(serializers.Serializer):
    """A renewal: what is paid under the policy, and what if everybody were moved."""

    on = serializers.DateField()
    policy = serializers.JSONField()
    forced = serializers.JSONField()


class PreviewLineSerializer(serializers.ModelSerializer):
    """A line as the last preview saw it, with its next renewals; `uplift` is a fraction."""

    policy = serializers.CharField(source="policy.code")
    account = serializers.CharField(source="account.code")
    line = serializers.IntegerField(source="line_id")
    amount = MoneyField(amount="amount", currency="account.currency")
    list_amount = MoneyField(amount="list_amount", currency="account.currency", allow_null=True)
    successor = serializers.CharField(
        source="successor.code", default=None, allow_null=True, help_text="The plan it moves to."
    )
    renewals = serializers.SerializerMethodField()

    class Meta:
        model = PreviewLine
        fields = [
            "id",
            "policy",
            "account",
            "line",
            "status",
            "exception",
            "amount",
            "list_amount",
            "uplift",
            "successor",
            "successor_on",
            "renewals",
        ]
        read_only_fields = fields

    def get_renewals(self, row: PreviewLine) -> StepAnswer(many=True):
        currency = row.account.currency
        forced = [*row.forced, *[None] * len(row.days)]
        return [
            {
                "on": day,
                "policy": written(kept, currency),
                "forced": None if moved is None else written(moved, currency),
            }
            for day, kept, moved in zip(row.days, row.kept, forced, strict=False)
        ]


class SeenInput(Serializer):
    """The number of the preview that the approver has read."""

    preview_hash = CharField(max_length=64)


class AtRiskAnswer(serializers.Serializer):
    number = serializers.IntegerField()
    accounts = serializers.ListField(child=serializers.CharField(), help_text="The first 100.")


class SumsAnswer(serializers.Serializer):
    """Recurring revenue of a month in minor units: now, and after a year in each scenario."""

    currency = serializers.CharField()
    now = serializers.IntegerField()
    policy = serializers.IntegerField()
    forced = serializers.IntegerField(help_text="Everybody is moved to the list price.")
    frozen = serializers.IntegerField(help_text="Nothing ever moves.")


class MonthAnswer(serializers.Serializer):
    month = serializers.DateField()
    policy = serializers.IntegerField()
    forced = serializers.IntegerField()
    forgone = serializers.IntegerField(help_text="What the policy leaves that moving would bring.")


class MoneyAnswer(SumsAnswer):
    months = MonthAnswer(many=True)


class PartAnswer(SumsAnswer):
    of = serializers.ChoiceField(["segment", "region", "plan"])
    code = serializers.CharField(allow_null=True)


class PolicyPreviewAnswer(serializers.Serializer):
    """What a policy does to the whole book, as it was last previewed."""

    policy = serializers.CharField()
    state = serializers.CharField()
    preview_hash = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    lines = serializers.IntegerField()
    accounts = serializers.IntegerField()
    statuses = serializers.DictField(child=serializers.IntegerField())
    uplifts = serializers.DictField(child=serializers.IntegerField())
    above = serializers.CharField(help_text="The uplift above which an account is at risk.")
    at_risk = serializers.DictField(child=AtRiskAnswer())
    money = MoneyAnswer(many=True)
    parts = PartAnswer(many=True)


class PolicyRunAnswer(serializers.ModelSerializer):
    """What a worker does of a policy over very many lines, and how far it is."""

    state = serializers.ChoiceField(RunState.choices)

    class Meta:
        model = PolicyRun
        fields = ["kind", "state", "done", "total", "said", "asked_at", "seen_at", "ended_at"]
