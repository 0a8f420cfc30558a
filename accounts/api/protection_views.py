"""Grandfathering policies over REST: drafted, previewed, approved and applied."""

from django.db.models import Prefetch
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.status import HTTP_202_ACCEPTED

from accounts.api.notice_serializers import NoticesAnswer
from accounts.api.opportunity_views import CSVRenderer
from accounts.api.protection_filters import (
    EntitlementLockFilter,
    ExceptionFilter,
    PolicyFilter,
    PreviewLineFilter,
    PriceLockFilter,
)
from accounts.api.protection_serializers import (
    EntitlementLockSerializer,
    ExceptionSerializer,
    PolicyPreviewAnswer,
    PolicyRunAnswer,
    PolicySerializer,
    PreviewLineSerializer,
    PriceLockSerializer,
    SeenInput,
)
from accounts.grandfathering import reports
from accounts.grandfathering.applying import apply
from accounts.grandfathering.deciding import approve, end, send_back
from accounts.grandfathering.excepting import approve_exception
from accounts.grandfathering.recording import AT_ONCE, covers_more, record_preview
from accounts.grandfathering.running import ask
from accounts.models import (
    EntitlementLock,
    GrandfatheringException,
    PolicyPreview,
    PreviewLine,
    PriceLock,
    RunKind,
)
from config.access.scopes import Scope
from config.access.scoping import visible
from config.api.computed import page
from config.api.money import written
from config.api.preconditions import tagged
from config.api.problems import FORBIDDEN, NOT_FOUND, Refusal
from config.api.views import ID_IN_ADDRESS, Deletable, ModelViewSet, ReadOnlyViewSet
from config.api.writing import write
from config.audit.context import Door
from config.outbox.events import Change, tell
from config.sheets.writing import as_csv
from pricing.models import GrandfatheringPolicy, PriceBook

POLICY = "pricing.{}_grandfatheringpolicy"
PREPARE = (POLICY.format("change"),)
APPROVE = (POLICY.format("approve"),)
APPLY = (POLICY.format("apply"),)
SEE = (POLICY.format("view"), "accounts.view_policypreview", "accounts.view_previewline")


class PolicyFrame:
    read_scope = Scope.PRICES_READ
    write_scope = Scope.PRICES_WRITE
    requires_match = True
    requires_reason = True


class PolicyViewSet(PolicyFrame, Deletable, ModelViewSet):
    queryset = GrandfatheringPolicy.objects.select_related("author", "approver").prefetch_related(
        "plans", "segments", "regions"
    )
    serializer_class = PolicySerializer
    filterset_class = PolicyFilter
    ordering = ("code",)
    ordering_fields = ("code", "rank", "effective_on")

    def get_queryset(self):
        books = visible(PriceBook.objects.all(), self.request.user)  # a contract names a customer
        return super().get_queryset().prefetch_related(Prefetch("books", books))

    @extend_schema(request=None, responses={200: PolicyPreviewAnswer, 202: PolicyRunAnswer})
    @action(detail=True, methods=["post"], needs=SEE, filterset_class=None)
    def preview(self, request, code: str) -> Response:
        """Foresees every line that it covers, and keeps that; the policy is then `previewed`.

        Of more than 20,000 lines a worker does it: 202, and `/progress/` says how far it is.
        """
        if not request.user.has_perms(PREPARE):
            raise Refusal(FORBIDDEN)
        return write(self, self._record)

    @extend_schema(responses=PolicyPreviewAnswer)
    @preview.mapping.get
    def totals(self, request, code: str) -> Response:
        """The sums of its last preview: money with it, without it, and if nothing ever moved."""
        return Response(self._previewed(self.get_object()))

    def _record(self) -> Response:
        policy = self.get_object()
        if covers_more(policy, than=AT_ONCE):
            return self._asked(policy, RunKind.PREVIEW)
        policy = record_preview(policy=policy)
        tell(policy, Change.CHANGED)
        return tagged(Response(self._previewed(policy)), policy)

    def _asked(self, policy: GrandfatheringPolicy, kind: RunKind, **facts) -> Response:
        """What a worker was asked to do, and where to read how far it is."""
        run = ask(policy=policy, kind=kind, by=self.request.user, door=Door.API, **facts)
        place = {"Location": self.reverse_action("progress", args=[policy.code])}
        return Response(PolicyRunAnswer(run).data, status=HTTP_202_ACCEPTED, headers=place)

    @extend_schema(responses=PolicyRunAnswer)
    @action(detail=True, needs=SEE, filterset_class=None)
    def progress(self, request, code: str) -> Response:
        """How far a worker is with what was asked of it last, or what came of that."""
        run = self.get_object().runs.first()
        if run is None:
            raise Refusal(NOT_FOUND, "Nothing of it was asked of a worker.")
        return Response(PolicyRunAnswer(run).data)

    def _previewed(self, policy: GrandfatheringPolicy) -> dict:
        preview = PolicyPreview.objects.filter(policy=policy).first()
        if preview is None:
            raise Refusal(NOT_FOUND, "It was never previewed: POST to its /preview/ first.")
        facts = {
            "policy": policy.code,
            "state": policy.state,
            "preview_hash": policy.preview_hash,
            "recorded_at": preview.recorded_at,
        }
        return PolicyPreviewAnswer({**facts, **reports.with_codes(preview.totals)}).data

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    @action(
        detail=True,
        needs=SEE,
        filterset_class=None,
        pagination_class=None,
        renderer_classes=[JSONRenderer, CSVRenderer],
        url_path="preview-export",
    )
    def export(self, request, code: str) -> HttpResponse:
        """Every line of its last preview with its next six renewals, as CSV."""
        policy = self.get_object()
        named = {"Content-Disposition": f'attachment; filename="{policy.code}.csv"'}
        text = as_csv(reports.HEADER, reports.table(policy))
        return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=named)

    @extend_schema(responses=NoticesAnswer)
    @action(
        detail=True,
        needs=SEE,
        filterset_class=None,
        pagination_class=None,
        parameters=("limit", "cursor"),
    )
    def notices(self, request, code: str) -> Response:
        """Whom to tell by when that a price moves in one of the next six renewals."""
        found = reports.notices(self.get_object())
        return Response(page(request, found, key=_place, shown=_noticed))

    @extend_schema(request=SeenInput, responses={200: PolicySerializer, 202: PolicyRunAnswer})
    @action(detail=True, methods=["post"], needs=APPROVE, write_scope=None)
    def approve(self, request, code: str) -> Response:
        """Approves what was previewed and read; never by a key, nor by its author.

        Of more than 20,000 lines a worker does it, as it previews them.
        """
        facts = {"by": request.user, "at": timezone.now()}
        return self._decide(approve, seen=True, kind=RunKind.APPROVE, **facts)

    @extend_schema(request=None, responses=PolicySerializer)
    @action(detail=True, methods=["post"], needs=APPROVE, write_scope=None, url_path="send-back")
    def send_back(self, request, code: str) -> Response:
        """Makes a previewed or approved policy a draft again; the Change-Reason says why."""
        return self._decide(send_back)

    @extend_schema(request=None, responses={200: PolicySerializer, 202: PolicyRunAnswer})
    @action(detail=True, methods=["post"], needs=APPLY, write_scope=None)
    def apply(self, request, code: str) -> Response:
        """Locks every line as it was previewed; never by a key.

        Of more than 20,000 lines a worker does it, as it previews them.
        """
        facts = {"at": timezone.now(), "on": timezone.localdate()}
        return self._decide(apply, kind=RunKind.APPLY, **facts)

    @extend_schema(request=None, responses=PolicySerializer)
    @action(detail=True, methods=["post"], needs=APPLY, write_scope=None)
    def end(self, request, code: str) -> Response:
        """Protects nobody any more; what was promised already stays promised."""
        return self._decide(end)

    def _decide(
        self, decision, *, seen: bool = False, kind: RunKind | None = None, **facts
    ) -> Response:
        return write(self, lambda: self._decided(decision, seen, kind, facts))

    def _decided(self, decision, seen: bool, kind: RunKind | None, facts: dict) -> Response:
        given = {}
        if seen:
            wanted = SeenInput(data=self.request.data)
            wanted.is_valid(raise_exception=True)
            given = wanted.validated_data
        policy = self.get_object()
        if kind and covers_more(policy, than=AT_ONCE):
            return self._asked(policy, kind, **given)
        decision(policy=policy, **facts, **given)
        policy = self.get_queryset().get(pk=policy.pk)
        tell(policy, Change.CHANGED)
        return self.respond(policy)


def _place(notice: reports.Notice) -> tuple:
    return str(notice.tell_by), notice.line


def _noticed(notice: reports.Notice) -> dict:
    money = {name: written(getattr(notice, name), notice.currency) for name in ("was", "becomes")}
    days = {"moves_on": str(notice.moves_on), "tell_by": str(notice.tell_by)}
    return {"account": notice.account, "line": notice.line, **days, **money}


class ExceptionViewSet(PolicyFrame, Deletable, ModelViewSet):
    queryset = GrandfatheringException.objects.select_related(
        "policy", "account", "author", "approver"
    )
    serializer_class = ExceptionSerializer
    filterset_class = ExceptionFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)
    locks_first = "policy"

    @extend_schema(request=None, responses=ExceptionSerializer)
    @action(
        detail=True,
        methods=["post"],
        needs=("accounts.approve_grandfatheringexception",),
        write_scope=None,
    )
    def approve(self, request, pk: str) -> Response:
        """Lets an exception count; never by a key, nor by its author."""
        return write(self, self._approve)

    def _approve(self) -> Response:
        found = approve_exception(exception=self.get_object(), by=self.request.user)
        tell(found, Change.CHANGED)
        return self.respond(found)


class LockViewSet(ReadOnlyViewSet):
    read_scope = Scope.PRICES_READ
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)
    ordering_fields = ("id", "starts_on")


class PriceLockViewSet(LockViewSet):
    queryset = PriceLock.objects.select_related("account", "policy")
    serializer_class = PriceLockSerializer
    filterset_class = PriceLockFilter


class EntitlementLockViewSet(LockViewSet):
    queryset = EntitlementLock.objects.select_related("account", "policy")
    serializer_class = EntitlementLockSerializer
    filterset_class = EntitlementLockFilter


class PreviewLineViewSet(ReadOnlyViewSet):
    """The lines of the last preview of each policy."""

    read_scope = Scope.PRICES_READ
    queryset = PreviewLine.objects.select_related("policy", "account", "successor")
    serializer_class = PreviewLineSerializer
    filterset_class = PreviewLineFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)
    ordering_fields = ("id", "uplift")
