"""Teams, members, and who looks after which account, over REST."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.owner_filters import AssignmentFilter, MemberFilter, TeamFilter
from accounts.api.owner_serializers import (
    AssignInput,
    AssignmentSerializer,
    MemberSerializer,
    TeamSerializer,
)
from accounts.api.serializers import DayInput
from accounts.models import Assignment, Member, Team
from accounts.ownership import assign, release
from config.access.scopes import Scope
from config.api.views import ID_IN_ADDRESS, Addable, Deletable, ModelViewSet, ReadOnlyViewSet
from config.api.writing import write


class OwnersFrame:
    read_scope = Scope.CATALOG_READ
    write_scope = Scope.ROUTING_EXECUTE


class TeamViewSet(OwnersFrame, Deletable, ModelViewSet):
    queryset = Team.objects.all()
    serializer_class = TeamSerializer
    filterset_class = TeamFilter
    ordering = ("code",)
    ordering_fields = ("code", "name")


class MemberViewSet(OwnersFrame, Deletable, ModelViewSet):
    queryset = Member.objects.select_related("team", "user")
    serializer_class = MemberSerializer
    filterset_class = MemberFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)


class AssignmentViewSet(OwnersFrame, Addable, ReadOnlyViewSet):
    queryset = Assignment.objects.select_related(
        "account", "product", "member__user", "member__team"
    )
    serializer_class = AssignmentSerializer
    filterset_class = AssignmentFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)
    locks_first = "account"

    @extend_schema(request=AssignInput, responses={201: AssignmentSerializer})
    def create(self, request) -> Response:
        """Lets a member look after an account from a day on; the owner until then ends on it."""
        return super().create(request)

    def add(self, data: object) -> Assignment:
        wanted = AssignInput(data=data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        return assign(**wanted.validated_data)

    @extend_schema(request=DayInput, responses=AssignmentSerializer)
    @action(detail=True, methods=["post"], needs=("accounts.change_assignment",))
    def end(self, request, pk: str) -> Response:
        """Ends an owner's stretch; `on` is the first day without them."""
        return write(self, lambda: self._end(request))

    def _end(self, request) -> Response:
        wanted = DayInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        return self.respond(release(assignment=self.get_object(), **wanted.validated_data))
