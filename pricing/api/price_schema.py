"""What the answers about releases look like."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.api.fields import DecimalField
from config.api.money import MONEY
from config.money import AMOUNT_DIGITS


@extend_schema_field({**MONEY, "type": ["object", "null"]})
class Money(serializers.JSONField):
    pass


class ChangeAnswer(serializers.Serializer):
    """A line beside the price it succeeds; `percent` is a fraction of the old amount."""

    plan = serializers.CharField()
    charge = serializers.CharField()
    currency = serializers.CharField()
    interval = serializers.CharField()
    change = serializers.ChoiceField(["new", "changed", "ended", "same"])
    old = Money(allow_null=True)
    new = Money(allow_null=True)
    difference = Money(allow_null=True)
    percent = DecimalField(**AMOUNT_DIGITS, allow_null=True)


class PreviewAnswer(serializers.Serializer):
    release = serializers.IntegerField()
    book = serializers.CharField()
    effective_on = serializers.DateField()
    state = serializers.CharField()
    policy = serializers.CharField(
        allow_null=True, help_text="Which customers keep what, where a policy decides."
    )
    motions = serializers.ListField(child=serializers.CharField())
    quantity = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    warnings = serializers.ListField(child=serializers.CharField())
    faults = serializers.ListField(child=serializers.CharField())
    lines = ChangeAnswer(many=True)
    more = serializers.IntegerField(help_text="Lines beyond those that are listed.")


class AnnualAnswer(serializers.Serializer):
    """A charge that the book prices by the month and by the year; `saved` is a fraction."""

    plan = serializers.CharField()
    charge = serializers.CharField()
    month = Money()
    year = Money()
    saved = serializers.FloatField(allow_null=True)
