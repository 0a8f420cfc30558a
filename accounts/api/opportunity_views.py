"""Opportunities over REST: opened, moved on, listed, taken out."""

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.response import Response

from accounts.api.opportunity_filters import (
    FeedbackFilter,
    ObjectionFilter,
    OpportunityFilter,
    StakeholderFilter,
)
from accounts.api.opportunity_serializers import (
    ChecklistSerializer,
    FeedbackSerializer,
    ObjectionRaisedSerializer,
    OpenInput,
    OpportunitySerializer,
    StakeholderSerializer,
    StepInput,
    TransitionSerializer,
)
from accounts.api.report_serializers import AnswerRows, LossRows, SourcingRows
from accounts.models import Feedback, ObjectionRaised, Opportunity, Stakeholder
from accounts.opportunities import reports
from accounts.opportunities.opening import open_opportunity
from accounts.opportunities.qualification import checklist, score
from accounts.opportunities.stages import move
from config.access.scopes import Scope
from config.api.serializers import DayQuery
from config.api.views import ID_IN_ADDRESS, ModelViewSet
from config.api.writing import write
from config.sheets.writing import as_csv

MOST_ROWS = 100_000


class CSVRenderer(BaseRenderer):
    """Lets a caller ask for CSV; what is written is written by the view."""

    media_type = "text/csv"
    format = "csv"


class PursuitFrame:
    read_scope = Scope.CATALOG_READ
    write_scope = Scope.OPPORTUNITIES_WRITE


class OpportunityViewSet(PursuitFrame, ModelViewSet):
    requires_key = True
    queryset = Opportunity.objects.select_related(
        "account", "product", "from_plan", "target_plan", "owner__user", "variant__experiment"
    )
    serializer_class = OpportunitySerializer
    filterset_class = OpportunityFilter
    list_actions = ("list", "export", "loss_reasons", "sourcing")
    ordering = ("-opened_on", "-id")
    ordering_fields = ("code", "opened_on", "stage_since", "expected_mrr")
    locks_first = "account"

    @extend_schema(request=OpenInput, responses={201: OpportunitySerializer})
    def create(self, request) -> Response:
        """Opens an opportunity; one whose hard gates do not hold begins as deferred."""
        return super().create(request)

    def add(self, data: object) -> Opportunity:
        wanted = OpenInput(data=data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        facts = {"on": timezone.localdate(), **wanted.validated_data}
        return open_opportunity(by=self.request.user, **facts)

    @extend_schema(request=StepInput, responses=OpportunitySerializer)
    @action(detail=True, methods=["post"], needs=("accounts.change_opportunity",))
    def transition(self, request, code: str) -> Response:
        """Moves an opportunity to another stage, if what that needs is there."""
        return write(self, self._move)

    def _move(self) -> Response:
        opportunity = self.get_object()  # another's is absent, whatever is sent
        wanted = StepInput(data=self.request.data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        said = {"on": timezone.localdate(), **wanted.validated_data}
        return self.respond(move(opportunity=opportunity, by=self.request.user, **said))

    @extend_schema(responses=ChecklistSerializer)
    @action(detail=True, query_serializer_class=DayQuery, filterset_class=None)
    def checklist(self, request, code: str) -> Response:
        """Every criterion of qualification as it stands on the day, with its reason."""
        on = self.get_query().get("on") or timezone.localdate()
        checks = checklist(opportunity=self.get_object(), on=on)
        rows = [check.as_row() for check in checks]
        qualified = all(check.holds for check in checks if check.hard)
        body = {"on": on, "qualified": qualified, "score": score(rows), "checks": rows}
        return Response(ChecklistSerializer(body).data)

    @extend_schema(responses=TransitionSerializer(many=True))
    @action(
        detail=True,
        filterset_class=None,
        pagination_class=None,
        needs=("accounts.view_opportunity", "accounts.view_opportunitytransition"),
    )
    def transitions(self, request, code: str) -> Response:
        """Every step, the first one first: who made it, why, and what was checked."""
        steps = self.get_object().transitions.select_related("by")
        return Response(TransitionSerializer(steps, many=True).data)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    @action(
        detail=False,
        pagination_class=None,
        renderer_classes=[JSONRenderer, CSVRenderer],
        ordering_fields=(),
    )
    def export(self, request) -> HttpResponse:
        """The opportunities that the filters name, as CSV for a campaign; 100,000 at most."""
        rows = self.filter_queryset(self.get_queryset()).select_related(*reports.TOLD)
        text = as_csv(reports.COLUMNS, reports.as_rows(rows[:MOST_ROWS]))
        named = {"Content-Disposition": 'attachment; filename="opportunities.csv"'}
        return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=named)

    @extend_schema(responses=LossRows)
    @action(detail=False, pagination_class=None, ordering_fields=(), url_path="loss-reasons")
    def loss_reasons(self, request) -> Response:
        """Why opportunities are lost: the share of each reason."""
        return Response({"rows": reports.loss_reasons(self.filter_queryset(self.get_queryset()))})

    @extend_schema(responses=SourcingRows)
    @action(detail=False, pagination_class=None, ordering_fields=())
    def sourcing(self, request) -> Response:
        """Who finds opportunities, and who closes them."""
        return Response({"rows": reports.sourcing(self.filter_queryset(self.get_queryset()))})


class OfOpportunity(PursuitFrame, ModelViewSet):
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)


class StakeholderViewSet(OfOpportunity):
    queryset = Stakeholder.objects.select_related("opportunity", "contact")
    serializer_class = StakeholderSerializer
    filterset_class = StakeholderFilter


class ObjectionViewSet(OfOpportunity):
    queryset = ObjectionRaised.objects.select_related("opportunity")
    serializer_class = ObjectionRaisedSerializer
    filterset_class = ObjectionFilter
    list_actions = ("list", "answers")

    @extend_schema(responses=AnswerRows)
    @action(detail=False, pagination_class=None)
    def answers(self, request) -> Response:
        """How often each answer to each kind of objection led to a sale."""
        return Response({"rows": reports.answers(self.filter_queryset(self.get_queryset()))})


class FeedbackViewSet(OfOpportunity):
    queryset = Feedback.objects.select_related("opportunity")
    serializer_class = FeedbackSerializer
    filterset_class = FeedbackFilter
