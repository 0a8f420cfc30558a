"""Rules that notice, what they noticed, and how ready an account is, over REST."""

from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.opportunity_views import PursuitFrame
from accounts.models import Account, Signal, SignalRule
from accounts.signals.readiness import Readiness, readiness
from accounts.signals.rehearsal import TooLong, check_days, last_month, rehearse
from accounts.signals.source import Family
from config.access.scoping import visible
from config.api.fields import DateField
from config.api.filters import FilterSet
from config.api.problems import NOT_FOUND, Refusal
from config.api.related import CodeRelatedField
from config.api.serializers import DayQuery, ModelSerializer, Query
from config.api.views import ID_IN_ADDRESS, Endpoint, ModelViewSet, ReadOnlyViewSet


class SignalRuleSerializer(ModelSerializer):
    """A rule; its `family` follows from its `source`. What it notices and its motion stay."""

    family = serializers.ChoiceField(Family.choices, read_only=True)

    class Meta:
        model = SignalRule
        fields = [
            "code",
            "name",
            "source",
            "family",
            "motion",
            "product",
            "target_plan",
            "feature",
            "behaviour",
            "threshold",
            "days",
            "cooldown_days",
            "frequency_days",
            "is_active",
            "rank",
        ]


class SignalSerializer(ModelSerializer):
    """One firing; `key` is what the database refuses twice, `said` why nothing was opened."""

    family = serializers.CharField(source="rule.family", read_only=True)
    motion = serializers.CharField(source="rule.motion", read_only=True)
    key = serializers.CharField(read_only=True)

    class Meta:
        model = Signal
        fields = [
            "id",
            "key",
            "rule",
            "family",
            "motion",
            "account",
            "on",
            "occurrence",
            "value",
            "grade",
            "why",
            "feature",
            "product",
            "state",
            "reason",
            "said",
            "opportunity",
        ]


class OfFamily(FilterSet):
    family = ChoiceFilter(choices=Family.choices, method="in_family")

    def in_family(self, rows, _name: str, family: str):
        return rows.of_family(family)


class SignalRuleFilter(OfFamily):
    class Meta:
        model = SignalRule
        fields = ["motion", "product", "is_active"]


class SignalFilter(OfFamily):
    motion = CharFilter("rule__motion")

    class Meta:
        model = Signal
        fields = ["rule", "account", "on", "state", "reason", "grade", "product", "opportunity"]


class RehearsalQuery(Query):
    """Which days, `until` not included, by default last month; and which rule, else all active."""

    since = DateField(required=False)
    until = DateField(required=False)
    rule = CodeRelatedField(queryset=SignalRule.objects.all(), required=False)

    def validate(self, attrs: dict) -> dict:
        days = {name: attrs[name] for name in ("since", "until") if name in attrs}
        days = {**last_month(timezone.localdate()), **days}
        try:
            check_days(**days)
        except TooLong as refusal:
            raise serializers.ValidationError({"until": str(refusal)}) from refusal
        return {**attrs, **days}


class RehearsedAnswer(serializers.Serializer):
    """What one rule would have done; `suppressed` counts by reason, `examples` names accounts."""

    rule = serializers.CharField(source="rule.code")
    fired = serializers.IntegerField()
    accounts = serializers.IntegerField()
    suppressed = serializers.DictField(child=serializers.IntegerField())
    examples = serializers.ListField(child=serializers.CharField())


class RehearsalAnswer(serializers.Serializer):
    """The rules as they are, asked about days that are over."""

    since = serializers.DateField()
    until = serializers.DateField()
    rows = RehearsedAnswer(many=True)


class SignalRuleViewSet(PursuitFrame, ModelViewSet):
    queryset = SignalRule.objects.select_related("product", "target_plan", "feature")
    serializer_class = SignalRuleSerializer
    filterset_class = SignalRuleFilter
    ordering = ("rank",)
    ordering_fields = ("rank", "code")

    @extend_schema(responses=RehearsalAnswer)
    @action(
        detail=False,
        query_serializer_class=RehearsalQuery,
        filterset_class=None,
        pagination_class=None,
        needs=("accounts.change_signalrule",),
    )
    def rehearsal(self, request) -> Response:
        """What the rules would have noticed on days that are over; writes nothing."""
        asked = dict(self.get_query())
        rule = asked.pop("rule", None)
        rules = [rule] if rule else list(visible(SignalRule.objects.asked(), request.user))
        return Response(RehearsalAnswer({**asked, "rows": rehearse(rules=rules, **asked)}).data)


class SignalViewSet(PursuitFrame, ReadOnlyViewSet):
    queryset = Signal.objects.select_related("rule", "account", "feature", "product", "opportunity")
    serializer_class = SignalSerializer
    filterset_class = SignalFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("-on", "-id")
    ordering_fields = ("on", "value")


class ContributionAnswer(serializers.Serializer):
    """One input of the score: what was counted, from 0 to 1, and times its weight."""

    input = serializers.CharField()
    measured = serializers.FloatField()
    normalised = serializers.FloatField()
    weight = serializers.FloatField()
    contribution = serializers.FloatField()
    said = serializers.CharField()


class ReadinessAnswer(serializers.Serializer):
    """How ready an account is for more, from 0 to 1: the sum of its contributions."""

    account = serializers.CharField(source="account.code")
    on = serializers.DateField()
    score = serializers.FloatField()
    contributions = ContributionAnswer(many=True)


class ReadinessView(Endpoint):
    """How ready an account is for more, and from what that follows."""

    read_scope = "catalog:read"
    queryset = Account.objects.all()
    needs = ("accounts.view_account", "accounts.view_usageday", "accounts.view_behaviourevent")
    query_serializer_class = DayQuery

    @extend_schema(responses=ReadinessAnswer)
    def get(self, request, code: str) -> Response:
        account = visible(self.queryset.all(), request.user).filter(code=code).first()
        if account is None:
            raise Refusal(NOT_FOUND)
        on = self.get_query().get("on") or timezone.localdate()
        found: Readiness = readiness(account=account, on=on)
        return Response(ReadinessAnswer(found).data)
