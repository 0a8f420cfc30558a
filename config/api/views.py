"""What every endpoint does before and around its own declarations."""

from django.db.models import Model, QuerySet
from django.utils.cache import patch_vary_headers
from rest_framework import mixins, status, viewsets
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.views import APIView

from config.access.scoping import visible
from config.api import problems
from config.api.authentication import client_of
from config.api.filters import FilterBackend
from config.api.pagination import CursorPagination
from config.api.parameters import check_parameters
from config.api.parsing import check_length
from config.api.permissions import handles
from config.api.preconditions import check_match, etag, is_known, tagged
from config.api.rates import check_share, take
from config.api.reasons import check_reason
from config.api.writing import write
from config.outbox.events import Change, tell
from config.versions import Versioned

CODE_IN_ADDRESS = r"[A-Za-z0-9._-]{1,400}"
ID_IN_ADDRESS = r"[0-9]{1,18}"


class Endpoint(APIView):
    """Denied unless declared: the scopes a key needs, and permissions where no model says them.

    `parameters` names query parameters beyond those of filters and paging;
    `query_serializer_class` (a Query) checks them, `get_query()` answers their values.
    Writes `requires_key`: an Idempotency-Key with POST; `requires_reason`: a Change-Reason.
    An @action may override any of these.
    """

    queryset: QuerySet | None = None
    read_scope: str | None = None
    write_scope: str | None = None
    needs: tuple[str, ...] | None = None
    parameters: tuple[str, ...] = ()
    query_serializer_class = None
    pagination_class = None
    requires_key = False
    requires_reason = False
    ordering: tuple[str, ...] = ()
    ordering_fields: tuple[str, ...] = ()

    def perform_authentication(self, request) -> None:
        super().perform_authentication(request)
        if request.user.is_authenticated:
            request._request.actor = client_of(request)
            request._request.share = take(request._request.actor)
            check_share(request._request.share)

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        if share := getattr(request, "share", None):
            for name, value in share.headers().items():
                response[name] = value
        return response

    def initial(self, request, *args, **kwargs) -> None:
        super().initial(request, *args, **kwargs)
        if handles(self, request.method):
            check_length(request.headers)
            check_parameters(self, request.query_params)

    def get_query(self) -> dict:
        """The checked query parameters; names are the keyword arguments of the decision.

        Those of pages are not among them: the paginator reads them.
        """
        asked, known = self.request.query_params.dict(), self.query_serializer_class().fields
        query = self.query_serializer_class(
            data={name: asked[name] for name in asked.keys() & known.keys()},
            context={"request": self.request},
        )
        query.is_valid(raise_exception=True)
        return query.validated_data


class ViewSet(Endpoint, viewsets.GenericViewSet):
    """Rows of one model, by code, as far as the caller may see them.

    Rows whose changes `requires_match` are only changed by those who send the version they have
    read as If-Match. `locks_first` names the parent whose row every writer locks before.
    """

    pagination_class = CursorPagination
    filter_backends = [FilterBackend]
    filterset_class = None
    list_actions = ("list",)
    lookup_field = "code"
    lookup_value_regex = CODE_IN_ADDRESS
    http_method_names = ["get", "head", "post", "patch", "delete"]
    requires_match = False
    locks_first: str | None = None

    @property
    def lists(self) -> bool:
        return self.action in self.list_actions

    def get_queryset(self) -> QuerySet:
        return visible(super().get_queryset(), self.request.user)

    def get_object(self):
        """The row in the address; another's row is as absent as one that never was.

        Where the method changes something, nobody else changes the row until the transaction
        ends, and it is the version that the caller names.
        """
        rows = self.get_queryset().filter(**{self.lookup_field: self.kwargs[self.lookup_field]})
        changes = self.request.method not in SAFE_METHODS
        if changes:
            self._lock_parent(rows)
            rows = rows.select_for_update(of=("self",), no_key=True)
        row = rows.first() if rows.ordered else rows.order_by("pk").first()
        if row is None:
            raise problems.Refusal(problems.NOT_FOUND)
        self.check_object_permissions(self.request, row)
        if changes:
            check_match(row, self.request.headers.get("If-Match"), required=self.requires_match)
        return row

    def _lock_parent(self, rows: QuerySet) -> None:
        if self.locks_first:
            parents = rows.model._meta.get_field(self.locks_first).related_model._base_manager
            ids = rows.order_by().values(self.locks_first)
            rows = parents.filter(pk__in=ids).order_by("pk")
            list(rows.select_for_update(no_key=True).values_list("pk"))

    def respond(self, row: Model, status: int = status.HTTP_200_OK) -> Response:
        """The row as it stands, with its ETag."""
        return tagged(Response(self.get_serializer(row).data, status=status), row)


class ReadOnlyViewSet(mixins.ListModelMixin, ViewSet):
    """A list and its rows, which answer 304 to those who have them already."""

    def retrieve(self, request, *args, **kwargs) -> Response:
        row = self.get_object()
        if is_known(row, request.headers.get("If-None-Match")):
            response = Response(status=status.HTTP_304_NOT_MODIFIED)
        else:
            response = Response(self.get_serializer(row).data)
        if isinstance(row, Versioned):
            response["ETag"] = etag(row.version)
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response


class Addable:
    """Rows that can be added: `add` is what makes one of its input."""

    def create(self, request, *args, **kwargs) -> Response:
        return write(self, lambda: self.respond(self.add(request.data), status.HTTP_201_CREATED))

    def add(self, data: object) -> Model:
        """The row that the input describes, saved."""
        serializer = self.get_serializer(data=data)
        serializer.is_valid(raise_exception=True)
        return serializer.save()


class ModelViewSet(Addable, ReadOnlyViewSet):
    """A list and its rows, which can be added and changed in part, not deleted.

    Changes of the members in `asks_why` need a Change-Reason.
    """

    asks_why: tuple[str, ...] = ()

    def add(self, data: object) -> Model:
        row = super().add(data)
        tell(row, Change.ADDED)
        return row

    def partial_update(self, request, *args, **kwargs) -> Response:
        return write(self, self._change)

    def _change(self) -> Response:
        row = self.get_object()
        serializer = self.get_serializer(row, data=self.request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        if any(given[name] != getattr(row, name) for name in given.keys() & {*self.asks_why}):
            check_reason(self.request._request.change_reason)
        row = serializer.save()
        tell(row, Change.CHANGED)
        return self.respond(row)


class Deletable:
    """Rows that nothing refers to can be deleted; the others answer 409 `in_use`."""

    def destroy(self, request, *args, **kwargs) -> Response:
        return write(self, self._delete)

    def _delete(self) -> Response:
        row = self.get_object()
        tell(row, Change.DELETED)
        row.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)
