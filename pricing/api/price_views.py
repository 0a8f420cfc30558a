"""Price books, prices and their releases over REST."""

from decimal import Decimal

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from config.access.scopes import Scope
from config.api.fields import canonical
from config.api.money import written
from config.api.serializers import DayQuery
from config.api.views import ID_IN_ADDRESS, Deletable, ModelViewSet, ReadOnlyViewSet
from config.api.writing import write
from config.outbox.events import Change as Told
from config.outbox.events import tell
from pricing import publication
from pricing.annual import Annual, annual_discounts
from pricing.api.price_filters import PriceBookFilter, PriceFilter, PriceReleaseFilter
from pricing.api.price_schema import AnnualAnswer, ChangeAnswer, PreviewAnswer
from pricing.api.price_serializers import (
    PreviewQuery,
    PriceBookSerializer,
    PriceReleaseSerializer,
    PriceSerializer,
    ReasonInput,
)
from pricing.faults import faults_of
from pricing.models import Price, PriceBook, PriceRelease
from pricing.preview import Change, counts, preview, warnings

APPROVE = ("pricing.approve_pricerelease",)
PUBLISH = ("pricing.publish_pricerelease",)
CORRECT = "pricing.correct_pricerelease"
MOST_LISTED = 500


class PricingFrame:
    read_scope = Scope.PRICES_READ
    write_scope = Scope.PRICES_WRITE
    requires_match = True
    requires_reason = True


class PriceBookViewSet(PricingFrame, Deletable, ModelViewSet):
    queryset = PriceBook.objects.select_related("segment", "region")
    serializer_class = PriceBookSerializer
    filterset_class = PriceBookFilter
    ordering = ("code",)
    ordering_fields = ("code", "name")

    @extend_schema(responses=AnnualAnswer(many=True))
    @action(
        detail=True,
        url_path="annual-discounts",
        query_serializer_class=DayQuery,
        filterset_class=None,
        pagination_class=None,
        needs=("pricing.view_price",),
    )
    def annual_discounts(self, request, code: str) -> Response:
        """What a year saves against twelve months, charge by charge, as a fraction."""
        on = self.get_query().get("on") or timezone.localdate()
        found = annual_discounts(book=self.get_object(), on=on)
        return Response([told_annual(each) for each in found])


class PriceViewSet(PricingFrame, ReadOnlyViewSet):
    """Prices as they were published, and lines of releases."""

    queryset = Price.objects.select_related("book", "charge__plan").prefetch_related("tiers")
    serializer_class = PriceSerializer
    filterset_class = PriceFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)
    ordering_fields = ("id", "starts_on")


class PriceReleaseViewSet(PricingFrame, Deletable, ModelViewSet):
    queryset = PriceRelease.objects.select_related(
        "book", "policy", "author", "submitter", "approver"
    )
    serializer_class = PriceReleaseSerializer
    filterset_class = PriceReleaseFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)
    ordering_fields = ("id", "effective_on")
    locks_first = "book"

    @extend_schema(request=None, responses=PriceReleaseSerializer)
    @action(detail=True, methods=["post"], needs=("pricing.change_pricerelease",))
    def submit(self, request, pk: str) -> Response:
        """Hands a draft over for review, as it stands."""
        return self._decide(publication.submit)

    @extend_schema(request=None, responses=PriceReleaseSerializer)
    @action(detail=True, methods=["post"], needs=APPROVE, write_scope=None)
    def approve(self, request, pk: str) -> Response:
        """Approves the version that If-Match names; never by a key, nor by who submitted it."""
        return self._decide(
            lambda release, by: publication.approve(
                release=release, by=by, content_hash=release.content_hash
            )
        )

    @extend_schema(request=ReasonInput, responses=PriceReleaseSerializer)
    @action(detail=True, methods=["post"], needs=APPROVE, write_scope=None)
    def reject(self, request, pk: str) -> Response:
        """Sends a release back to its author, with the reason."""
        return self._decide(publication.reject, reason=True)

    @extend_schema(request=None, responses=PriceReleaseSerializer)
    @action(detail=True, methods=["post"], needs=PUBLISH, write_scope=None)
    def publish(self, request, pk: str) -> Response:
        """Puts an approved release in force; never by a key."""
        return self._decide(
            publication.publish,
            on=timezone.localdate(),
            may_correct=request.user.has_perm(CORRECT),
        )

    @extend_schema(request=ReasonInput, responses=PriceReleaseSerializer)
    @action(detail=True, methods=["post"], needs=PUBLISH, write_scope=None)
    def cancel(self, request, pk: str) -> Response:
        """Gives a release up; one that was published only before its first day."""
        return self._decide(publication.cancel, reason=True, on=timezone.localdate())

    @extend_schema(responses=PreviewAnswer)
    @action(detail=True, query_serializer_class=PreviewQuery, filterset_class=None)
    def preview(self, request, pk: str) -> Response:
        """Old and new prices side by side, in money and as a fraction; never writes."""
        release = self.get_object()
        quantity = self.get_query().get("quantity", Decimal(1))
        changes = preview(
            release=release, quantity=quantity, lines=release.lines.all()[:MOST_LISTED]
        )
        counted = counts(release)
        return Response(
            {
                "release": release.pk,
                "book": release.book.code,
                "effective_on": release.effective_on,
                "state": release.state,
                "policy": release.policy.code if release.policy else None,
                "motions": release.motions,
                "quantity": canonical(quantity),
                "counts": counted,
                "warnings": warnings(changes),
                "faults": faults_of(release) if release.is_open else [],
                "lines": [ChangeAnswer(told(change)).data for change in changes],
                "more": counted["lines"] - len(changes),
            }
        )

    def _decide(self, decision, *, reason: bool = False, **facts) -> Response:
        return write(self, lambda: self._decided(decision, reason=reason, facts=facts))

    def _decided(self, decision, *, reason: bool, facts: dict) -> Response:
        if reason:
            wanted = ReasonInput(data=self.request.data)
            wanted.is_valid(raise_exception=True)
            facts = {**facts, **wanted.validated_data}
        release = decision(release=self.get_object(), by=self.request.user, **facts)
        tell(release, Told.CHANGED)
        return self.respond(release)


def told(change: Change) -> dict:
    """A change with its money spelled out."""
    line = change.line
    amounts = {"old": change.old, "new": change.new, "difference": change.difference}
    return {
        "plan": line.charge.plan.code,
        "charge": line.charge.code,
        "currency": line.currency,
        "interval": line.interval,
        "change": change.kind,
        **{
            name: None if amount is None else written(amount, line.currency)
            for name, amount in amounts.items()
        },
        "percent": None if change.share is None else round(change.share, 6),
    }


def told_annual(annual: Annual) -> dict:
    """What a year saves, with its money spelled out; null from nothing."""
    saved = annual.saved
    return {
        "plan": annual.charge.plan.code,
        "charge": annual.charge.code,
        "month": written(annual.month, annual.currency),
        "year": written(annual.year, annual.currency),
        "saved": None if saved is None else round(float(saved), 6),
    }
