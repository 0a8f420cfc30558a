"""Who buys, and what they hold."""

from decimal import Decimal

from factory import SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.models import Account, Subscription, SubscriptionLine
from accounts.subscriptions import add_line
from tests.factories.catalog import SINCE, ChargeFactory


class AccountFactory(DjangoModelFactory):
    class Meta:
        model = Account

    code = Sequence("account-{}".format)
    name = SelfAttribute("code")
    currency = "USD"
    created_on = SINCE


class SubscriptionFactory(DjangoModelFactory):
    """An agreement without lines."""

    class Meta:
        model = Subscription

    account = SubFactory(AccountFactory)
    code = Sequence("subscription-{}".format)
    currency = SelfAttribute("account.currency")
    starts_on = SINCE


class LineFactory(DjangoModelFactory):
    """Something held, through the decision that carries it to the ledger."""

    class Meta:
        model = SubscriptionLine

    subscription = SubFactory(SubscriptionFactory)
    charge = SubFactory(ChargeFactory)
    starts_on = SINCE
    amount = 100

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        subscription = kwargs.pop("subscription")
        amount = Decimal(kwargs.pop("amount"))
        return add_line(subscription=subscription, line=model_class(amount=amount, **kwargs))
