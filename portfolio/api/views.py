"""The catalog over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from config.api.views import ID_IN_ADDRESS, Deletable, ModelViewSet
from portfolio.api.coherence import CoherenceQuery, CoherenceSerializer, as_json
from portfolio.api.filters import PortfolioFilter, ProductFilter, ThresholdFilter
from portfolio.api.serializers import (
    PortfolioSerializer,
    ProductSerializer,
    RegionSerializer,
    SegmentSerializer,
    ThresholdSerializer,
)
from portfolio.coherence import coherence_of
from portfolio.models import Portfolio, Product, Region, Segment, Threshold


class CatalogViewSet(Deletable, ModelViewSet):
    read_scope = "catalog:read"
    write_scope = "catalog:write"
    ordering = ("code",)


class PortfolioViewSet(CatalogViewSet):
    queryset = Portfolio.objects.all()
    serializer_class = PortfolioSerializer
    filterset_class = PortfolioFilter
    ordering_fields = ("code", "name")

    @extend_schema(responses=CoherenceSerializer)
    @action(
        detail=True,
        query_serializer_class=CoherenceQuery,
        filterset_class=None,
        needs=("portfolio.view_portfolio", "portfolio.view_product"),
    )
    def coherence(self, request, code: str) -> Response:
        """How well its products belong together on the day: four scores for every two of them."""
        query = self.get_query()
        on = query.get("on") or timezone.localdate()
        found = coherence_of(portfolio=self.get_object(), on=on)
        return Response(as_json(found, product=query.get("product")))


class ProductViewSet(CatalogViewSet):
    queryset = Product.objects.select_related("portfolio").prefetch_related("personas", "needs")
    serializer_class = ProductSerializer
    filterset_class = ProductFilter
    asks_why = ("role",)
    ordering_fields = ("code", "name", "available_from")


class SegmentViewSet(CatalogViewSet):
    queryset = Segment.objects.all()
    serializer_class = SegmentSerializer
    ordering = ("rank",)
    ordering_fields = ("rank", "code", "name")


class RegionViewSet(CatalogViewSet):
    queryset = Region.objects.all()
    serializer_class = RegionSerializer
    ordering = ("rank",)
    ordering_fields = ("rank", "code", "name")


class ThresholdViewSet(CatalogViewSet):
    queryset = Threshold.objects.all()
    serializer_class = ThresholdSerializer
    filterset_class = ThresholdFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("code", "starts_on")
