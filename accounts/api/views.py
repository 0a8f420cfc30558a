"""Customers and what they hold, over REST."""

from contextlib import AbstractContextManager

from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.account_credits import CreditsOfAccount
from accounts.api.entitlement_serializers import (
    DowngradeImpactAnswer,
    EffectiveSerializer,
    ImpactQuery,
)
from accounts.api.filters import AccountFilter, LineFilter, ProfileFilter, SubscriptionFilter
from accounts.api.owner_serializers import AssignmentSerializer
from accounts.api.serializers import (
    AccountSerializer,
    AssetQuery,
    Classification,
    DayInput,
    LineSerializer,
    MatchSerializer,
    MembershipSerializer,
    ProfileSerializer,
    StartInput,
    SubscriptionSerializer,
)
from accounts.api.term_views import WithConsolidation, WithTerms
from accounts.downgrades import impact, show
from accounts.entitlements import effective
from accounts.ledger import recording
from accounts.models import (
    Account,
    AccountProfile,
    Assignment,
    Subscription,
    SubscriptionLine,
)
from accounts.profiles import classify
from accounts.segmentation import explain
from accounts.subscriptions import cancel, start
from config.access.scoping import visible
from config.api.batches import Batched
from config.api.fields import CharField
from config.api.serializers import DayQuery
from config.api.views import ID_IN_ADDRESS, Addable, Deletable, ModelViewSet, ReadOnlyViewSet
from config.api.writing import write
from config.audit.actors import request_facts
from config.audit.context import Door, stating
from portfolio.assets import best_asset


class CustomersFrame:
    read_scope = "catalog:read"
    write_scope = "subscriptions:write"


class WithAccounts(Batched):
    """Batches whose accounts are locked, and carried to the ledger, once."""

    def adding(self, rows: list[dict]) -> AbstractContextManager:
        codes = [row["account"] for row in rows if isinstance(row.get("account"), str)]
        accounts = visible(Account.objects.filter(code__in=codes), self.request.user)
        return recording(*accounts.values_list("pk", flat=True))


class AccountViewSet(
    CreditsOfAccount, CustomersFrame, WithConsolidation, Batched, Deletable, ModelViewSet
):
    queryset = Account.objects.select_related("parent", "replaces")
    serializer_class = AccountSerializer
    filterset_class = AccountFilter
    ordering = ("code",)
    ordering_fields = ("code", "created_on")

    @extend_schema(
        responses={
            200: inline_serializer(
                "Owners",
                {
                    "next": CharField(allow_null=True),
                    "previous": CharField(allow_null=True),
                    "results": AssignmentSerializer(many=True),
                },
            )
        },
    )
    @action(
        detail=True,
        query_serializer_class=DayQuery,
        filterset_class=None,
        needs=("accounts.view_account", "accounts.view_assignment"),
    )
    def owners(self, request, code: str) -> Response:
        """Everybody who looks after the account, or one product of it, on the day."""
        on = self.get_query().get("on") or timezone.localdate()
        owners = visible(Assignment.objects.in_force(on=on), request.user)
        owners = owners.filter(account=self.get_object())
        owners = owners.select_related("account", "product", "member__user", "member__team")
        rows = AssignmentSerializer(owners, many=True).data
        return Response({"next": None, "previous": None, "results": rows})

    @extend_schema(
        responses={
            200: inline_serializer(
                "Entitlements",
                {
                    "next": CharField(allow_null=True),
                    "previous": CharField(allow_null=True),
                    "results": EffectiveSerializer(many=True),
                },
            )
        },
    )
    @action(
        detail=True,
        query_serializer_class=DayQuery,
        filterset_class=None,
        needs=("accounts.view_account", "accounts.view_subscriptionline", "pricing.view_feature"),
    )
    def entitlements(self, request, code: str) -> Response:
        """What the account may do with every feature on the day, and what would allow more."""
        on = self.get_query().get("on") or timezone.localdate()
        found = effective(account=self.get_object(), on=on)
        rows = EffectiveSerializer(found, many=True).data
        return Response({"next": None, "previous": None, "results": rows})

    @extend_schema(responses=MembershipSerializer)
    @action(
        detail=True,
        query_serializer_class=DayQuery,
        filterset_class=None,
        needs=(
            "accounts.view_account",
            "accounts.view_accountprofile",
            "accounts.view_segmentrule",
        ),
    )
    def segment(self, request, code: str) -> Response:
        """The segment that the account belongs to by hand or by the rules, and why."""
        on = self.get_query().get("on") or timezone.localdate()
        return Response(MembershipSerializer(explain(account=self.get_object(), on=on)).data)

    @extend_schema(responses=MatchSerializer)
    @action(
        detail=True,
        url_path="best-asset",
        query_serializer_class=AssetQuery,
        filterset_class=None,
        needs=("accounts.view_account", "portfolio.view_asset", "portfolio.view_product"),
    )
    def best_asset(self, request, code: str) -> Response:
        """What to show to the account about a product, by its industry and size."""
        account, query = self.get_object(), self.get_query()
        match = best_asset(
            **{"on": timezone.localdate(), **query},
            industry=account.industry,
            employees=account.employees,
        )
        return Response(MatchSerializer(match).data)


class ProfileViewSet(CustomersFrame, WithAccounts, Addable, ReadOnlyViewSet):
    requires_key = True
    queryset = AccountProfile.objects.select_related("account", "segment", "region")
    serializer_class = ProfileSerializer
    filterset_class = ProfileFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)

    input_serializer_class = Classification

    @extend_schema(request=Classification, responses={201: ProfileSerializer})
    def create(self, request) -> Response:
        """Puts an account into a segment and a region from a day on; what was before is kept."""
        return super().create(request)

    def add(self, data: object) -> AccountProfile:
        wanted = Classification(data=data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        return classify(**wanted.validated_data)


class SubscriptionViewSet(CustomersFrame, WithTerms, WithAccounts, Addable, ReadOnlyViewSet):
    requires_key = True
    queryset = Subscription.objects.select_related("account")
    serializer_class = SubscriptionSerializer
    filterset_class = SubscriptionFilter
    ordering = ("code",)
    ordering_fields = ("code", "starts_on")
    locks_first = "account"

    input_serializer_class = StartInput

    @extend_schema(request=StartInput, responses={201: SubscriptionSerializer})
    def create(self, request) -> Response:
        """Begins a subscription with everything it holds."""
        return super().create(request)

    def add(self, data: object) -> Subscription:
        wanted = StartInput(data=data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        facts = dict(wanted.validated_data)
        asked = facts.pop("lines")
        incentives = {number: line.pop("incentives") for number, line in enumerate(asked)}
        lines = [SubscriptionLine(**{"starts_on": facts["starts_on"], **line}) for line in asked]
        subscription = Subscription(currency=facts["account"].currency, **facts)
        SubscriptionSerializer().check(subscription)  # a code that is taken is a conflict
        return start(subscription=subscription, lines=lines, incentives=incentives)

    @extend_schema(request=DayInput, responses=SubscriptionSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request, code: str) -> Response:
        """Ends a subscription and everything it still holds; `on` is the first day without it."""
        return write(self, lambda: self._cancel(request))

    def _cancel(self, request) -> Response:
        wanted = DayInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        return self.respond(cancel(subscription=self.get_object(), **wanted.validated_data))

    @extend_schema(responses={200: DowngradeImpactAnswer, 409: None})
    @action(
        detail=True,
        url_path="downgrade-impact",
        query_serializer_class=ImpactQuery,
        filterset_class=None,
        needs=("accounts.view_subscription", "accounts.view_downgradereminder"),
    )
    def downgrade_impact(self, request, code: str) -> Response:
        """What the customer would lose; keeps that it was shown, once a day for each plan."""
        asked = self.get_query()
        on = asked.get("on") or timezone.localdate()
        found = impact(subscription=self.get_object(), to_plan=asked.get("to"), on=on)
        if asked["shown"]:
            with stating(**request_facts(request._request, Door.API)):
                found.reminder = show(found=found)
        return Response(DowngradeImpactAnswer(found).data)


class LineViewSet(CustomersFrame, ReadOnlyViewSet):
    queryset = SubscriptionLine.objects.select_related(
        "subscription", "account", "product", "plan", "bundle_plan", "charge"
    )
    serializer_class = LineSerializer
    filterset_class = LineFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)
