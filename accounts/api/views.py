"""Customers and what they hold, over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.filters import AccountFilter, LineFilter, ProfileFilter, SubscriptionFilter
from accounts.api.owner_serializers import AssignmentSerializer, DayQuery
from accounts.api.serializers import (
    AccountSerializer,
    Classification,
    DayInput,
    LineSerializer,
    ProfileSerializer,
    StartInput,
    SubscriptionSerializer,
)
from accounts.models import Account, AccountProfile, Assignment, Subscription, SubscriptionLine
from accounts.profiles import classify
from accounts.subscriptions import cancel, start
from config.api.fields import CharField
from config.api.views import ID_IN_ADDRESS, Deletable, ModelViewSet, ReadOnlyViewSet
from config.api.writing import write


class CustomersFrame:
    read_scope = "catalog:read"
    write_scope = "subscriptions:write"


class AccountViewSet(CustomersFrame, Deletable, ModelViewSet):
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
        owners = Assignment.objects.in_force(on=on).filter(account=self.get_object())
        owners = owners.select_related("account", "product", "member__user", "member__team")
        rows = AssignmentSerializer(owners, many=True).data
        return Response({"next": None, "previous": None, "results": rows})


class ProfileViewSet(CustomersFrame, ReadOnlyViewSet):
    queryset = AccountProfile.objects.select_related("account", "segment", "region")
    serializer_class = ProfileSerializer
    filterset_class = ProfileFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)

    @extend_schema(request=Classification, responses={201: ProfileSerializer})
    def create(self, request) -> Response:
        """Puts an account into a segment and a region from a day on; what was before is kept."""
        return write(self, lambda: self._classify(request))

    def _classify(self, request) -> Response:
        wanted = Classification(data=request.data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        profile = classify(**wanted.validated_data)
        return Response(self.get_serializer(profile).data, status=status.HTTP_201_CREATED)


class SubscriptionViewSet(CustomersFrame, ReadOnlyViewSet):
    queryset = Subscription.objects.select_related("account")
    serializer_class = SubscriptionSerializer
    filterset_class = SubscriptionFilter
    ordering = ("code",)
    ordering_fields = ("code", "starts_on")

    @extend_schema(request=StartInput, responses={201: SubscriptionSerializer})
    def create(self, request) -> Response:
        """Begins a subscription with everything it holds."""
        return write(self, lambda: self._start(request))

    def _start(self, request) -> Response:
        wanted = StartInput(data=request.data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        facts = dict(wanted.validated_data)
        lines = [
            SubscriptionLine(**{"starts_on": facts["starts_on"], **line})
            for line in facts.pop("lines")
        ]
        subscription = Subscription(currency=facts["account"].currency, **facts)
        SubscriptionSerializer().check(subscription)  # a code that is taken is a conflict
        started = start(subscription=subscription, lines=lines)
        return Response(self.get_serializer(started).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=DayInput, responses=SubscriptionSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request, code: str) -> Response:
        """Ends a subscription and everything it still holds; `on` is the first day without it."""
        return write(self, lambda: self._cancel(request))

    def _cancel(self, request) -> Response:
        wanted = DayInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        ended = cancel(subscription=self.get_object(), **wanted.validated_data)
        return Response(self.get_serializer(ended).data)


class LineViewSet(CustomersFrame, ReadOnlyViewSet):
    queryset = SubscriptionLine.objects.select_related(
        "subscription", "account", "product", "plan", "charge"
    )
    serializer_class = LineSerializer
    filterset_class = LineFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)
