"""What plans grant and contain, ways between them, and tiers side by side, over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from config.access.models import ApiKey
from config.access.scopes import Scope
from config.api.permissions import check_scope
from config.api.views import ID_IN_ADDRESS, ViewSet
from portfolio.models import Product
from pricing.api.comparing import ComparisonSerializer, MarketQuery
from pricing.api.filters import (
    BundleItemFilter,
    EntitlementFilter,
    FeatureFilter,
    MigrationPathFilter,
)
from pricing.api.serializers import (
    BundleItemSerializer,
    EntitlementSerializer,
    FeatureSerializer,
    MigrationPathSerializer,
)
from pricing.api.views import PlanningViewSet
from pricing.comparison import Comparison, compare
from pricing.models import BundleItem, Entitlement, Feature, MigrationPath
from pricing.offers import Market, prices_by_code
from pricing.plan_prices import Prices
from pricing.resolution import Buyer
from pricing.tier_gaps import review


class ByIdViewSet(PlanningViewSet):
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)


class FeatureViewSet(PlanningViewSet):
    queryset = Feature.objects.select_related("product")
    serializer_class = FeatureSerializer
    filterset_class = FeatureFilter
    ordering = ("code",)
    ordering_fields = ("code", "name", "rank")


class EntitlementViewSet(ByIdViewSet):
    queryset = Entitlement.objects.select_related("plan_version", "feature")
    serializer_class = EntitlementSerializer
    filterset_class = EntitlementFilter


class BundleItemViewSet(ByIdViewSet):
    queryset = BundleItem.objects.select_related("plan_version", "plan")
    serializer_class = BundleItemSerializer
    filterset_class = BundleItemFilter


class MigrationPathViewSet(ByIdViewSet):
    queryset = MigrationPath.objects.select_related("from_plan", "to_plan")
    serializer_class = MigrationPathSerializer
    filterset_class = MigrationPathFilter


class ComparisonViewSet(ViewSet):
    queryset = Product.objects.all()
    serializer_class = ComparisonSerializer
    read_scope = "catalog:read"
    needs = ("portfolio.view_product", "pricing.view_plan", "pricing.view_entitlement")
    pagination_class = None
    query_serializer_class = MarketQuery

    @extend_schema(responses=ComparisonSerializer)
    def compare(self, request, code: str) -> Response:
        """Every feature of the product against every tier on sale, and where tiers are too near.

        With a currency, also limits that grow less than the price.
        """
        asked = self.get_query()
        on = asked.get("on") or timezone.localdate()
        found = compare(product=self.get_object(), on=on)
        judged = review(comparison=found, on=on, prices=self._prices(found, asked))
        return Response(ComparisonSerializer({"comparison": found, "review": judged}).data)

    def _prices(self, found: Comparison, asked: dict) -> Prices | None:
        if "currency" not in asked:
            return None
        if isinstance(self.request.auth, ApiKey):
            check_scope(self.request.auth, Scope.PRICES_READ)
        codes = {name: asked[name].code for name in ("segment", "region") if name in asked}
        market = Market(Buyer(**codes), asked["currency"], asked["interval"])
        return prices_by_code(plans=[tier.plan for tier in found.tiers], market=market, on=found.on)
