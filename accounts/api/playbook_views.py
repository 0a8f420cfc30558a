"""Playbooks and experiments over REST."""

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.opportunity_views import PursuitFrame
from accounts.api.playbook_serializers import (
    AssignmentQuery,
    ExperimentSerializer,
    PlaybookSerializer,
    VariantAnswer,
)
from accounts.experiments import place_of, variant_of
from accounts.models import Experiment, Playbook, PlaybookStep
from accounts.playbooks import draft_next, publish
from config.api.filters import DateFilter, FilterSet
from config.api.views import ID_IN_ADDRESS, ModelViewSet
from config.api.writing import write

CHANGE = ("accounts.change_playbook",)


class PlaybookFilter(FilterSet):
    class Meta:
        model = Playbook
        fields = ["motion", "state"]


class PlaybookViewSet(PursuitFrame, ModelViewSet):
    queryset = Playbook.objects.prefetch_related(
        Prefetch("steps", PlaybookStep.objects.in_order()), "objections"
    )
    serializer_class = PlaybookSerializer
    filterset_class = PlaybookFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)

    @extend_schema(request=None, responses=PlaybookSerializer)
    @action(detail=True, methods=["post"], needs=CHANGE)
    def publish(self, request, pk: str) -> Response:
        """Lets opportunities opened from now on use this version; it is never edited after."""
        return write(self, lambda: self.respond(publish(playbook=self.get_object())))

    @extend_schema(request=None, responses={201: PlaybookSerializer})
    @action(detail=True, methods=["post"], needs=("accounts.add_playbook",), url_path="draft-next")
    def draft_next(self, request, pk: str) -> Response:
        """A draft of the next version that says what this one says."""
        return write(self, lambda: self.respond(draft_next(playbook=self.get_object()), 201))


class ExperimentFilter(FilterSet):
    on = DateFilter(method="running", help_text="Those that run on the day.")

    class Meta:
        model = Experiment
        fields = ["motion", "is_imported"]

    def running(self, rows, _name: str, day):
        return rows.in_force(on=day)


class ExperimentViewSet(PursuitFrame, ModelViewSet):
    queryset = Experiment.objects.prefetch_related("variants")
    serializer_class = ExperimentSerializer
    filterset_class = ExperimentFilter
    ordering = ("code",)

    @extend_schema(responses=VariantAnswer)
    @action(
        detail=True,
        query_serializer_class=AssignmentQuery,
        filterset_class=None,
        needs=("accounts.view_experiment", "accounts.view_account"),
    )
    def assignment(self, request, code: str) -> Response:
        """The variant that an account gets: the same at every call."""
        experiment, account = self.get_object(), self.get_query()["account"]
        body = {
            "experiment": experiment.code,
            "account": account.code,
            "place": place_of(salt=experiment.salt, account=account.code),
            "variant": variant_of(experiment=experiment, account=account),
        }
        return Response(VariantAnswer(body).data)
