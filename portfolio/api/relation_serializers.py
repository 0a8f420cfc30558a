"""How products belong together, as programs read and write it."""

from django.utils import timezone

from config.api.related import CodeRelatedField
from config.api.serializers import ModelSerializer
from portfolio.models import (
    CoherenceOverride,
    CustomerNeed,
    Integration,
    Persona,
    Product,
    Sequence,
    WorkflowEdge,
)
from portfolio.sequencing import usual_adoption


class PersonaSerializer(ModelSerializer):
    class Meta:
        model = Persona
        fields = ["code", "name", "description"]


class NeedSerializer(ModelSerializer):
    class Meta:
        model = CustomerNeed
        fields = ["code", "name", "description"]


class OfTwo:
    """Two products in no order: the answer may have them the other way round."""

    def candidate(self, attrs):
        row = super().candidate(attrs)
        row.put_in_order()
        return row


class IntegrationSerializer(OfTwo, ModelSerializer):
    class Meta:
        model = Integration
        fields = [
            "id",
            "product_a",
            "product_b",
            "depth",
            "shares_data",
            "syncs_workflow",
            "status",
            "better_together",
        ]


class CoherenceOverrideSerializer(OfTwo, ModelSerializer):
    class Meta:
        model = CoherenceOverride
        fields = ["id", "product_a", "product_b", "question", "score", "note"]


class WorkflowEdgeSerializer(ModelSerializer):
    # The member's name is a word of the language.
    locals()["from"] = CodeRelatedField(source="from_product", queryset=Product.objects.all())
    to = CodeRelatedField(source="to_product", queryset=Product.objects.all())

    class Meta:
        model = WorkflowEdge
        fields = ["id", "from", "to", "description"]


class UsualAdoption:
    """What the threshold says today, where nobody says another figure."""

    def __call__(self):
        return usual_adoption(on=timezone.localdate())


class SequenceSerializer(ModelSerializer):
    class Meta:
        model = Sequence
        fields = ["id", "before", "after", "kind", "min_adoption"]
        extra_kwargs = {"min_adoption": {"default": UsualAdoption(), "required": False}}
