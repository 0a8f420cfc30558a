"""Plans over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from config.api.serializers import DayQuery
from config.api.views import ID_IN_ADDRESS, Deletable, ModelViewSet
from config.api.writing import write
from pricing.api.comparing import CompositionSerializer
from pricing.api.filters import (
    ChargeFilter,
    PlanEnablementFilter,
    PlanFilter,
    PlanVersionFilter,
)
from pricing.api.serializers import (
    ChargeSerializer,
    DraftInput,
    PlanEnablementSerializer,
    PlanSerializer,
    PlanVersionSerializer,
    PublishInput,
)
from pricing.bundles import composition
from pricing.models import Charge, Plan, PlanEnablement, PlanVersion
from pricing.versioning import draft_next, publish


class PlanningViewSet(Deletable, ModelViewSet):
    read_scope = "catalog:read"
    write_scope = "catalog:write"
    requires_match = True

    def asked_day(self):
        """The day asked about, today if nobody says."""
        return self.get_query().get("on") or timezone.localdate()


class PlanViewSet(PlanningViewSet):
    queryset = Plan.objects.select_related("product", "portfolio")
    serializer_class = PlanSerializer
    filterset_class = PlanFilter
    ordering = ("code",)
    ordering_fields = ("code", "name", "rank")

    @extend_schema(responses={200: CompositionSerializer, 409: None})
    @action(detail=True, query_serializer_class=DayQuery)
    def composition(self, request, code: str) -> Response:
        """What a bundle or a platform contains on a day, and why."""
        found = composition(plan=self.get_object(), on=self.asked_day())
        return Response(CompositionSerializer(found).data)


class PlanVersionViewSet(PlanningViewSet):
    requires_reason = True
    queryset = PlanVersion.objects.select_related("plan")
    serializer_class = PlanVersionSerializer
    filterset_class = PlanVersionFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    locks_first = "plan"
    ordering = ("id",)

    @extend_schema(request=PublishInput, responses=PlanVersionSerializer)
    @action(detail=True, methods=["post"], write_scope=None, needs=("pricing.change_planversion",))
    def publish(self, request, pk: str) -> Response:
        """Puts a draft in force from its first day on; the version until then ends. By people."""
        return write(self, lambda: self._publish(request))

    def _publish(self, request) -> Response:
        wanted = PublishInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        return self.respond(publish(version=self.get_object(), **wanted.validated_data))

    @extend_schema(request=DraftInput, responses={201: PlanVersionSerializer})
    @action(detail=True, methods=["post"], needs=("pricing.add_planversion",))
    def draft(self, request, pk: str) -> Response:
        """Drafts the next version of the plan, with everything that this one grants."""
        return write(self, lambda: self._draft(request))

    def _draft(self, request) -> Response:
        wanted = DraftInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        drafted = draft_next(version=self.get_object(), **wanted.validated_data)
        return self.respond(drafted, 201)


class ChargeViewSet(PlanningViewSet):
    queryset = Charge.objects.select_related("plan", "feature")
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
