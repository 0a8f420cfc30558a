"""What customers may do, try and would lose, as programs read it."""

from rest_framework import serializers

from accounts.models import (
    Account,
    DowngradeReminder,
    EntitlementOverride,
    Opportunity,
    ReminderOutcome,
    Subscription,
    SubscriptionFeedback,
    Trial,
)
from config.api.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    IntegerField,
    canonical,
)
from config.api.money import written
from config.api.related import CodeRelatedField, CodesRelatedField
from config.api.serializers import ModelSerializer, Query, Serializer
from portfolio.api.positioning_serializers import StepSerializer
from pricing.grants import Grant
from pricing.models import Feature, Plan


def told(grant: Grant | None) -> dict | None:
    """A grant as programs read it: one member says what, the others are null or false."""
    if grant is None:
        return None
    return {
        "flag": grant.flag,
        "quantity": None if grant.quantity is None else canonical(grant.quantity),
        "unlimited": grant.unlimited,
        "level": grant.level,
        "text": grant.text,
    }


class EntitledGrantSerializer(serializers.Serializer):
    """Yes or no, a quantity, unlimited, or a level; `text` for people."""

    flag = serializers.BooleanField(allow_null=True)
    quantity = serializers.CharField(allow_null=True)
    unlimited = serializers.BooleanField()
    level = serializers.CharField(allow_null=True)
    text = serializers.CharField()

    def to_representation(self, grant: Grant) -> dict:
        return told(grant)


class Amount(serializers.CharField):
    """A number of the feature's unit, as canonical text."""

    def to_representation(self, value) -> str:
        return canonical(value)


class SourceSerializer(serializers.Serializer):
    """One thing that grants the feature: a line, a trial; `row` is its id."""

    source = serializers.CharField()
    row = serializers.IntegerField()
    plan = serializers.CharField(source="plan.code", default=None, allow_null=True)
    version = serializers.IntegerField(source="version.number", default=None, allow_null=True)
    grant = EntitledGrantSerializer(allow_null=True)
    adds = serializers.BooleanField()


class AllowingSerializer(serializers.Serializer):
    """The cheapest plan that would allow more; `price` a month, null where it has none."""

    plan = serializers.CharField(source="plan.code")
    grant = EntitledGrantSerializer()
    price = serializers.SerializerMethodField()
    is_minimum = serializers.BooleanField()

    def get_price(self, found) -> dict | None:
        return None if found.amount is None else written(found.amount, found.currency)


class EffectiveSerializer(serializers.Serializer):
    """What an account may do with a feature on a day; null `used`: nothing was told lately."""

    feature = serializers.CharField(source="feature.code")
    name = serializers.CharField(source="feature.name")
    product = serializers.CharField(source="feature.product.code")
    state = serializers.CharField()
    value = EntitledGrantSerializer(source="grant", allow_null=True)
    used = Amount(allow_null=True)
    remaining = Amount(allow_null=True)
    nearness = serializers.CharField(allow_null=True)
    override = serializers.IntegerField(allow_null=True)
    sources = SourceSerializer(many=True)
    cheapest = AllowingSerializer(allow_null=True)
    trace = StepSerializer(many=True)


class OverrideSerializer(ModelSerializer):
    class Meta:
        model = EntitlementOverride
        fields = [
            "id",
            "account",
            "feature",
            "flag",
            "quantity",
            "unlimited",
            "level",
            "reason",
            "starts_on",
            "ends_on",
        ]


class TrialSerializer(serializers.ModelSerializer):
    """A trial of a feature or of a plan; `uses` so far."""

    account = serializers.CharField(source="account.code")
    feature = serializers.CharField(source="feature.code", default=None, allow_null=True)
    plan = serializers.CharField(source="plan.code", default=None, allow_null=True)
    opportunity = serializers.CharField(source="opportunity.code", default=None, allow_null=True)
    uses = serializers.SerializerMethodField()

    class Meta:
        model = Trial
        fields = [
            "id",
            "account",
            "feature",
            "plan",
            "starts_on",
            "ends_on",
            "max_uses",
            "uses",
            "is_guided",
            "opportunity",
        ]
        read_only_fields = fields

    def get_uses(self, trial: Trial) -> int:
        known = getattr(trial, "uses", None)
        return trial.used.count() if known is None else known


class TrialInput(Serializer):
    """Lets an account try a feature or a plan: for so many days, or uses, or both."""

    account = CodeRelatedField(queryset=Account.objects.all())
    feature = CodeRelatedField(queryset=Feature.objects.all(), allow_null=True, default=None)
    plan = CodeRelatedField(queryset=Plan.objects.all(), allow_null=True, default=None)
    starts_on = DateField()
    days = IntegerField(min_value=1, max_value=3660, allow_null=True, default=None)
    max_uses = IntegerField(min_value=1, max_value=10**9, allow_null=True, default=None)
    is_guided = BooleanField(default=False)
    opportunity = CodeRelatedField(
        queryset=Opportunity.objects.all(),
        allow_null=True,
        default=None,
        help_text="What it proves the value for; it lasts trial-days if no end is said.",
    )


class UseInput(Serializer):
    """One use of a trial; the same key again counts nothing."""

    on = DateField()
    key = CharField(max_length=200)


class ImpactQuery(Query):
    """Which plan instead (left out: nothing at all), on which day (today), and whether shown."""

    to = CodeRelatedField(queryset=Plan.objects.all(), required=False)
    on = DateField(required=False)
    shown = BooleanField(default=True)


class UseSerializer(serializers.Serializer):
    """On how many days it was used, and how much in all, of the last 30 and 90."""

    days_30 = serializers.IntegerField()
    days_90 = serializers.IntegerField()
    total_30 = Amount()
    total_90 = Amount()


class LossSerializer(serializers.Serializer):
    """A feature of which they would have less, what they have and would have, and its use."""

    feature = serializers.CharField(source="feature.code")
    name = serializers.CharField(source="feature.name")
    old = EntitledGrantSerializer(allow_null=True)
    new = EntitledGrantSerializer(allow_null=True)
    use = UseSerializer()


class ExceededSerializer(serializers.Serializer):
    """A limit that today's use is above, and what happens then; nothing is deleted."""

    feature = serializers.CharField(source="feature.code")
    name = serializers.CharField(source="feature.name")
    used = Amount()
    limit = Amount()
    behaviour = serializers.CharField()
    grace_until = serializers.DateField(allow_null=True)


class LostLockSerializer(serializers.Serializer):
    """A promise that would end: an old price kept, or old grants kept."""

    protects = serializers.CharField()
    policy = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class ImpactSerializer(serializers.Serializer):
    """What a customer would lose; `reminder` is the id of the row that says it was shown."""

    subscription = serializers.CharField(source="subscription.code")
    to = serializers.CharField(source="to_plan.code", default=None, allow_null=True)
    on = serializers.DateField()
    used_losses = LossSerializer(many=True)
    losses = LossSerializer(many=True)
    exceeded = ExceededSerializer(many=True)
    locks = LostLockSerializer(many=True)


class ReminderSerializer(serializers.ModelSerializer):
    """What somebody was shown before they took less, and what they did."""

    subscription = serializers.CharField(source="subscription.code")
    account = serializers.CharField(source="subscription.account.code")
    to = serializers.CharField(source="to_plan.code", default=None, allow_null=True)

    class Meta:
        model = DowngradeReminder
        fields = [
            "id",
            "subscription",
            "account",
            "to",
            "shown_on",
            "features_lost",
            "limits_exceeded",
            "outcome",
            "decided_on",
        ]
        read_only_fields = fields


class DowngradeImpactAnswer(ImpactSerializer):
    reminder = ReminderSerializer(allow_null=True)


class OutcomeInput(Serializer):
    """What the customer did, and when."""

    outcome = ChoiceField(ReminderOutcome.choices)
    on = DateField()


class SubscriptionFeedbackSerializer(ModelSerializer):
    """Why a customer left or took less; `missing` are features that they missed."""

    subscription = CodeRelatedField(
        queryset=Subscription.objects.all(), allow_null=True, required=False
    )
    missing = CodesRelatedField(queryset=Feature.objects.all(), required=False)

    class Meta:
        model = SubscriptionFeedback
        fields = [
            "id",
            "account",
            "subscription",
            "kind",
            "reason",
            "text",
            "given_on",
            "missing",
        ]

    def validate(self, attrs: dict) -> dict:
        account = attrs.get("account") or (self.instance and self.instance.account)
        subscription = attrs.get("subscription")
        if subscription and account and subscription.account_id != account.pk:
            raise serializers.ValidationError(
                {"subscription": "It is the subscription of another account."}
            )
        return super().validate(attrs)
