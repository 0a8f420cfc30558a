"""Discounts that end."""

from datetime import date
from decimal import Decimal

from factory import SelfAttribute, Sequence
from factory.django import DjangoModelFactory

from accounts.models import IncentiveRedemption
from pricing.models import Incentive
from tests.factories.customers import AccountFactory, LineFactory


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


def redeemed(account=None, incentive=None):
    """An incentive that an account got with a line of 100.00."""
    line = LineFactory(subscription__account=account or AccountFactory())
    return IncentiveRedemption.objects.create(
        incentive=incentive or IncentiveFactory(),
        account=line.account,
        line=line,
        discount=50,
        starts_on=line.starts_on,
        ends_on=date(2020, 4, 1),
    )
