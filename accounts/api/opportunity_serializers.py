"""Opportunities and what happens around them, as programs read and write them."""

from django.utils import timezone
from rest_framework import serializers

from accounts.models import (
    Account,
    DeferReason,
    Feedback,
    LossReason,
    Member,
    ObjectionRaised,
    Opportunity,
    OpportunityTransition,
    SecondaryRole,
    Stage,
    Stakeholder,
    SubscriptionLine,
)
from accounts.opportunities.qualification import score
from accounts.ownership import colleagues
from config.api.fields import CharField, ChoiceField, DateField, DecimalField
from config.api.related import CodeRelatedField, IdRelatedField
from config.api.serializers import ModelSerializer, Serializer
from config.codes import CodeField
from config.money import AMOUNT_DIGITS
from portfolio.models import Motion
from pricing.models import Plan


class HelpField(IdRelatedField):
    """A member whom the caller may name as help, although they may see none of them."""

    def get_queryset(self):
        request = self.context.get("request")
        if request is None:
            return super().get_queryset()
        return colleagues(request.user, on=timezone.localdate())


TEXT = {"required": False, "allow_blank": True, "max_length": 5000}
MEMBER = {"queryset": Member.objects.all(), "required": False, "allow_null": True}


class OpportunitySerializer(ModelSerializer):
    """An opportunity; `expected_mrr` is in minor units of `currency`. Stages move by transitions.

    `next_stages` are the stages that may follow; what each needs is asked when it is moved.
    """

    currency = serializers.CharField(source="account.currency", read_only=True)
    journey = serializers.CharField(read_only=True)
    next_stages = serializers.ListField(child=serializers.CharField(), read_only=True)
    owner_email = serializers.EmailField(
        source="owner.user.email", default=None, read_only=True, allow_null=True
    )
    secondary_owner = HelpField(**MEMBER)
    experiment = serializers.CharField(
        source="variant.experiment.code", default=None, read_only=True, allow_null=True
    )
    variant = serializers.CharField(
        source="variant.code", default=None, read_only=True, allow_null=True
    )
    playbook = serializers.IntegerField(source="playbook_id", read_only=True, allow_null=True)
    won_line = serializers.IntegerField(source="won_line_id", read_only=True, allow_null=True)
    closed_by = serializers.IntegerField(source="closed_by_id", read_only=True, allow_null=True)
    signal = serializers.IntegerField(source="signal_id", read_only=True, allow_null=True)
    price_trace = serializers.ListField(child=serializers.DictField(), read_only=True)
    qualification = serializers.ListField(child=serializers.DictField(), read_only=True)
    score = serializers.SerializerMethodField(
        help_text="Of the criteria that are known, the share that passes."
    )

    class Meta:
        model = Opportunity
        fields = [
            "code",
            "account",
            "motion",
            "product",
            "from_plan",
            "target_plan",
            "problem",
            "weak_pair_reason",
            "expected_mrr",
            "currency",
            "price_trace",
            "owner",
            "owner_email",
            "secondary_owner",
            "secondary_role",
            "sourced_by",
            "closed_by",
            "stage",
            "stage_since",
            "journey",
            "next_stages",
            "left_at",
            "defer_reason",
            "loss_reason",
            "note",
            "qualification",
            "score",
            "playbook",
            "experiment",
            "variant",
            "won_line",
            "origin",
            "signal",
            "opened_on",
            "decided_on",
            "adopt_by",
        ]
        read_only_fields = [
            "code",
            "account",
            "motion",
            "product",
            "from_plan",
            "target_plan",
            "stage",
            "stage_since",
            "left_at",
            "defer_reason",
            "loss_reason",
            "origin",
            "opened_on",
            "decided_on",
            "adopt_by",
        ]

    def get_score(self, opportunity: Opportunity) -> float | None:
        return score(opportunity.qualification)


class OpenInput(Serializer):
    """An opportunity to begin: a plan for an account. The motion follows; said, it is checked."""

    account = CodeRelatedField(queryset=Account.objects.all())
    target_plan = CodeRelatedField(queryset=Plan.objects.select_related("product"))
    on = DateField(required=False, help_text="The day it is opened; today if left out.")
    motion = ChoiceField(Motion.choices, required=False, allow_null=True)
    problem = CharField(**TEXT)
    weak_pair_reason = CharField(**TEXT)
    quantity = DecimalField(
        **AMOUNT_DIGITS,
        required=False,
        min_value=0,
        help_text="If left out, as many as they have of what it replaces, else one.",
    )
    code = CharField(max_length=120, required=False, validators=CodeField().validators)
    owner = IdRelatedField(**MEMBER)
    secondary_owner = HelpField(**MEMBER)
    secondary_role = ChoiceField(SecondaryRole.choices, required=False, allow_blank=True)
    sourced_by = IdRelatedField(**MEMBER)


class StepInput(Serializer):
    """The next stage, with what that stage needs."""

    to = ChoiceField(Stage.choices)
    on = DateField(required=False, help_text="The day it happened; today if left out.")
    reason = CharField(**TEXT)
    problem = CharField(**TEXT)
    defer_reason = ChoiceField(DeferReason.choices, required=False)
    loss_reason = ChoiceField(LossReason.choices, required=False)
    won_line = IdRelatedField(
        queryset=SubscriptionLine.objects.select_related("product"),
        required=False,
        allow_null=True,
    )
    closed_by = IdRelatedField(**MEMBER)


class TransitionSerializer(serializers.ModelSerializer):
    """One step of an opportunity: who made it, when, why, and what was checked."""

    by = serializers.EmailField(source="by.email", default=None, allow_null=True)
    checklist = serializers.ListField(child=serializers.DictField())
    from_stage = serializers.ChoiceField(Stage.choices, allow_blank=True)

    class Meta:
        model = OpportunityTransition
        fields = ["from_stage", "to_stage", "on", "by", "reason", "checklist", "at"]
        read_only_fields = fields


class CriterionSerializer(serializers.Serializer):
    """A criterion of qualification: a hard one that does not hold stops the pursuit."""

    criterion = serializers.CharField()
    verdict = serializers.ChoiceField(["pass", "fail", "unknown"])
    reason = serializers.CharField()
    hard = serializers.BooleanField()
    holds = serializers.BooleanField()
    defers = serializers.CharField(allow_blank=True)


class ChecklistSerializer(serializers.Serializer):
    """How an opportunity stands on a day; `score` is the share of known criteria that pass."""

    on = serializers.DateField()
    qualified = serializers.BooleanField()
    score = serializers.FloatField(allow_null=True)
    checks = CriterionSerializer(many=True)


class OfOpportunity:
    """A row of an opportunity; it stays with it."""

    def validate_opportunity(self, opportunity: Opportunity) -> Opportunity:
        if self.instance and opportunity != self.instance.opportunity:
            raise serializers.ValidationError("It stays with its opportunity.")
        return opportunity


class StakeholderSerializer(OfOpportunity, ModelSerializer):
    """`is_new`: neither a user of what is held nor its champion."""

    role = serializers.CharField(source="contact.role", read_only=True)
    is_new = serializers.BooleanField(read_only=True)

    class Meta:
        model = Stakeholder
        fields = ["id", "opportunity", "contact", "role", "is_new", "engaged_on", "note"]

    def validate(self, attrs):
        row = self.candidate(attrs)
        if row.contact.account_id != row.opportunity.account_id:
            raise serializers.ValidationError(
                {"contact": "A stakeholder is a contact of the account of the opportunity."}
            )
        return super().validate(attrs)


class ObjectionRaisedSerializer(OfOpportunity, ModelSerializer):
    class Meta:
        model = ObjectionRaised
        fields = ["id", "opportunity", "kind", "response", "raised_on", "note"]


class FeedbackSerializer(OfOpportunity, ModelSerializer):
    class Meta:
        model = Feedback
        fields = ["id", "opportunity", "outcome", "reason", "text", "given_on"]
