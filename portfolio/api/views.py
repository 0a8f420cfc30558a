"""The catalog over REST."""

from config.api.views import ID_IN_ADDRESS, Deletable, ModelViewSet
from portfolio.api.filters import PortfolioFilter, ProductFilter, ThresholdFilter
from portfolio.api.serializers import (
    PortfolioSerializer,
    ProductSerializer,
    RegionSerializer,
    SegmentSerializer,
    ThresholdSerializer,
)
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


class ProductViewSet(CatalogViewSet):
    queryset = Product.objects.select_related("portfolio")
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
