"""The credits that subscriptions grant."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.buyers import buyer_of
from accounts.credits.planning import plan_credits
from accounts.credits.subscribed import grant_all_due
from accounts.jobs import grant_credits
from accounts.models import CreditGrant, GrantBalance, SubscriptionLine
from accounts.opportunities.standing import standing
from accounts.subscriptions import add_line, end_line
from pricing.models import OnEmpty
from tests.factories import AccountFactory, ChargeFactory, SubscriptionFactory
from tests.factories.credits import CreditTermsFactory, CreditUnitFactory, burn_table, drawn
from tests.factories.prices import PriceBookFactory, flat, published

pytestmark = pytest.mark.django_db

JAN, FEB, MAR, APR = (date(2026, month, 1) for month in (1, 2, 3, 4))
LAST = date(2026, 3, 31)


@pytest.fixture
def unit():
    return CreditUnitFactory()


@pytest.fixture
def terms(unit):
    return CreditTermsFactory(unit=unit)


@pytest.fixture
def acme():
    return AccountFactory(code="acme")


@pytest.fixture
def subscribe(terms, acme):
    """A line of the pack: 10,000 credits for 200.00."""

    def begin(on=JAN, *, cadence="recurring", interval="month"):
        charge = ChargeFactory(plan=terms.plan, cadence=cadence, code=f"{cadence}-{interval}")
        price = flat(charge, 200, model="credit", credits=Decimal(10_000), interval=interval)
        published(PriceBookFactory(segment=None), price)
        subscription = SubscriptionFactory(account=acme, starts_on=on)
        line = SubscriptionLine(charge=charge, interval=interval, starts_on=on)
        return add_line(subscription=subscription, line=line)

    return begin


def granted() -> list[tuple]:
    rows = CreditGrant.objects.order_by("starts_on")
    return list(rows.values_list("starts_on", "ends_on", "credits", "source", "cost"))


def test_s39_every_month_of_a_subscription_grants_its_credits(subscribe):
    subscribe()
    assert grant_all_due(on=MAR) == 3
    assert grant_all_due(on=LAST) == 0

    assert granted() == [
        (JAN, FEB, 10_000, "plan", 200),
        (FEB, MAR, 10_000, "plan", 200),
        (MAR, APR, 10_000, "plan", 200),
    ]


def test_the_first_draw_of_a_month_does_not_wait_for_the_night(subscribe, acme, unit):
    subscribe(FEB)
    features = burn_table(unit)
    drawn(acme, unit, features["lookups"], 200, LAST)
    drawn(acme, unit, features["lookups"], 1, LAST)

    assert [row[0] for row in granted()] == [MAR]
    assert GrantBalance.objects.get().left == 10_000 - 4_020
    assert grant_all_due(on=LAST) == 1  # February, which nobody used


def test_credits_are_granted_until_the_line_ends_and_stay_until_their_own_end(subscribe):
    line = subscribe()
    end_line(line=line, on=date(2026, 2, 15))

    assert grant_all_due(on=LAST) == 2
    assert [row[:2] for row in granted()] == [(JAN, FEB), (FEB, MAR)]


def test_credits_may_be_valid_for_longer_than_their_month(subscribe, terms):
    terms.valid_months = 3
    terms.save()
    subscribe()
    grant_all_due(on=FEB)

    assert [row[1] for row in granted()] == [APR, date(2026, 5, 1)]


def test_a_pack_that_is_bought_once_is_granted_once_and_does_not_end(subscribe):
    subscribe(cadence="one_time", interval="one_time")
    grant_all_due(on=LAST)

    assert granted() == [(JAN, None, 10_000, "purchase", 200)]


def test_a_year_paid_in_advance_is_granted_at_once(subscribe):
    subscribe(interval="year")
    grant_all_due(on=LAST)

    assert [row[:2] for row in granted()] == [(JAN, date(2027, 1, 1))]


def test_a_31st_is_a_31st_again_after_february(subscribe):
    subscribe(date(2026, 1, 31))
    grant_all_due(on=LAST)

    assert [row[0] for row in granted()] == [date(2026, 1, 31), date(2026, 2, 28), LAST]


def test_the_night_takes_back_what_a_voided_line_granted(subscribe):
    line = subscribe()
    grant_all_due(on=JAN)
    end_line(line=line, on=JAN)
    said = grant_credits(now=datetime(2026, 1, 2, 3, tzinfo=UTC))

    assert said == "0 grants, 1 of voided lines taken back."
    assert GrantBalance.objects.get().left == 0


def test_a_pack_of_a_subscription_says_what_happens_beyond_it(subscribe, terms, acme, unit):
    terms.on_empty = OnEmpty.ALLOW_NEGATIVE
    terms.save()
    subscribe()
    features = burn_table(unit)
    drawn(acme, unit, features["sends"], 10_001, JAN)
    drawn(acme, unit, features["sends"], 1, FEB)

    assert list(
        GrantBalance.objects.order_by("grant__starts_on").values_list("left", flat=True)
    ) == [
        0,
        9_998,
    ]


def test_a_plan_of_use_counts_the_grants_to_come(subscribe, acme, unit):
    subscribe()
    features = burn_table(unit)
    found = plan_credits(
        unit=unit,
        account=acme,
        planned=[(features["sends"], Decimal(59_000))],
        starts_on=JAN,
        ends_on=MAR,
    )

    assert (found.used, found.uncovered) == (20_000, 39_000)
    assert found.depleted_on == date(2026, 1, 10)
    assert not CreditGrant.objects.exists()


def test_credits_are_no_product_of_a_customer(subscribe, acme):
    subscribe()

    assert buyer_of(account=acme, on=FEB).products == frozenset()
    assert standing(account=acme, on=FEB).products == {}
