"""Playbooks and experiments, as programs read and write them."""

from django.db import transaction
from rest_framework import serializers

from accounts.experiments import begin
from accounts.models import (
    Account,
    Experiment,
    Objection,
    Playbook,
    PlaybookStep,
    Variant,
)
from accounts.playbooks import next_number
from config.api.related import CodeRelatedField
from config.api.serializers import ModelSerializer, Query


class Part:
    """A row that comes with its parent, and is checked with it."""

    def check(self, row) -> None:
        row.full_clean(exclude=["playbook", "experiment", "rank"], validate_constraints=False)


class StepPartSerializer(Part, ModelSerializer):
    """One thing to do at a stage; steps of a stage come in the order given."""

    class Meta:
        model = PlaybookStep
        fields = ["stage", "title", "words", "involve"]


class ObjectionPartSerializer(Part, ModelSerializer):
    class Meta:
        model = Objection
        fields = ["kind", "response", "says", "reply"]


class PlaybookSerializer(ModelSerializer):
    """A version of a playbook; the next number of its motion is taken. Lists replace lists."""

    steps = StepPartSerializer(many=True, required=False)
    objections = ObjectionPartSerializer(many=True, required=False)

    class Meta:
        model = Playbook
        fields = [
            "id",
            "motion",
            "number",
            "name",
            "state",
            "message",
            "success",
            "steps",
            "objections",
        ]
        read_only_fields = ["number", "state"]

    def candidate(self, attrs):
        row = super().candidate(attrs)
        row.number = row.number or next_number(row.motion)
        return row

    def validate_motion(self, motion: str) -> str:
        if self.instance and motion != self.instance.motion:
            raise serializers.ValidationError("A playbook stays with its motion.")
        return motion

    @transaction.atomic
    def create(self, attrs: dict) -> Playbook:
        steps, objections = attrs.pop("steps", []), attrs.pop("objections", [])
        playbook = Playbook.objects.create(number=next_number(attrs["motion"]), **attrs)
        _replace(playbook, steps, objections)
        return playbook

    @transaction.atomic
    def update(self, playbook: Playbook, attrs: dict) -> Playbook:
        steps, objections = attrs.pop("steps", None), attrs.pop("objections", None)
        playbook = super().update(playbook, attrs)
        _replace(playbook, steps, objections)
        return playbook


def _replace(playbook: Playbook, steps: list | None, objections: list | None) -> None:
    if steps is not None:
        playbook.steps.all().delete()
        for rank, facts in enumerate(steps, start=1):
            PlaybookStep.objects.create(playbook=playbook, rank=rank, **facts)
    if objections is not None:
        playbook.objections.all().delete()
        for facts in objections:
            Objection.objects.create(playbook=playbook, **facts)


class VariantPartSerializer(Part, ModelSerializer):
    """One of the things tried; of 100 accounts `weight` get it."""

    class Meta:
        model = Variant
        fields = ["code", "name", "weight", "offer"]


class ExperimentSerializer(ModelSerializer):
    """Variants come with the experiment, in the order in which their weights are laid out."""

    variants = VariantPartSerializer(many=True, allow_empty=False)
    salt = serializers.CharField(read_only=True)
    is_imported = serializers.BooleanField(read_only=True)

    class Meta:
        model = Experiment
        fields = [
            "code",
            "name",
            "motion",
            "hypothesis",
            "salt",
            "is_imported",
            "variants",
            "starts_on",
            "ends_on",
        ]

    def validate_variants(self, variants: list) -> list:
        if self.instance:
            raise serializers.ValidationError("Variants come with a new experiment, and stay.")
        return variants

    def candidate(self, attrs):
        row = super().candidate(attrs)
        row.salt = row.salt or row.code
        return row

    def create(self, attrs: dict) -> Experiment:
        variants = [Variant(**facts) for facts in attrs.pop("variants")]
        return begin(experiment=Experiment(**attrs), variants=variants)


class AssignmentQuery(Query):
    """Whose variant is asked for."""

    account = CodeRelatedField(queryset=Account.objects.all())


class VariantAnswer(serializers.Serializer):
    """The variant that an account gets, and its place among 100."""

    experiment = serializers.CharField()
    account = serializers.CharField()
    place = serializers.IntegerField()
    variant = VariantPartSerializer()
