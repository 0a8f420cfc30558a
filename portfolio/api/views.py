"""The catalog over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from config.access.scoping import visible
from config.api.serializers import DayQuery
from config.api.views import ID_IN_ADDRESS, Deletable, ModelViewSet
from portfolio.api.coherence import CoherenceQuery, CoherenceSerializer, as_json
from portfolio.api.filters import PortfolioFilter, ProductFilter, ThresholdFilter
from portfolio.api.finding_serializers import CheckSerializer
from portfolio.api.finding_views import asked_by, checked
from portfolio.api.positioning_serializers import PositioningSerializer
from portfolio.api.serializers import (
    PortfolioSerializer,
    ProductSerializer,
    RegionSerializer,
    SegmentSerializer,
    ThresholdSerializer,
)
from portfolio.catalog import CATALOG
from portfolio.coherence import coherence_of
from portfolio.models import Portfolio, Posture, Product, Region, Segment, Threshold
from portfolio.targeting import PLATFORM, Positioning, position


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

    @extend_schema(responses=CheckSerializer)
    @action(detail=True, query_serializer_class=DayQuery, filterset_class=None, needs=CATALOG)
    def check(self, request, code: str) -> Response:
        """Whether the portfolio obeys its model, and its products play their parts, on a day."""
        asked = asked_by(request, self.get_query().get("on"))
        return Response(checked(self.get_object(), asked))


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

    @extend_schema(responses=PositioningSerializer)
    @action(
        detail=True,
        filterset_class=None,
        needs=("portfolio.view_segment", "portfolio.view_targeting", "portfolio.view_product"),
    )
    def positioning(self, request, code: str) -> Response:
        """What to offer to customers of the segment, best first, and what never."""
        segment = self.get_object()
        found = position(segment=segment)
        products = visible(Product.objects.order_by("code"), request.user)
        known = [PLATFORM, *products.filter(targetings__segment=segment)]
        excluded = [each for each in known if found.posture(each) == Posture.EXCLUDE]
        body = {
            "segment": segment.code,
            "max_products": found.max_products,
            "offered": [_placed(each, found) for each in found.arrange(known)],
            "excluded": [_placed(each, found) for each in excluded],
        }
        return Response(PositioningSerializer(body).data)


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


def _placed(product: Product | None, found: Positioning) -> dict:
    return {"product": product and product.code, "posture": found.posture(product)}
