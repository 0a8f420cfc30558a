"""What customers use and how well they are, as programs tell it and read it."""

from rest_framework import serializers

from accounts.models import Account, HealthScore, UsageDay, UsageKind
from config.api.fields import CharField, ChoiceField, DateField, DecimalField, IntegerField
from config.api.related import CodeRelatedField
from config.api.serializers import Serializer
from config.money import AMOUNT_DIGITS
from pricing.models import Feature


class UsageSerializer(serializers.ModelSerializer):
    """How much of a feature an account used on a day; `value` is in the feature's unit."""

    account = serializers.CharField(source="account.code")
    feature = serializers.CharField(source="feature.code")
    value = DecimalField(**AMOUNT_DIGITS)

    class Meta:
        model = UsageDay
        fields = ["id", "account", "feature", "kind", "day", "value"]
        read_only_fields = fields


class UsageInput(Serializer):
    """What an account used of a feature on a day; told again, the new value holds."""

    account = CodeRelatedField(queryset=Account.objects.all())
    feature = CodeRelatedField(queryset=Feature.objects.all())
    kind = ChoiceField(UsageKind.choices, default=UsageKind.USE)
    day = DateField()
    value = DecimalField(**AMOUNT_DIGITS, min_value=0)


class HealthSerializer(serializers.ModelSerializer):
    """How well an account is on a day, and the band that follows."""

    account = serializers.CharField(source="account.code")

    class Meta:
        model = HealthScore
        fields = ["id", "account", "day", "score", "band", "sources"]
        read_only_fields = fields


class HealthInput(Serializer):
    """How well an account is on a day, from 0 to 100; told again, the new score holds."""

    account = CodeRelatedField(queryset=Account.objects.all())
    day = DateField()
    score = IntegerField(min_value=0, max_value=100)
    sources = serializers.ListField(child=CharField(max_length=60), max_length=20, default=list)


class TakenSerializer(serializers.Serializer):
    """How many rows were told, and what came of them."""

    rows = serializers.IntegerField()
    added = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
