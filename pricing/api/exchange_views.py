"""Tables of exchange rates over REST."""

from django.db.models import QuerySet

from config.api.filters import DateFilter, FilterSet
from config.api.views import ID_IN_ADDRESS, Deletable, ModelViewSet
from pricing.api.exchange_serializers import ExchangeRateSerializer, RateTableSerializer
from pricing.api.price_views import PricingFrame
from pricing.models import ExchangeRate, RateTable


class RateTableFilter(FilterSet):
    class Meta:
        model = RateTable
        fields = ["currency"]


class ExchangeRateFilter(FilterSet):
    on = DateFilter(method="in_force", help_text="Rates that apply on the day.")

    class Meta:
        model = ExchangeRate
        fields = ["table", "currency"]

    def in_force(self, rates: QuerySet, _name: str, day) -> QuerySet:
        return rates.in_force(on=day)


class RateTableViewSet(PricingFrame, Deletable, ModelViewSet):
    queryset = RateTable.objects.all()
    serializer_class = RateTableSerializer
    filterset_class = RateTableFilter
    ordering = ("code",)
    ordering_fields = ("code", "name")


class ExchangeRateViewSet(PricingFrame, Deletable, ModelViewSet):
    queryset = ExchangeRate.objects.select_related("table")
    serializer_class = ExchangeRateSerializer
    filterset_class = ExchangeRateFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    locks_first = "table"
    ordering = ("id",)
    ordering_fields = ("id", "starts_on")
