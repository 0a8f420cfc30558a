"""Incentives over REST."""

from django.db.models import QuerySet

from config.api.filters import CodeFilter, DateFilter, FilterSet
from config.api.views import Deletable, ModelViewSet
from pricing.api.incentive_serializers import IncentiveSerializer
from pricing.api.price_views import PricingFrame
from pricing.models import Incentive


class IncentiveFilter(FilterSet):
    on = DateFilter(method="open", help_text="Incentives that can be redeemed on the day.")
    plan = CodeFilter("plans__code")

    class Meta:
        model = Incentive
        fields = ["kind", "stacking", "segment", "region", "interval", "nth_product"]

    def open(self, incentives: QuerySet, _name: str, day) -> QuerySet:
        return incentives.open(on=day)


class IncentiveViewSet(PricingFrame, Deletable, ModelViewSet):
    queryset = Incentive.objects.select_related("segment", "region").prefetch_related(
        "plans", "required_products", "excluded_products"
    )
    serializer_class = IncentiveSerializer
    filterset_class = IncentiveFilter
    ordering = ("code",)
    ordering_fields = ("code", "rank", "redeem_until")
