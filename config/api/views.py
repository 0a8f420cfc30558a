"""What every endpoint does before and around its own declarations."""

from django.db.models import QuerySet
from rest_framework import mixins, status, viewsets
from rest_framework.response import Response
from rest_framework.views import APIView

from config.access.scoping import visible
from config.api import problems
from config.api.filters import FilterBackend
from config.api.pagination import CursorPagination
from config.api.parameters import check_parameters
from config.api.parsing import check_length
from config.api.permissions import handles
from config.api.writing import write
from config.outbox.events import Change, tell

CODE_IN_ADDRESS = r"[A-Za-z0-9._-]{1,400}"
ID_IN_ADDRESS = r"[0-9]{1,18}"


class Endpoint(APIView):
    """Denied unless declared: the scopes a key needs, and permissions where no model says them.

    `parameters` names query parameters beyond those of filters and paging;
    `query_serializer_class` (a Query) checks them, `get_query()` answers their values.
    An @action may override any of these.
    """

    queryset: QuerySet | None = None
    read_scope: str | None = None
    write_scope: str | None = None
    needs: tuple[str, ...] | None = None
    parameters: tuple[str, ...] = ()
    query_serializer_class = None
    pagination_class = None
    ordering: tuple[str, ...] = ()
    ordering_fields: tuple[str, ...] = ()

    def initial(self, request, *args, **kwargs) -> None:
        super().initial(request, *args, **kwargs)
        if handles(self, request.method):
            check_length(request.headers)
            check_parameters(self, request.query_params)

    def get_query(self) -> dict:
        """The checked query parameters; names are the keyword arguments of the decision."""
        query = self.query_serializer_class(
            data=self.request.query_params.dict(), context={"request": self.request}
        )
        query.is_valid(raise_exception=True)
        return query.validated_data


class ViewSet(Endpoint, viewsets.GenericViewSet):
    """Rows of one model, by code, as far as the caller may see them."""

    pagination_class = CursorPagination
    filter_backends = [FilterBackend]
    filterset_class = None
    list_actions = ("list",)
    lookup_field = "code"
    lookup_value_regex = CODE_IN_ADDRESS
    http_method_names = ["get", "head", "post", "patch", "delete"]

    @property
    def lists(self) -> bool:
        return self.action in self.list_actions

    def get_queryset(self) -> QuerySet:
        return visible(super().get_queryset(), self.request.user)

    def get_object(self, *, locked: bool = False):
        """The row in the address; another's row is as absent as one that never was.

        `locked` keeps others from changing it until the transaction ends.
        """
        rows = self.get_queryset().filter(**{self.lookup_field: self.kwargs[self.lookup_field]})
        if locked:
            rows = rows.select_for_update(of=("self",), no_key=True)
        row = rows.first() if rows.ordered else rows.order_by("pk").first()
        if row is None:
            raise problems.Refusal(problems.NOT_FOUND)
        self.check_object_permissions(self.request, row)
        return row


class ReadOnlyViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, ViewSet):
    """A list and its rows."""


class ModelViewSet(mixins.CreateModelMixin, ReadOnlyViewSet):
    """A list and its rows, which can be added and changed in part, not deleted."""

    def create(self, request, *args, **kwargs) -> Response:
        return write(self, lambda: super(ModelViewSet, self).create(request, *args, **kwargs))

    def perform_create(self, serializer) -> None:
        tell(serializer.save(), Change.ADDED)

    def partial_update(self, request, *args, **kwargs) -> Response:
        return write(self, self._change)

    def _change(self) -> Response:
        row = self.get_object(locked=True)
        serializer = self.get_serializer(row, data=self.request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        tell(serializer.save(), Change.CHANGED)
        return Response(serializer.data)


class Deletable:
    """Rows that nothing refers to can be deleted; the others answer 409 `in_use`."""

    def destroy(self, request, *args, **kwargs) -> Response:
        return write(self, self._delete)

    def _delete(self) -> Response:
        row = self.get_object(locked=True)
        tell(row, Change.DELETED)
        row.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)
