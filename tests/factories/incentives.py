"""Discounts that end."""

from datetime import date
from decimal import Decimal

from factory import SelfAttribute, Sequence
from factory.django import DjangoModelFactory

from pricing.models import Incentive


class IncentiveFactory(DjangoModelFactory):
    """Half the price for ninety days, in 2026, of any plan."""

    class Meta:
        model = Incentive
        skip_postgeneration_save = True

    code = Sequence("incentive-{}".format)
    name = SelfAttribute("code")
    rank = Sequence(lambda n: n + 1)
    value = Decimal(50)
    redeem_from = date(2026, 1, 1)
    redeem_until = date(2027, 1, 1)
    duration_days = 90
