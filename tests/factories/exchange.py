"""What currencies are worth in one another."""

from decimal import Decimal

from factory import SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from pricing.models import ExchangeRate, RateTable
from tests.factories.catalog import SINCE


class RateTableFactory(DjangoModelFactory):
    class Meta:
        model = RateTable

    code = Sequence("rates-{}".format)
    name = SelfAttribute("code")
    currency = "USD"


class ExchangeRateFactory(DjangoModelFactory):
    class Meta:
        model = ExchangeRate

    table = SubFactory(RateTableFactory)
    currency = "EUR"
    rate = Decimal("1.1")
    source = "A bank."
    starts_on = SINCE
