"""Plans as programs read and write them."""

from config.api.serializers import ModelSerializer
from pricing.models import Charge, Plan, PlanEnablement, PlanVersion


class PlanSerializer(ModelSerializer):
    class Meta:
        model = Plan
        fields = [
            "code",
            "name",
            "kind",
            "product",
            "rank",
            "is_public",
            "available_from",
            "end_of_sale_on",
            "end_of_life_on",
        ]


class PlanVersionSerializer(ModelSerializer):
    class Meta:
        model = PlanVersion
        fields = ["id", "plan", "number", "state", "existing_treatment", "starts_on", "ends_on"]
        # Undecided is null; an empty text would pass for a decision.
        extra_kwargs = {"existing_treatment": {"allow_blank": False}}


class ChargeSerializer(ModelSerializer):
    class Meta:
        model = Charge
        fields = ["id", "plan", "code", "cadence"]


class PlanEnablementSerializer(ModelSerializer):
    """A strategic product makes it possible to sell a plan."""

    class Meta:
        model = PlanEnablement
        fields = ["id", "product", "plan", "note"]
