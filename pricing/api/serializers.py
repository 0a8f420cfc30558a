"""Plans as programs read and write them."""

from config.api.fields import ChoiceField, DateField
from config.api.serializers import ModelSerializer, Serializer
from pricing.models import (
    BundleItem,
    Charge,
    Entitlement,
    Feature,
    MigrationPath,
    Plan,
    PlanEnablement,
    PlanVersion,
    Treatment,
)


class PlanSerializer(ModelSerializer):
    class Meta:
        model = Plan
        fields = [
            "code",
            "name",
            "kind",
            "product",
            "portfolio",
            "rank",
            "is_public",
            "available_from",
            "end_of_sale_on",
            "end_of_life_on",
        ]


class PlanVersionSerializer(ModelSerializer):
    """A version begins as a draft; `publish` puts it in force."""

    class Meta:
        model = PlanVersion
        fields = ["id", "plan", "number", "state", "existing_treatment", "starts_on", "ends_on"]
        read_only_fields = ["state"]
        # Undecided is null; an empty text would pass for a decision.
        extra_kwargs = {"existing_treatment": {"allow_blank": False}}


class PublishInput(Serializer):
    """What happens to existing customers, where the draft does not say so yet."""

    existing_treatment = ChoiceField(Treatment.choices, allow_null=True, default=None)


class DraftInput(Serializer):
    """The first day of the next version."""

    starts_on = DateField()


class ChargeSerializer(ModelSerializer):
    class Meta:
        model = Charge
        fields = ["id", "plan", "code", "cadence", "feature"]


class FeatureSerializer(ModelSerializer):
    class Meta:
        model = Feature
        fields = [
            "code",
            "name",
            "product",
            "value_type",
            "unit",
            "levels",
            "is_support",
            "value_rating",
            "on_exceed",
            "grace_days",
            "rank",
        ]


class EntitlementSerializer(ModelSerializer):
    class Meta:
        model = Entitlement
        fields = ["id", "plan_version", "feature", "flag", "quantity", "unlimited", "level"]
        extra_kwargs = {"level": {"allow_blank": False}}


class BundleItemSerializer(ModelSerializer):
    class Meta:
        model = BundleItem
        fields = ["id", "plan_version", "plan", "quantity", "optional", "is_composed"]
        read_only_fields = ["is_composed"]


class MigrationPathSerializer(ModelSerializer):
    class Meta:
        model = MigrationPath
        fields = [
            "id",
            "from_plan",
            "to_plan",
            "kind",
            "allowed",
            "self_serve",
            "timing",
            "note",
        ]


class PlanEnablementSerializer(ModelSerializer):
    """A strategic product makes it possible to sell a plan."""

    class Meta:
        model = PlanEnablement
        fields = ["id", "product", "plan", "note"]
