"""Comparisons of plans, as programs read them."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.api.fields import CharField, ChoiceField, DecimalField
from config.api.money import MONEY, written
from config.api.related import CodeRelatedField
from config.api.serializers import DayQuery
from config.money import validate_currency
from portfolio.models import Region, Segment
from pricing.models import Interval, MigrationPath, ValueType
from pricing.plan_prices import PlanPrice


class MarketQuery(DayQuery):
    """The day, and the market whose prices count; none without a currency."""

    segment = CodeRelatedField(queryset=Segment.objects.all(), required=False)
    region = CodeRelatedField(queryset=Region.objects.all(), required=False)
    currency = CharField(required=False, validators=[validate_currency])
    interval = ChoiceField(Interval.choices, default=Interval.MONTH)

    def validate(self, attrs: dict) -> dict:
        if {"segment", "region"} & attrs.keys() and "currency" not in attrs:
            raise serializers.ValidationError({"currency": "Name a currency too."})
        return attrs


class Named(serializers.Serializer):
    """A row by its code and name."""

    code = serializers.CharField()
    name = serializers.CharField()


class Ratio(serializers.FloatField):
    """How many times as much; null where there is no such number."""

    def __init__(self, **kwargs) -> None:
        super().__init__(allow_null=True, read_only=True, **kwargs)

    def to_representation(self, value) -> float:
        return round(float(value), 6)


class GrantSerializer(serializers.Serializer):
    """What is granted: one of flag, quantity, unlimited and level; `text` for people."""

    flag = serializers.BooleanField(allow_null=True)
    quantity = DecimalField(max_digits=18, decimal_places=6, allow_null=True)
    unlimited = serializers.BooleanField()
    level = serializers.CharField(allow_null=True)
    text = serializers.CharField()


class FeatureFacts(serializers.Serializer):
    feature = serializers.CharField(source="feature.code")
    name = serializers.CharField(source="feature.name")
    value_type = serializers.ChoiceField(ValueType.choices, source="feature.value_type")
    unit = serializers.CharField(source="feature.unit")


class ChangeSerializer(FeatureFacts):
    """What a feature was and becomes; null where a plan says nothing of it."""

    def get_fields(self) -> dict:
        both = {
            "from": GrantSerializer(source="old", allow_null=True),
            "to": GrantSerializer(source="new", allow_null=True),
        }
        return {**super().get_fields(), **both, "is_gain": serializers.BooleanField()}


class LimitSerializer(ChangeSerializer):
    ratio = Ratio()


class CellSerializer(serializers.Serializer):
    plan = serializers.CharField()
    value = GrantSerializer(allow_null=True)


class ComparedFeatureSerializer(FeatureFacts):
    """A feature across the tiers, in their order; a value is null where a tier has none."""

    value_rating = serializers.IntegerField(source="feature.value_rating", allow_null=True)
    is_support = serializers.BooleanField(source="feature.is_support")
    values = CellSerializer(many=True)


class ComparedPlanSerializer(serializers.Serializer):
    plan = serializers.CharField(source="plan.code")
    name = serializers.CharField(source="plan.name")
    rank = serializers.IntegerField(source="plan.rank", allow_null=True)
    is_public = serializers.BooleanField(source="plan.is_public")
    version = serializers.IntegerField(source="version.number", allow_null=True, default=None)


class RemarkSerializer(serializers.Serializer):
    """Something that the maker of the catalog should look at."""

    code = serializers.CharField()
    detail = serializers.CharField(source="sentence")
    plans = serializers.SerializerMethodField()
    feature = serializers.CharField(source="feature.code", allow_null=True, default=None)

    def get_plans(self, remark) -> list[str]:
        return [plan.code for plan in remark.plans]


class TierStepSerializer(serializers.Serializer):
    """From one tier to the next; `price_ratio` is null where no currency is named."""

    improved = serializers.SerializerMethodField()
    limits = LimitSerializer(many=True)
    price_ratio = Ratio()
    remarks = RemarkSerializer(many=True)

    def get_fields(self) -> dict:
        ends = {"from": "lower.code", "to": "upper.code"}
        named = {name: serializers.CharField(source=source) for name, source in ends.items()}
        return {**named, **super().get_fields()}

    def get_improved(self, step) -> list[str]:
        return [feature.code for feature in step.improved]


class ComparisonSerializer(serializers.Serializer):
    """The tiers of a product that are on sale on a day, and every feature of them."""

    product = serializers.CharField(source="comparison.product.code")
    on = serializers.DateField(source="comparison.on")
    tiers = ComparedPlanSerializer(source="comparison.tiers", many=True)
    features = serializers.SerializerMethodField()
    steps = TierStepSerializer(source="review.steps", many=True)
    remarks = RemarkSerializer(source="review.remarks", many=True)

    @extend_schema_field(ComparedFeatureSerializer(many=True))
    def get_features(self, asked) -> list:
        codes = [tier.plan.code for tier in asked["comparison"].tiers]
        rows = [
            {
                "feature": row.feature,
                "values": [
                    {"plan": code, "value": cell}
                    for code, cell in zip(codes, row.cells, strict=True)
                ],
            }
            for row in asked["comparison"].rows
        ]
        return ComparedFeatureSerializer(rows, many=True).data


class PathFactsSerializer(serializers.ModelSerializer):
    class Meta:
        model = MigrationPath
        fields = ["kind", "allowed", "self_serve", "timing", "note"]
        read_only_fields = fields


@extend_schema_field(MONEY)
class AmountField(serializers.Field):
    """A price as money."""

    def to_representation(self, value: PlanPrice) -> dict:
        return written(value.amount, value.currency)


class PriceChangeSerializer(serializers.Serializer):
    """Money and, as a share of the old price, `change`; indicative where a price is a minimum."""

    delta = AmountField()
    change = Ratio(source="share")
    indicative = serializers.BooleanField(source="is_indicative")

    def get_fields(self) -> dict:
        ends = {"from": AmountField(source="old"), "to": AmountField(source="new")}
        return {**ends, **super().get_fields()}


class DifferenceSerializer(serializers.Serializer):
    """Exactly what a move from one plan to another changes.

    `price` is null for the reason in `price_missing`: `not_asked` where the question names
    neither a buyer nor a currency, `no_price`, or `different_currencies`.
    """

    on = serializers.DateField()
    path = PathFactsSerializer(allow_null=True)
    added = ChangeSerializer(many=True)
    removed = ChangeSerializer(many=True)
    changed = ChangeSerializer(many=True)
    limits = LimitSerializer(many=True)
    support = ChangeSerializer(many=True)
    products_added = Named(many=True)
    products_removed = Named(many=True)
    price = PriceChangeSerializer(allow_null=True)
    price_missing = serializers.CharField(allow_blank=True)

    def get_fields(self) -> dict:
        ends = {
            "from": ComparedPlanSerializer(source="old"),
            "to": ComparedPlanSerializer(source="new"),
        }
        return {**ends, **super().get_fields()}


class BundleMemberSerializer(serializers.Serializer):
    plan = serializers.CharField(source="plan.code")
    name = serializers.CharField(source="plan.name")
    product = serializers.CharField(source="plan.product.code", allow_null=True, default=None)
    quantity = DecimalField(max_digits=18, decimal_places=6)
    optional = serializers.BooleanField()
    source = serializers.SerializerMethodField()
    in_version = serializers.BooleanField(
        help_text="Whether the version in force has it; if not, publish the next version."
    )

    def get_source(self, member) -> str:
        return member.source.value


class CompositionStepSerializer(serializers.Serializer):
    step = serializers.CharField()
    subject = serializers.CharField()
    name = serializers.CharField()
    considered = serializers.CharField(allow_null=True)
    matched = serializers.BooleanField()
    reason = serializers.CharField()


class CompositionSerializer(serializers.Serializer):
    """What a bundle or a platform contains on a day, and why."""

    plan = serializers.CharField(source="plan.code")
    on = serializers.DateField()
    version = serializers.IntegerField(source="version.number", allow_null=True, default=None)
    members = BundleMemberSerializer(many=True)
    trace = CompositionStepSerializer(many=True)
