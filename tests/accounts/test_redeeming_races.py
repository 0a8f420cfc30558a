"""Many customers who want the last of a discount at the same time."""

from contextlib import suppress
from datetime import date
from threading import Barrier, BrokenBarrierError

import pytest

from accounts import redeeming
from accounts.models import IncentiveRedemption, SubscriptionLine
from accounts.redeeming import NotEligible
from accounts.subscriptions import add
from pricing.models import Incentive
from tests.config.racing import together
from tests.factories import AccountFactory, ChargeFactory, SubscriptionFactory
from tests.factories.incentives import IncentiveFactory
from tests.factories.prices import PriceBookFactory, flat, published

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 5, 1)


@pytest.fixture
def last_one():
    return IncentiveFactory(max_total=1)


@pytest.fixture
def rivals(monkeypatch, last_one):
    """Two have seen that nobody has it before either takes it, if nothing keeps them apart."""
    charge = ChargeFactory()
    published(PriceBookFactory(segment=None), flat(charge, 79))
    wanted = [SubscriptionFactory(account=AccountFactory(), starts_on=DAY) for _ in range(2)]
    both_looked, take = Barrier(2, timeout=2), redeeming.choose

    def wait_and_take(**facts):
        with suppress(BrokenBarrierError):  # the other one waits for our lock
            both_looked.wait()
        return take(**facts)

    def buy(number: int) -> Exception | None:
        line = SubscriptionLine(charge=charge, starts_on=DAY)
        try:
            add(subscription=wanted[number], line=line, incentives=[last_one])
        except NotEligible as error:
            return error
        return None

    monkeypatch.setattr(redeeming, "choose", wait_and_take)
    return lambda: [error for error in together(buy, 2) if error]


def test_the_last_of_a_discount_is_given_once(rivals):
    (error,) = rivals()

    assert "max_total=1" in str(error)
    assert IncentiveRedemption.objects.count() == 1


def test_without_the_lock_it_is_given_twice(rivals, monkeypatch):
    unlocked = Incentive.objects.all()
    monkeypatch.setattr(
        redeeming, "_lock", lambda incentives: list(redeeming.with_criteria(unlocked))
    )

    assert rivals() == []
    assert IncentiveRedemption.objects.count() == 2
