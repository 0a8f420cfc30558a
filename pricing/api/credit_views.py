"""Credit units, packs and burn rates over REST."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from config.access.scopes import Scope
from config.access.scoping import visible
from config.api.fields import canonical
from config.api.filters import DateFilter, FilterSet
from config.api.serializers import DayQuery
from config.api.views import ID_IN_ADDRESS, Addable, ReadOnlyViewSet
from config.api.writing import write
from portfolio.models import Threshold
from pricing.api.credit_serializers import (
    BurnRateSerializer,
    CreditTermsSerializer,
    CreditUnitSerializer,
    EndInput,
    RateInput,
    WorthsAnswer,
)
from pricing.api.views import PlanningViewSet
from pricing.burning import end_rate, set_rate
from pricing.credit_values import SPREAD, Fairness, fairness
from pricing.models import BurnRate, CreditTerms, CreditUnit, Price


class CreditUnitFilter(FilterSet):
    class Meta:
        model = CreditUnit
        fields = ["portfolio", "on_empty"]


class CreditTermsFilter(FilterSet):
    class Meta:
        model = CreditTerms
        fields = ["plan", "unit", "on_empty"]


class BurnRateFilter(FilterSet):
    on = DateFilter(method="in_force", help_text="Rates that apply on the day.")

    class Meta:
        model = BurnRate
        fields = ["unit", "feature"]

    def in_force(self, rates, _name: str, day):
        return rates.in_force(on=day)


class CreditUnitViewSet(PlanningViewSet):
    queryset = CreditUnit.objects.select_related("portfolio")
    serializer_class = CreditUnitSerializer
    filterset_class = CreditUnitFilter
    ordering = ("code",)

    @extend_schema(responses=WorthsAnswer)
    @action(
        detail=True,
        query_serializer_class=DayQuery,
        filterset_class=None,
        read_scope=Scope.PRICES_READ,
        needs=("pricing.view_creditunit", "pricing.view_burnrate", "pricing.view_price"),
    )
    def worth(self, request, code: str) -> Response:
        """What a credit is worth in money, feature by feature, from prices by usage."""
        unit, on = self.get_object(), self.asked_day()
        prices = visible(Price.objects.all(), request.user)
        threshold = Threshold.objects.values_on(on).get(SPREAD)
        worths = [told(each) for each in fairness(units=[unit], prices=prices, on=on)]
        answer = {"unit": unit.code, "on": on, "threshold": threshold, "worths": worths}
        return Response(WorthsAnswer(answer).data)


def told(each: Fairness) -> dict:
    """The worth of a credit with its figures spelled out."""
    return {
        "currency": each.currency,
        "spread": None if each.spread is None else round(each.spread, 6),
        "values": [
            {
                "feature": value.rate.feature.code,
                "credits": canonical(value.rate.credits),
                "unit_amount": canonical(value.unit),
                "value": canonical(round(value.value, 9)),
                "price": value.price.pk,
            }
            for value in each.values
        ],
    }


class CreditTermsViewSet(PlanningViewSet):
    queryset = CreditTerms.objects.select_related("plan", "unit")
    serializer_class = CreditTermsSerializer
    filterset_class = CreditTermsFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)


class BurnRateViewSet(Addable, ReadOnlyViewSet):
    read_scope = Scope.PRICES_READ
    write_scope = Scope.PRICES_WRITE
    requires_reason = True
    queryset = BurnRate.objects.select_related("unit", "feature")
    serializer_class = BurnRateSerializer
    filterset_class = BurnRateFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    locks_first = "unit"
    ordering = ("id",)

    @extend_schema(request=RateInput, responses={201: BurnRateSerializer})
    def create(self, request) -> Response:
        """Sets what a unit of a feature costs from a day on; the rate until then ends."""
        return super().create(request)

    def add(self, data: object) -> BurnRate:
        wanted = RateInput(data=data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        return set_rate(**wanted.validated_data)

    @extend_schema(request=EndInput, responses=BurnRateSerializer)
    @action(detail=True, methods=["post"], needs=("pricing.change_burnrate",))
    def end(self, request, pk: str) -> Response:
        """Takes a feature out of the burn table; `on` is the first day without it."""
        return write(self, lambda: self._end(request))

    def _end(self, request) -> Response:
        wanted = EndInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        return self.respond(end_rate(rate=self.get_object(), **wanted.validated_data))
