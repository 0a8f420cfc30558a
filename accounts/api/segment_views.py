"""Rules that put accounts into segments, over REST: kept, previewed, carried out."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.views import CustomersFrame
from accounts.models import SegmentRule
from accounts.segmentation import preview, reclassify
from config.api.fields import BooleanField, CharField, DateField
from config.api.filters import FilterSet
from config.api.serializers import ModelSerializer, Query, Serializer
from config.api.views import ID_IN_ADDRESS, Deletable, ModelViewSet
from config.api.writing import write


class SegmentRuleSerializer(ModelSerializer):
    class Meta:
        model = SegmentRule
        fields = [
            "id",
            "rank",
            "segment",
            "country",
            "industry",
            "employees_from",
            "employees_to",
            "procurement_required",
        ]


class SegmentRuleFilter(FilterSet):
    class Meta:
        model = SegmentRule
        fields = ["segment", "country", "industry"]


class PreviewQuery(Query):
    """From which day on the rules would hold (today if left out), and for whom."""

    on = DateField(required=False)
    including_imported = BooleanField(default=False)


class ReclassifyInput(Serializer):
    """What was previewed: the day, whether imported segments go too, and the preview's hash."""

    on = DateField()
    content_hash = CharField(max_length=32)
    including_imported = BooleanField(default=False)


class SegmentMoveSerializer(serializers.Serializer):
    """Accounts that go from one segment (null: none) to another; `mrr` in minor units."""

    segment_before = serializers.CharField(allow_null=True)
    segment_after = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    accounts = serializers.IntegerField()
    mrr = serializers.IntegerField()


class PreviewSerializer(serializers.Serializer):
    """What the rules change from the day on; `content_hash` stands for exactly these moves."""

    on = serializers.DateField()
    including_imported = serializers.BooleanField()
    accounts = serializers.IntegerField()
    explicit = serializers.IntegerField()
    later = serializers.IntegerField()
    unmatched = serializers.IntegerField()
    moved = serializers.IntegerField()
    moves = SegmentMoveSerializer(many=True)
    content_hash = serializers.CharField()


class SegmentRuleViewSet(CustomersFrame, Deletable, ModelViewSet):
    queryset = SegmentRule.objects.select_related("segment")
    serializer_class = SegmentRuleSerializer
    filterset_class = SegmentRuleFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("rank",)
    ordering_fields = ("rank",)

    @extend_schema(responses=PreviewSerializer)
    @action(
        detail=False,
        query_serializer_class=PreviewQuery,
        filterset_class=None,
        pagination_class=None,
        needs=("accounts.view_segmentrule", "accounts.add_accountprofile"),
    )
    def preview(self, request) -> Response:
        """What putting every account where the rules say would change; writes nothing."""
        asked = {"on": timezone.localdate(), **self.get_query()}
        return Response(PreviewSerializer(preview(**asked)).data)

    @extend_schema(request=ReclassifyInput, responses=PreviewSerializer)
    @action(detail=False, methods=["post"], needs=("accounts.add_accountprofile",))
    def apply(self, request) -> Response:
        """Puts every account where the rules say, if that is still what was previewed."""
        return write(self, self._apply)

    def _apply(self) -> Response:
        wanted = ReclassifyInput(data=self.request.data)
        wanted.is_valid(raise_exception=True)
        return Response(PreviewSerializer(reclassify(**wanted.validated_data)).data)
