"""Plans over REST."""

from config.api.views import ID_IN_ADDRESS, Deletable, ModelViewSet
from pricing.api.filters import (
    ChargeFilter,
    PlanEnablementFilter,
    PlanFilter,
    PlanVersionFilter,
)
from pricing.api.serializers import (
    ChargeSerializer,
    PlanEnablementSerializer,
    PlanSerializer,
    PlanVersionSerializer,
)
from pricing.models import Charge, Plan, PlanEnablement, PlanVersion


class PlanningViewSet(Deletable, ModelViewSet):
    read_scope = "catalog:read"
    write_scope = "catalog:write"
    requires_match = True


class PlanViewSet(PlanningViewSet):
    queryset = Plan.objects.select_related("product")
    serializer_class = PlanSerializer
    filterset_class = PlanFilter
    ordering = ("code",)
    ordering_fields = ("code", "name", "rank")


class PlanVersionViewSet(PlanningViewSet):
    requires_reason = True
    queryset = PlanVersion.objects.select_related("plan")
    serializer_class = PlanVersionSerializer
    filterset_class = PlanVersionFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)


class ChargeViewSet(PlanningViewSet):
    queryset = Charge.objects.select_related("plan")
    serializer_class = ChargeSerializer
    filterset_class = ChargeFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)


class PlanEnablementViewSet(Deletable, ModelViewSet):
    read_scope = "catalog:read"
    write_scope = "catalog:write"
    queryset = PlanEnablement.objects.select_related("product", "plan")
    serializer_class = PlanEnablementSerializer
    filterset_class = PlanEnablementFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)
