"""Credits of customers over REST."""

from contextlib import AbstractContextManager, nullcontext

from django.db.models import Model
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.credit_filters import CreditDrawFilter, CreditGrantFilter
from accounts.api.credit_serializers import (
    CreditDrawSerializer,
    CreditGrantSerializer,
    DrawInput,
    GrantInput,
    SimulationAnswer,
    SimulationInput,
    WhyInput,
)
from accounts.credits.drawing import correct, draw
from accounts.credits.granting import grant, withdraw
from accounts.credits.planning import plan_credits
from accounts.credits.pools import lock_many
from accounts.models import Account, CreditDraw, CreditGrant
from config.access.scopes import Scope
from config.access.scoping import visible
from config.api.batches import Batched
from config.api.views import ID_IN_ADDRESS, Addable, Endpoint, ReadOnlyViewSet
from config.api.writing import write
from pricing.models import CreditUnit


class WithCredits(Batched):
    """Batches whose accounts and units are locked once, in one order."""

    def adding(self, rows: list[dict]) -> AbstractContextManager:
        named = [(row.get("account"), row.get("unit")) for row in rows]
        named = [pair for pair in named if all(isinstance(code, str) for code in pair)]
        accounts = self._by_code(Account, {account for account, _ in named})
        units = self._by_code(CreditUnit, {unit for _, unit in named})
        lock_many(
            (accounts[account], units[unit])
            for account, unit in named
            if account in accounts and unit in units
        )
        return nullcontext()

    def _by_code(self, model: type[Model], codes: set[str]) -> dict[str, Model]:
        rows = visible(model.objects.filter(code__in=codes), self.request.user)
        return {row.code: row for row in rows}


class CreditGrantViewSet(WithCredits, Addable, ReadOnlyViewSet):
    read_scope = Scope.CATALOG_READ
    write_scope = Scope.SUBSCRIPTIONS_WRITE
    requires_key = True
    queryset = CreditGrant.objects.select_related("account", "unit", "product", "plan", "balance")
    serializer_class = CreditGrantSerializer
    filterset_class = CreditGrantFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)
    input_serializer_class = GrantInput

    @extend_schema(request=GrantInput, responses={201: CreditGrantSerializer})
    def create(self, request) -> Response:
        """Gives an account credits; what it owes is paid from them first."""
        return super().create(request)

    def add(self, data: object) -> CreditGrant:
        wanted = GrantInput(data=data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        row = CreditGrant(**wanted.validated_data)
        given = grant(wanted=row, on=timezone.localdate())
        return self.get_queryset().get(pk=given.pk)

    @extend_schema(request=WhyInput, responses={201: CreditDrawSerializer})
    @action(detail=True, methods=["post"], needs=("accounts.add_creditdraw",))
    def withdraw(self, request, pk: str) -> Response:
        """Takes back what is left of a grant; answers the draw that does so."""
        return write(self, lambda: self._withdraw(request))

    def _withdraw(self, request) -> Response:
        wanted = WhyInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        now = timezone.now()
        taken = withdraw(
            grant=self.get_object(), at=now, on=timezone.localdate(now), **wanted.validated_data
        )
        return Response(CreditDrawSerializer(taken).data, status=201)


class CreditDrawViewSet(WithCredits, Addable, ReadOnlyViewSet):
    read_scope = Scope.CATALOG_READ
    write_scope = Scope.USAGE_WRITE
    requires_key = True
    queryset = CreditDraw.objects.select_related("account", "unit", "feature").prefetch_related(
        "allocations"
    )
    serializer_class = CreditDrawSerializer
    filterset_class = CreditDrawFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)
    input_serializer_class = DrawInput

    @extend_schema(request=DrawInput, responses={201: CreditDrawSerializer})
    def create(self, request) -> Response:
        """Uses so many units of a feature; grants pay in burn order."""
        return super().create(request)

    def add(self, data: object) -> CreditDraw:
        wanted = DrawInput(data=data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        return draw(**wanted.validated_data)

    @extend_schema(request=WhyInput, responses={201: CreditDrawSerializer})
    @action(detail=True, methods=["post"], needs=("accounts.add_creditdraw",))
    def correct(self, request, pk: str) -> Response:
        """Undoes a use: every grant gets back what it paid. Answers the correction."""
        return write(self, lambda: self._correct(request))

    def _correct(self, request) -> Response:
        wanted = WhyInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        now = timezone.now()
        undone = correct(
            draw=self.get_object(), at=now, on=timezone.localdate(now), **wanted.validated_data
        )
        return self.respond(undone, 201)


class SimulationView(Endpoint):
    """How far credits go against a plan of use; nothing is written."""

    write_scope = Scope.QUOTES_CREATE
    needs = ("pricing.view_creditunit", "pricing.view_burnrate", "accounts.view_creditgrant")

    @extend_schema(request=SimulationInput, responses={200: SimulationAnswer, 409: None})
    def post(self, request) -> Response:
        """Planned units by feature: credits used, what remains, and when nothing is left."""
        wanted = SimulationInput(data=request.data, context={"request": request})
        wanted.is_valid(raise_exception=True)
        return Response(SimulationAnswer(plan_credits(**wanted.validated_data)).data)
