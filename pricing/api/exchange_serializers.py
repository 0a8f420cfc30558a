"""Tables of exchange rates, as programs read and write them."""

from config.api.serializers import ModelSerializer
from pricing.models import ExchangeRate, RateTable


class RateTableSerializer(ModelSerializer):
    class Meta:
        model = RateTable
        fields = ["code", "name", "currency"]


class ExchangeRateSerializer(ModelSerializer):
    class Meta:
        model = ExchangeRate
        fields = ["id", "table", "currency", "rate", "per", "source", "starts_on", "ends_on"]
