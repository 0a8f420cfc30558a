"""How products are put before customers, over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from config.api.serializers import DayQuery
from config.api.views import ID_IN_ADDRESS, Deletable, ModelViewSet
from portfolio.api import positioning_filters as filters
from portfolio.api import positioning_serializers as serializers
from portfolio.channels import choose_channel
from portfolio.models import (
    Asset,
    Benchmark,
    Channel,
    RegionCountry,
    SegmentEnablement,
    SunsetPlan,
    Targeting,
)
from portfolio.sunsetting import successors, timeline, told_late


class PositioningViewSet(Deletable, ModelViewSet):
    read_scope = "catalog:read"
    write_scope = "catalog:write"
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)


class RegionCountryViewSet(PositioningViewSet):
    queryset = RegionCountry.objects.select_related("region")
    serializer_class = serializers.RegionCountrySerializer
    filterset_class = filters.RegionCountryFilter
    ordering = ("country",)


class TargetingViewSet(PositioningViewSet):
    queryset = Targeting.objects.select_related("product", "segment")
    serializer_class = serializers.TargetingSerializer
    filterset_class = filters.TargetingFilter


class ChannelViewSet(PositioningViewSet):
    queryset = Channel.objects.select_related("product", "segment")
    serializer_class = serializers.ChannelSerializer
    filterset_class = filters.ChannelFilter

    @extend_schema(responses=serializers.ChosenSerializer)
    @action(
        detail=False,
        query_serializer_class=serializers.ChannelQuery,
        filterset_class=None,
        pagination_class=None,
        needs=("portfolio.view_channel", "portfolio.view_product"),
    )
    def explain(self, request) -> Response:
        """Who sells a product to a segment by a motion, and which channel says so."""
        query = self.get_query()
        channels = self.get_queryset().about(query["product"])
        chosen = choose_channel(**query, channels=list(channels))
        channel = chosen.channel and chosen.channel.pk
        body = {"owner_model": chosen.owner_model, "channel": channel, "trace": chosen.trace}
        return Response(serializers.ChosenSerializer(body).data)


class AssetViewSet(PositioningViewSet):
    queryset = Asset.objects.select_related("product", "other_product")
    serializer_class = serializers.AssetSerializer
    filterset_class = filters.AssetFilter
    ordering = ("-published_on", "-id")
    ordering_fields = ("published_on", "name")


class SunsetPlanViewSet(PositioningViewSet):
    queryset = SunsetPlan.objects.select_related("product", "successor")
    serializer_class = serializers.SunsetPlanSerializer
    filterset_class = filters.SunsetPlanFilter

    @extend_schema(responses=serializers.TimelineSerializer)
    @action(
        detail=True,
        query_serializer_class=DayQuery,
        filterset_class=None,
        needs=("portfolio.view_sunsetplan", "portfolio.view_product"),
    )
    def timeline(self, request, pk: str) -> Response:
        """The steps of the product's end, what its customers move to, and what is wrong with it."""
        on = self.get_query().get("on") or timezone.localdate()
        plan = self.get_object()
        body = {
            "product": plan.product.code,
            "on": on,
            "steps": timeline(product=plan.product, plan=plan, on=on),
            "successors": [each.code for each in successors(product=plan.product)],
            "successor_fault": plan.successor_fault(),
            "told_late": told_late(plan, on=on),
        }
        return Response(serializers.TimelineSerializer(body).data)


class SegmentEnablementViewSet(PositioningViewSet):
    queryset = SegmentEnablement.objects.select_related("product", "segment")
    serializer_class = serializers.SegmentEnablementSerializer
    filterset_class = filters.SegmentEnablementFilter


class BenchmarkViewSet(PositioningViewSet):
    queryset = Benchmark.objects.all()
    serializer_class = serializers.BenchmarkSerializer
    filterset_class = filters.BenchmarkFilter
    ordering = ("key", "-published_on")
    ordering_fields = ("key", "published_on")
