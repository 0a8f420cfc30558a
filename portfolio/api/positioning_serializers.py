"""How products are put before customers, as programs read and write it."""

from rest_framework import serializers

from config.api.fields import ChoiceField
from config.api.related import CodeRelatedField
from config.api.serializers import ModelSerializer, Query
from portfolio.models import (
    Asset,
    Benchmark,
    Channel,
    Motion,
    Product,
    RegionCountry,
    Segment,
    SegmentEnablement,
    SunsetPlan,
    Targeting,
)


class RegionCountrySerializer(ModelSerializer):
    class Meta:
        model = RegionCountry
        fields = ["id", "region", "country"]


class TargetingSerializer(ModelSerializer):
    """Without a product: how plans that bundle several, and the platform, are positioned."""

    class Meta:
        model = Targeting
        fields = ["id", "product", "segment", "posture", "max_products"]


class ChannelSerializer(ModelSerializer):
    """A criterion that is null fits anything."""

    class Meta:
        model = Channel
        fields = ["id", "product", "segment", "motion", "owner_model"]
        # Any motion is null; an empty text would pass for one.
        extra_kwargs = {"motion": {"allow_blank": False}}


class AssetSerializer(ModelSerializer):
    class Meta:
        model = Asset
        fields = [
            "id",
            "name",
            "kind",
            "product",
            "other_product",
            "industry",
            "employees_from",
            "employees_to",
            "url",
            "message",
            "published_on",
        ]


class SunsetPlanSerializer(ModelSerializer):
    """The days of the end are those of the product."""

    class Meta:
        model = SunsetPlan
        fields = [
            "id",
            "product",
            "successor",
            "no_successor",
            "reason",
            "notice_days",
            "announced_on",
        ]


class SegmentEnablementSerializer(ModelSerializer):
    class Meta:
        model = SegmentEnablement
        fields = ["id", "product", "segment", "note"]


class BenchmarkSerializer(ModelSerializer):
    """A published figure; shares, points and multiples are fractions, never times 100."""

    class Meta:
        model = Benchmark
        fields = ["id", "key", "name", "low", "high", "unit", "basis", "source", "published_on"]


class ChannelQuery(Query):
    """What is sold, to whom, and by which motion."""

    product = CodeRelatedField(queryset=Product.objects.select_related("portfolio"))
    segment = CodeRelatedField(queryset=Segment.objects.all(), required=False)
    motion = ChoiceField(Motion.choices, required=False)


class StepSerializer(serializers.Serializer):
    """One step of a decision: what was considered, and why it was taken or not."""

    step = serializers.CharField()
    subject = serializers.CharField()
    considered = serializers.CharField()
    matched = serializers.BooleanField()
    reason = serializers.CharField()


class ChosenSerializer(serializers.Serializer):
    """Who sells, by which channel (null: by the portfolio's own), and how that was decided."""

    owner_model = serializers.CharField()
    channel = serializers.IntegerField(allow_null=True)
    trace = StepSerializer(many=True)


class PostureSerializer(serializers.Serializer):
    """A product and its posture; null is for bundles and the platform."""

    product = serializers.CharField(allow_null=True)
    posture = serializers.CharField()


class PositioningSerializer(serializers.Serializer):
    """What to offer in a segment, best first, and what never."""

    segment = serializers.CharField()
    max_products = serializers.IntegerField(allow_null=True)
    offered = PostureSerializer(many=True)
    excluded = PostureSerializer(many=True)


class SunsetStepSerializer(serializers.Serializer):
    """A step of a product's end; its day is null while nobody has set it."""

    code = serializers.CharField()
    name = serializers.CharField()
    day = serializers.DateField(allow_null=True)
    meaning = serializers.CharField()
    is_past = serializers.BooleanField()


class TimelineSerializer(serializers.Serializer):
    """How a product ends, on the day asked about."""

    product = serializers.CharField()
    on = serializers.DateField()
    steps = SunsetStepSerializer(many=True)
    successors = serializers.ListField(child=serializers.CharField())
    successor_fault = serializers.CharField()
    told_late = serializers.CharField()
