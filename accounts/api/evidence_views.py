"""What customers were shown, what they reached and did, over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.response import Response

from accounts.api.opportunity_filters import BehaviourFilter, ExposureFilter, ValueOutcomeFilter
from accounts.api.opportunity_views import PursuitFrame
from accounts.api.report_serializers import GapAccount, GapQuery
from accounts.evidence import ingest
from accounts.models import Account, BehaviourEvent, Exposure, ValueOutcome
from accounts.opportunities.facts import EXPOSURE_GAP, days_of
from accounts.opportunities.reports import never_shown
from config.access.scopes import Scope
from config.api.batches import Batched
from config.api.serializers import ModelSerializer
from config.api.views import ID_IN_ADDRESS, Addable, ModelViewSet, ReadOnlyViewSet, ViewSet


class ExposureSerializer(ModelSerializer):
    class Meta:
        model = Exposure
        fields = ["id", "account", "product", "kind", "shown_on", "note"]


class ValueOutcomeSerializer(ModelSerializer):
    class Meta:
        model = ValueOutcome
        fields = ["id", "account", "product", "achieved_on", "description"]


class BehaviourSerializer(ModelSerializer):
    """`key` is the sender's: the same event again answers the one there is."""

    class Meta:
        model = BehaviourEvent
        fields = ["id", "account", "kind", "product", "feature", "at", "key"]

    def check(self, row: BehaviourEvent) -> None:
        # The key may well be there already: `ingest` knows whether it is this very event.
        row.full_clean(validate_unique=False, validate_constraints=False)


class Known(PursuitFrame, Batched, ModelViewSet):
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)


class ExposureViewSet(Known):
    queryset = Exposure.objects.select_related("account", "product")
    serializer_class = ExposureSerializer
    filterset_class = ExposureFilter


class ValueOutcomeViewSet(Known):
    queryset = ValueOutcome.objects.select_related("account", "product")
    serializer_class = ValueOutcomeSerializer
    filterset_class = ValueOutcomeFilter


class BehaviourViewSet(PursuitFrame, Batched, Addable, ReadOnlyViewSet):
    write_scope = Scope.USAGE_WRITE
    requires_key = True
    queryset = BehaviourEvent.objects.select_related("account", "product", "feature")
    serializer_class = BehaviourSerializer
    filterset_class = BehaviourFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)

    def add(self, data: object) -> BehaviourEvent:
        wanted = self.get_serializer(data=data)
        wanted.is_valid(raise_exception=True)
        return ingest(**wanted.validated_data)


class ExposureGapViewSet(PursuitFrame, mixins.ListModelMixin, ViewSet):
    """Accounts that hold an anchor, not the product, and were not shown it for some days."""

    queryset = Account.objects.all()
    needs = ("accounts.view_account", "accounts.view_exposure", "accounts.view_subscriptionline")
    serializer_class = GapAccount
    query_serializer_class = GapQuery
    ordering = ("code",)

    @extend_schema(operation_id="exposure_gaps_list")
    def list(self, request) -> Response:
        """Accounts that hold an anchor, not the product, and were not shown it for some days."""
        return super().list(request)

    def filter_queryset(self, accounts):
        query = self.get_query()
        on = query.get("on") or timezone.localdate()
        days = query.get("days") or days_of(EXPOSURE_GAP, on=on).days
        anchors = [query["anchor"]] if "anchor" in query else None
        return never_shown(accounts, product=query["product"], on=on, days=days, anchors=anchors)
