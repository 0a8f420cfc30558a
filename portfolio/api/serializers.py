"""The catalog as programs read and write it."""

from config.api.related import CodesRelatedField
from config.api.serializers import ModelSerializer
from portfolio.models import (
    CustomerNeed,
    Persona,
    Portfolio,
    Product,
    Region,
    Segment,
    Threshold,
)


class PortfolioSerializer(ModelSerializer):
    class Meta:
        model = Portfolio
        fields = ["code", "name", "model", "default_channel"]


class ProductSerializer(ModelSerializer):
    personas = CodesRelatedField(queryset=Persona.objects.all(), required=False)
    needs = CodesRelatedField(queryset=CustomerNeed.objects.all(), required=False)

    class Meta:
        model = Product
        fields = [
            "code",
            "name",
            "portfolio",
            "role",
            "is_core",
            "origin",
            "vendor",
            "review_state",
            "value_proposition",
            "personas",
            "needs",
            "available_from",
            "end_of_sale_on",
            "end_of_support_on",
            "end_of_life_on",
        ]
        # Undecided is null; an empty text would pass for a decision.
        extra_kwargs = {"role": {"allow_blank": False}}


class SegmentSerializer(ModelSerializer):
    class Meta:
        model = Segment
        fields = ["code", "name", "rank"]


class RegionSerializer(ModelSerializer):
    class Meta:
        model = Region
        fields = ["code", "name", "rank"]


class ThresholdSerializer(ModelSerializer):
    class Meta:
        model = Threshold
        fields = ["id", "code", "value", "source", "starts_on", "ends_on"]
