"""Changes, renewals and terms of subscriptions, and what an account has to renew, over REST."""

from datetime import date

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.serializers import LineSerializer
from accounts.api.term_serializers import (
    ChangeInput,
    ConsolidationAnswer,
    CotermInput,
    LinesAnswer,
    RenewInput,
    ScheduleAnswer,
    ScheduleQuery,
    TermAnswer,
    TermInput,
)
from accounts.changes import Wish, change
from accounts.consolidation import Consolidation, consolidation, coterm
from accounts.models import Subscription, SubscriptionLine
from accounts.renewal import Renewal, price_schedules, renew_all
from accounts.subscriptions import add
from accounts.terms import change_term, preview_term
from config.api.money import written
from config.api.preconditions import tagged
from config.api.serializers import DayQuery
from config.api.writing import write

LINES = ("accounts.view_subscription", "accounts.view_subscriptionline")


class WithTerms:
    """The verbs of a subscription, and what its terms will be."""

    @extend_schema(request=ChangeInput, responses=LinesAnswer)
    @action(detail=True, methods=["post"])
    def change(self, request, code: str) -> Response:
        """Changes what a line is, or adds one: on the day, or when the plans' path says."""
        return write(self, lambda: self._change(request))

    def _change(self, request) -> Response:
        subscription = self.get_object()
        facts = self._read(ChangeInput, subscription)
        on, line = facts.pop("on"), facts.pop("line", None)
        if line:
            return self._lines(change(line=line, wish=Wish(**facts), on=on), subscription)
        new = SubscriptionLine(starts_on=on, **facts)
        return self._lines(add(subscription=subscription, line=new), subscription)

    @extend_schema(request=RenewInput, responses=LinesAnswer)
    @action(detail=True, methods=["post"])
    def renew(self, request, code: str) -> Response:
        """Renews what ends its term on the day; where nothing moves, nothing is written."""
        return write(self, lambda: self._renew(request))

    def _renew(self, request) -> Response:
        subscription = self.get_object()
        facts = self._read(RenewInput, subscription)
        return self._lines(renew_all(subscription=subscription, **facts), subscription)

    @extend_schema(request=TermInput, responses=TermAnswer)
    @action(detail=True, methods=["post"], url_path="change-term")
    def change_term(self, request, code: str) -> Response:
        """Commits to terms of another length from the end of the one that runs; or previews it."""
        return write(self, lambda: self._change_term(request))

    def _change_term(self, request) -> Response:
        subscription = self.get_object()
        facts = self._read(TermInput, subscription)
        decide = preview_term if facts.pop("preview") else change_term
        found = decide(subscription=subscription, on=timezone.localdate(), **facts)
        return tagged(Response(TermAnswer(found).data), subscription)

    @extend_schema(responses=ScheduleAnswer)
    @action(
        detail=True,
        url_path="price-schedule",
        query_serializer_class=ScheduleQuery,
        filterset_class=None,
        needs=LINES,
    )
    def price_schedule(self, request, code: str) -> Response:
        """What each line costs after its next renewals, by the function that renews."""
        subscription, query = self.get_object(), self.get_query()
        on = query.get("on") or timezone.localdate()
        return Response(schedule(subscription, on, query["renewals"]))

    def _read(self, serializer_class: type, subscription: Subscription) -> dict:
        context = {**self.get_serializer_context(), "subscription": subscription}
        wanted = serializer_class(data=self.request.data, context=context)
        wanted.is_valid(raise_exception=True)
        return dict(wanted.validated_data)

    def _lines(self, lines: list[SubscriptionLine], subscription: Subscription) -> Response:
        rows = SubscriptionLine.objects.filter(pk__in=[line.pk for line in lines])
        rows = rows.select_related(
            "subscription", "account", "product", "plan", "bundle_plan", "charge"
        )
        answer = {"lines": LineSerializer(rows.order_by("id"), many=True).data}
        return tagged(Response(answer), subscription)


def schedule(subscription: Subscription, on: date, renewals: int) -> dict:
    """The price schedule of what a subscription holds on the day, spelled out."""
    lines = list(subscription.lines.live(on=on).with_terms().order_by("id"))
    found = price_schedules(lines=lines, after=on, renewals=renewals)
    currency = subscription.currency
    return {
        "on": on,
        "lines": [
            {
                "line": line.pk,
                "plan": line.plan.code,
                "renewals": [_renewal(each, currency) for each in found[line.pk]],
            }
            for line in lines
        ],
    }


def _renewal(each: Renewal, currency: str) -> dict:
    listed = each.list_amount
    return {
        "on": each.on,
        "amount": written(each.amount, currency),
        "list_amount": None if listed is None else written(listed, currency),
        "price": each.price and each.price.pk,
        "plan_version": each.grant.version,
        "floor_version": each.grant.floor,
        "moves": each.moves,
        "trace": each.trace,
    }


class WithConsolidation:
    """What an account has to renew."""

    @extend_schema(responses=ConsolidationAnswer)
    @action(
        detail=True,
        query_serializer_class=DayQuery,
        filterset_class=None,
        needs=("accounts.view_account", "accounts.view_subscription"),
    )
    def consolidation(self, request, code: str) -> Response:
        """How many subscriptions, days of renewal and currencies, and when all can renew."""
        on = self.get_query().get("on") or timezone.localdate()
        return Response(_spelled(consolidation(account=self.get_object(), on=on)))

    @extend_schema(request=CotermInput, responses=ConsolidationAnswer)
    @action(
        detail=True,
        methods=["post"],
        requires_key=True,
        needs=("accounts.change_subscription",),
    )
    def coterm(self, request, code: str) -> Response:
        """Prolongs terms, so that every subscription renews on the common day."""
        return write(self, lambda: self._coterm(request))

    def _coterm(self, request) -> Response:
        wanted = CotermInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        facts = {"on": timezone.localdate(), **wanted.validated_data}
        return Response(_spelled(coterm(account=self.get_object(), **facts)))


def _spelled(found: Consolidation) -> dict:
    return {
        "on": found.on,
        "subscriptions": len(found.running),
        "renewal_dates": found.renewal_dates,
        "currencies": found.currencies,
        "can_coterm_on": found.can_coterm_on,
        "is_scattered": found.is_scattered,
        "running": [
            {
                "subscription": each.subscription.code,
                "currency": each.subscription.currency,
                "term_months": each.term_months,
                "renews_on": each.renews_on,
            }
            for each in found.running
        ],
    }
