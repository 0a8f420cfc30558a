"""A small site on the frame, so that the frame is tested by itself."""

from django.db import IntegrityError, connection
from django.urls import include, path, re_path
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from config.access.scopes import Scope
from config.api import fields
from config.api.document import DocumentView
from config.api.fallback import NothingHere
from config.api.filters import DateFilter, FilterSet
from config.api.money import MoneyField
from config.api.serializers import ModelSerializer, Query, Serializer
from config.api.views import Deletable, Endpoint, ModelViewSet
from config.api.writing import write
from config.errors import DomainError
from portfolio.models import Portfolio, Product, Segment


class ProductSerializer(ModelSerializer):
    class Meta:
        model = Product
        fields = ["code", "name", "portfolio", "role", "is_core", "available_from"]


class ProductFilter(FilterSet):
    available_before = DateFilter("available_from", lookup_expr="lt")

    class Meta:
        model = Product
        fields = ["portfolio", "role", "is_core", "available_from"]


class ProductViewSet(Deletable, ModelViewSet):
    queryset = Product.objects.select_related("portfolio")
    serializer_class = ProductSerializer
    filterset_class = ProductFilter
    ordering = ("code",)
    ordering_fields = ("code", "name", "role", "available_from", "portfolio__name")
    read_scope = Scope.CATALOG_READ
    write_scope = Scope.CATALOG_WRITE


class PortfolioSerializer(ModelSerializer):
    class Meta:
        model = Portfolio
        fields = ["code", "name", "model"]


class PortfolioViewSet(Deletable, ModelViewSet):
    queryset = Portfolio.objects.all()
    serializer_class = PortfolioSerializer
    ordering = ("code",)
    read_scope = Scope.CATALOG_READ
    write_scope = Scope.CATALOG_WRITE


class SegmentSerializer(ModelSerializer):
    class Meta:
        model = Segment
        fields = ["code", "name", "rank"]


class Dated(Query):
    on = fields.DateField()
    quantity = fields.IntegerField(min_value=1, default=1)
    firm = fields.BooleanField(default=False)


class Everything(Serializer):
    """One member of each kind."""

    text = fields.CharField(required=False, max_length=50)
    whole = fields.IntegerField(required=False)
    share = fields.FloatField(required=False)
    number = fields.DecimalField(required=False, max_digits=18, decimal_places=6)
    yes = fields.BooleanField(required=False)
    day = fields.DateField(required=False)
    instant = fields.DateTimeField(required=False)
    price = MoneyField(required=False)
    key = fields.UUIDField(required=False)
    choice = fields.ChoiceField(["a", "b"], required=False)


class TooLate(DomainError):
    code = "too_late"


class SegmentViewSet(ModelViewSet):
    queryset = Segment.objects.all()
    serializer_class = SegmentSerializer
    ordering = ("rank",)
    ordering_fields = ("rank", "name")
    read_scope = Scope.CATALOG_READ
    write_scope = Scope.CATALOG_WRITE

    @extend_schema(responses={200: {"type": "object"}})
    @action(detail=False, query_serializer_class=Dated)
    def question(self, request):
        return Response({"on": self.get_query()["on"].isoformat(), **self.get_query()})

    @extend_schema(request=Everything, responses={200: Everything})
    @action(detail=False, methods=["post"], needs=("portfolio.view_segment",))
    def everything(self, request):
        serializer = Everything(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response({name: repr(value) for name, value in serializer.validated_data.items()})

    @extend_schema(request=None, responses={200: SegmentSerializer})
    @action(detail=True, methods=["post"], requires_key=False)
    def count(self, request, code: str):
        """An effect that shows how often it happened."""
        return write(self, self._count)

    def _count(self):
        row = self.get_object()
        row.rank += 1
        row.save()
        return self.respond(row)


class Trouble(Endpoint):
    """Fails in the way that the address says."""

    needs = ("portfolio.view_segment",)
    read_scope = Scope.CATALOG_READ

    @extend_schema(exclude=True)
    def get(self, request, kind: str):
        TROUBLE[kind]()
        return Response({})


def refuse():
    raise TooLate("The day has passed.")


def sql(statement: str):
    def run():
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


def recurse():
    raise RecursionError


TROUBLE = {
    "rule": refuse,
    "recursion": recurse,
    "timeout": sql("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)"),
    "data": sql("SELECT 1/0"),
    "deadlock": sql("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$"),
    "locked": sql("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '55P03'; END $$"),
    "serialisation": sql("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$"),
    "too_large": sql("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '54000'; END $$"),
    "trigger": sql("DO $$ BEGIN RAISE EXCEPTION 'A published price stays.'; END $$"),
    "unnamed": lambda: (_ for _ in ()).throw(IntegrityError("of unknown origin")),
}

router = SimpleRouter()
router.register("products", ProductViewSet, basename="product")
router.register("portfolios", PortfolioViewSet, basename="portfolio")
router.register("segments", SegmentViewSet, basename="segment")

urlpatterns = [
    path("api/v1/", include(router.urls)),
    path("api/v1/trouble/<slug:kind>/", Trouble.as_view(), name="trouble"),
    path("api/schema/", DocumentView.as_view(), name="schema"),
    re_path(r"^api/", NothingHere.as_view()),
]
handler404 = "config.api.fallback.page_not_found"
handler500 = "config.api.fallback.server_error"
