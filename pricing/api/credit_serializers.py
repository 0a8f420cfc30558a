"""Credit units, packs and burn rates, as programs read and write them."""

from rest_framework import serializers

from config.api.fields import DateField, DecimalField
from config.api.related import CodeRelatedField
from config.api.serializers import ModelSerializer, Serializer
from config.money import AMOUNT_DIGITS
from pricing.models import BurnRate, CreditTerms, CreditUnit, Feature


class CreditUnitSerializer(ModelSerializer):
    class Meta:
        model = CreditUnit
        fields = ["code", "name", "portfolio", "on_empty"]


class CreditTermsSerializer(ModelSerializer):
    """What a credit pack is worth beside its price; `overage_charge` is a charge of the pack."""

    class Meta:
        model = CreditTerms
        fields = ["id", "plan", "unit", "valid_months", "priority", "on_empty", "overage_charge"]


class BurnRateSerializer(serializers.ModelSerializer):
    """What a unit of a feature costs in credits, for a stretch of days."""

    unit = serializers.CharField(source="unit.code")
    feature = serializers.CharField(source="feature.code")
    credits = DecimalField(**AMOUNT_DIGITS)

    class Meta:
        model = BurnRate
        fields = ["id", "unit", "feature", "credits", "starts_on", "ends_on"]
        read_only_fields = fields


class RateInput(Serializer):
    """What a unit of a feature costs from a day on; the rate until then ends."""

    unit = CodeRelatedField(queryset=CreditUnit.objects.all())
    feature = CodeRelatedField(queryset=Feature.objects.all())
    credits = DecimalField(**AMOUNT_DIGITS)
    starts_on = DateField()


class EndInput(Serializer):
    """The first day on which the feature cannot be drawn any more."""

    on = DateField()


class ValueAnswer(serializers.Serializer):
    """What a credit is worth on one feature: the price of a unit over the credits of a unit."""

    feature = serializers.CharField()
    credits = serializers.CharField()
    unit_amount = serializers.CharField()
    value = serializers.CharField()
    price = serializers.IntegerField()


class WorthAnswer(serializers.Serializer):
    """The worth of a credit in one currency; `spread` is the highest over the lowest."""

    currency = serializers.CharField()
    spread = serializers.FloatField(allow_null=True)
    values = ValueAnswer(many=True)


class WorthsAnswer(serializers.Serializer):
    """The worth of a credit by feature; `threshold` is the spread above which it is a finding."""

    unit = serializers.CharField()
    on = serializers.DateField()
    threshold = serializers.FloatField(allow_null=True)
    worths = WorthAnswer(many=True)
