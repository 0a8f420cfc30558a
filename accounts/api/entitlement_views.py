"""Overrides, trials, reminders and feedback, over REST."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.entitlement_serializers import (
    OutcomeInput,
    OverrideSerializer,
    ReminderSerializer,
    SubscriptionFeedbackSerializer,
    TrialInput,
    TrialSerializer,
    UseInput,
)
from accounts.api.serializers import DayInput
from accounts.downgrades import decided
from accounts.models import (
    DowngradeReminder,
    EntitlementOverride,
    SubscriptionFeedback,
    Trial,
)
from accounts.trials import end_trial, start_trial, use_trial
from config.access.scopes import Scope
from config.api.filters import CodeFilter, DateFilter, FilterSet
from config.api.views import ID_IN_ADDRESS, Addable, ModelViewSet, ReadOnlyViewSet
from config.api.writing import write


class ById:
    read_scope = Scope.CATALOG_READ
    write_scope = Scope.SUBSCRIPTIONS_WRITE
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)


class InForce(FilterSet):
    on = DateFilter(method="in_force", help_text="Those that apply on the day.")

    def in_force(self, rows, _name: str, day):
        return rows.in_force(on=day)


class OverrideFilter(InForce):
    class Meta:
        model = EntitlementOverride
        fields = ["account", "feature"]


class OverrideViewSet(ById, ModelViewSet):
    requires_reason = True
    queryset = EntitlementOverride.objects.select_related("account", "feature")
    serializer_class = OverrideSerializer
    filterset_class = OverrideFilter


class TrialFilter(InForce):
    class Meta:
        model = Trial
        fields = ["account", "feature", "plan", "opportunity", "is_guided"]


class TrialViewSet(ById, Addable, ReadOnlyViewSet):
    requires_key = True
    queryset = Trial.objects.select_related("account", "feature", "plan", "opportunity")
    serializer_class = TrialSerializer
    filterset_class = TrialFilter
    input_serializer_class = TrialInput

    @extend_schema(request=TrialInput, responses={201: TrialSerializer})
    def create(self, request) -> Response:
        """Lets an account try a feature or a plan, for so many days, or uses, or both."""
        return super().create(request)

    def get_queryset(self):
        return super().get_queryset().with_uses()

    def add(self, data: object) -> Trial:
        return start_trial(**self._wanted(TrialInput, data))

    @extend_schema(request=UseInput, responses=TrialSerializer)
    @action(detail=True, methods=["post"], needs=("accounts.change_trial",))
    def use(self, request, pk: str) -> Response:
        """Counts one use; the same key again counts nothing."""
        return write(self, lambda: self._change(use_trial, UseInput))

    @extend_schema(request=DayInput, responses=TrialSerializer)
    @action(detail=True, methods=["post"], needs=("accounts.change_trial",), requires_key=False)
    def end(self, request, pk: str) -> Response:
        """Ends a trial early; `on` is the first day without it."""
        return write(self, lambda: self._change(end_trial, DayInput))

    def _change(self, decision, kind) -> Response:
        trial = self.get_object()  # first: of another's trial even wrong input tells nothing
        decision(trial=trial, **self._wanted(kind, self.request.data))
        return self.respond(self.get_object())

    def _wanted(self, kind, data: object) -> dict:
        wanted = kind(data=data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        return wanted.validated_data


class ReminderFilter(FilterSet):
    account = CodeFilter("subscription__account__code")

    class Meta:
        model = DowngradeReminder
        fields = ["subscription", "shown_on", "outcome"]


class ReminderViewSet(ById, ReadOnlyViewSet):
    queryset = DowngradeReminder.objects.select_related("subscription__account", "to_plan")
    serializer_class = ReminderSerializer
    filterset_class = ReminderFilter

    @extend_schema(request=OutcomeInput, responses=ReminderSerializer)
    @action(detail=True, methods=["post"], needs=("accounts.change_downgradereminder",))
    def outcome(self, request, pk: str) -> Response:
        """Keeps what the customer did after the reminder."""
        return write(self, self._outcome)

    def _outcome(self) -> Response:
        reminder, wanted = self.get_object(), OutcomeInput(data=self.request.data)
        wanted.is_valid(raise_exception=True)
        decided(reminder=reminder, **wanted.validated_data)
        return self.respond(self.get_object())


class FeedbackFilter(FilterSet):
    class Meta:
        model = SubscriptionFeedback
        fields = ["account", "subscription", "kind", "reason", "given_on"]


class FeedbackViewSet(ById, ModelViewSet):
    queryset = SubscriptionFeedback.objects.select_related("account", "subscription")
    serializer_class = SubscriptionFeedbackSerializer
    filterset_class = FeedbackFilter

    def get_queryset(self):
        return super().get_queryset().prefetch_related("missing")
