"""Pools, rules and decisions about owners, as programs read and write them."""

from rest_framework import serializers

from accounts.models import (
    Absence,
    Account,
    NamedAccount,
    Pool,
    PoolMember,
    RebalancingMove,
    RebalancingProposal,
    RoutingDecision,
    RoutingRule,
    RoutingRuleSet,
)
from accounts.routing.drafting import set_rules, set_seats
from accounts.routing.rule_sets import draft
from config.api.fields import ChoiceField, DateField, IntegerField
from config.api.related import CodeRelatedField, IdRelatedField
from config.api.serializers import ModelSerializer, Query, Serializer
from portfolio.api.positioning_serializers import StepSerializer
from portfolio.models import Motion, Product
from pricing.api.price_serializers import WholeLines


class SeatSerializer(ModelSerializer):
    """A member's place; the first in the list goes first among equals."""

    class Meta:
        model = PoolMember
        fields = ["member", "weight", "capacity"]
        list_serializer_class = WholeLines

    def check(self, row: PoolMember) -> None:
        row.full_clean(exclude=["pool", "position"])


class PoolSerializer(ModelSerializer):
    """A pool; `members`, when sent, take the place of those it has, who keep their turns."""

    members = SeatSerializer(many=True, required=False)

    class Meta:
        model = Pool
        fields = ["code", "name", "measure", "currency", "members"]

    def validate_members(self, seats: list[dict]) -> list[dict]:
        if len({seat["member"].pk for seat in seats}) < len(seats):
            raise serializers.ValidationError("A member is in a pool once.", code="twice")
        return seats

    def create(self, validated_data: dict) -> Pool:
        seats = validated_data.pop("members", ())
        pool = super().create(validated_data)
        set_seats(pool=pool, seats=seats)
        return pool

    def update(self, instance: Pool, validated_data: dict) -> Pool:
        seats = validated_data.pop("members", None)
        pool = super().update(instance, validated_data)
        if seats is not None:
            set_seats(pool=pool, seats=seats)
            pool.refresh_from_db()
        return pool


class AbsenceSerializer(ModelSerializer):
    class Meta:
        model = Absence
        fields = ["id", "member", "starts_on", "ends_on"]


class NamedAccountSerializer(ModelSerializer):
    class Meta:
        model = NamedAccount
        fields = ["id", "account", "role", "member", "reason", "starts_on", "ends_on"]


class RuleSerializer(ModelSerializer):
    """A rule; its rank is its place in the list. A criterion left out is met by all."""

    class Meta:
        model = RoutingRule
        fields = [
            "rank",
            "name",
            "motion",
            "product",
            "segment",
            "region",
            "country",
            "industry",
            "employees_from",
            "employees_to",
            "deal_from",
            "deal_below",
            "procurement",
            "owner_model",
            "sets_owner_model",
            "pool",
            "member",
            "strategy",
            "sticky",
            "inherit_from_parent",
        ]
        read_only_fields = ["rank"]
        list_serializer_class = WholeLines

    def check(self, row: RoutingRule) -> None:
        row.full_clean(exclude=["rule_set", "rank"])


class RuleSetSerializer(ModelSerializer):
    """A rule set with its rules in order, and what its last simulation found.

    `rules`, when sent, take the place of those it has; a set that was simulated is a draft again.
    """

    rules = RuleSerializer(many=True, required=False)
    author = serializers.CharField(source="author.email", read_only=True)
    report = serializers.JSONField(read_only=True)

    class Meta:
        model = RoutingRuleSet
        fields = [
            "id",
            "number",
            "title",
            "currency",
            "small_below",
            "large_from",
            "state",
            "author",
            "simulated_on",
            "content_hash",
            "activated_on",
            "rules",
            "report",
        ]
        read_only_fields = ["number", "state", "simulated_on", "content_hash", "activated_on"]

    def check(self, row: RoutingRuleSet) -> None:
        row.full_clean(exclude=["number", "author"], validate_unique=False)

    def create(self, validated_data: dict) -> RoutingRuleSet:
        rules = validated_data.pop("rules", ())
        made = draft(by=self.context["request"].user, **validated_data)
        return self._with(made, rules)

    def update(self, instance: RoutingRuleSet, validated_data: dict) -> RoutingRuleSet:
        rules = validated_data.pop("rules", None)
        changed = super().update(instance, validated_data) if validated_data else instance
        return changed if rules is None else self._with(changed, rules)

    def _with(self, rule_set: RoutingRuleSet, rules: list[dict]) -> RoutingRuleSet:
        set_rules(rule_set=rule_set, rules=[RoutingRule(**rule) for rule in rules])
        return rule_set


class DecisionSerializer(serializers.ModelSerializer):
    """Who was given what, by which rule, and every step that led to it."""

    account = serializers.CharField(source="account.code")
    product = serializers.CharField(source="product.code", default=None, allow_null=True)
    rule_set = serializers.IntegerField(source="rule_set_id")
    rule = serializers.IntegerField(source="rule.rank", default=None, allow_null=True)
    member = serializers.IntegerField(source="member_id")
    owner = serializers.EmailField(source="member.user.email")
    trace = StepSerializer(many=True)

    class Meta:
        model = RoutingDecision
        fields = [
            "id",
            "account",
            "product",
            "motion",
            "expected_mrr",
            "starts_on",
            "rule_set",
            "rule",
            "owner_model",
            "how",
            "member",
            "owner",
            "role",
            "trace",
            "made_at",
        ]
        read_only_fields = fields


class Asked(Serializer):
    account = CodeRelatedField(queryset=Account.objects.all())
    motion = ChoiceField(Motion.choices, required=False)
    product = CodeRelatedField(queryset=Product.objects.select_related("portfolio"), required=False)
    expected_mrr = IntegerField(
        required=False, min_value=0, help_text="Minor units a month; else what the account pays."
    )


class AssignByRulesInput(Asked):
    """Gives the account, or a deal of it, to whom the active rules find; today if left out."""

    starts_on = DateField(required=False)


class ExplainQuery(Query, Asked):
    """For what an owner is looked for."""

    on = DateField(required=False, help_text="Today if left out.")
    rule_set = IdRelatedField(
        queryset=RoutingRuleSet.objects.all(),
        required=False,
        help_text="The active one if left out.",
    )


class ExplainedSerializer(serializers.Serializer):
    """Who it would be (null: nobody), by which rule of which set, and every step."""

    account = serializers.CharField()
    on = serializers.DateField()
    rule_set = serializers.IntegerField()
    owner_model = serializers.CharField()
    how = serializers.CharField(allow_null=True)
    rule = serializers.IntegerField(allow_null=True)
    member = serializers.IntegerField(allow_null=True)
    owner = serializers.EmailField(allow_null=True)
    role = serializers.CharField(allow_null=True)
    trace = StepSerializer(many=True)


class MoveSerializer(serializers.ModelSerializer):
    account = serializers.CharField(source="account.code")
    giver = serializers.IntegerField(source="giver_id")
    taker = serializers.IntegerField(source="taker_id")

    class Meta:
        model = RebalancingMove
        fields = ["account", "giver", "taker", "load", "outcome"]
        read_only_fields = fields


class ProposalSerializer(serializers.ModelSerializer):
    """Moves that wait for approval; `figures` by member, in the pool's measure."""

    pool = serializers.CharField(source="pool.code")
    author = serializers.CharField(source="author.email")
    approver = serializers.CharField(source="approver.email", default=None, allow_null=True)
    moves = MoveSerializer(many=True)

    class Meta:
        model = RebalancingProposal
        fields = [
            "id",
            "pool",
            "starts_on",
            "tolerance",
            "recent_days",
            "renewal_days",
            "state",
            "figures",
            "author",
            "approver",
            "moves",
        ]
        read_only_fields = fields


class ProposeInput(Serializer):
    """Evens out a pool from a day on: nothing moves before somebody else approves."""

    pool = CodeRelatedField(queryset=Pool.objects.all())
    starts_on = DateField()
    tolerance = IntegerField(default=10, min_value=0, max_value=100, help_text="Percent.")
    recent_days = IntegerField(default=30, min_value=0, max_value=3650)
    renewal_days = IntegerField(default=90, min_value=0, max_value=3650)


class SimulateInput(Serializer):
    """The day on which accounts are looked at; today if left out."""

    on = DateField(required=False)
