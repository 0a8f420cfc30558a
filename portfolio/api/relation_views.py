"""How products belong together, over REST."""

from config.api.views import ID_IN_ADDRESS
from portfolio.api.relation_filters import (
    CoherenceOverrideFilter,
    IntegrationFilter,
    NeedFilter,
    PersonaFilter,
    SequenceFilter,
    WorkflowEdgeFilter,
)
from portfolio.api.relation_serializers import (
    CoherenceOverrideSerializer,
    IntegrationSerializer,
    NeedSerializer,
    PersonaSerializer,
    SequenceSerializer,
    WorkflowEdgeSerializer,
)
from portfolio.api.views import CatalogViewSet
from portfolio.models import (
    CoherenceOverride,
    CustomerNeed,
    Integration,
    Persona,
    Sequence,
    WorkflowEdge,
)


class RelationViewSet(CatalogViewSet):
    """Rows without a code of their own."""

    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)


class PersonaViewSet(CatalogViewSet):
    queryset = Persona.objects.all()
    serializer_class = PersonaSerializer
    filterset_class = PersonaFilter
    ordering_fields = ("code", "name")


class NeedViewSet(CatalogViewSet):
    queryset = CustomerNeed.objects.all()
    serializer_class = NeedSerializer
    filterset_class = NeedFilter
    ordering_fields = ("code", "name")


class IntegrationViewSet(RelationViewSet):
    queryset = Integration.objects.select_related("product_a", "product_b")
    serializer_class = IntegrationSerializer
    filterset_class = IntegrationFilter


class WorkflowEdgeViewSet(RelationViewSet):
    queryset = WorkflowEdge.objects.select_related("from_product", "to_product")
    serializer_class = WorkflowEdgeSerializer
    filterset_class = WorkflowEdgeFilter


class SequenceViewSet(RelationViewSet):
    queryset = Sequence.objects.select_related("before", "after")
    serializer_class = SequenceSerializer
    filterset_class = SequenceFilter


class CoherenceOverrideViewSet(RelationViewSet):
    queryset = CoherenceOverride.objects.select_related("product_a", "product_b")
    serializer_class = CoherenceOverrideSerializer
    filterset_class = CoherenceOverrideFilter
