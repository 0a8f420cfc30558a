"""Discounts: for whom, which of several, how long, and never without an end."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from pricing.incentives import Purchase, Used, choose, discounted, judge, stretches
from pricing.models import Incentive
from pricing.resolution import Buyer
from tests.factories import PlanFactory, ProductFactory, RegionFactory, SegmentFactory
from tests.factories.incentives import IncentiveFactory

pytestmark = pytest.mark.django_db

DAY = date(2026, 5, 1)
EMPTY = {"value": None, "duration_days": None}


@pytest.fixture
def plan():
    return PlanFactory(product=ProductFactory(code="crm"))


@pytest.fixture
def purchase(plan):
    """The CRM at 79.00 a month, by a customer that holds the desk."""
    buyer = Buyer("acme", "smb", "emea", frozenset({"desk"}))
    return Purchase(plan, buyer, frozenset({"crm"}), "month", "USD", Decimal(79), DAY)


def reason(incentive, purchase) -> str:
    (verdict,) = judge(incentives=[incentive], purchase=purchase)
    return verdict.reason


def paid(incentives, purchase) -> list[tuple]:
    found = stretches(incentives=incentives, purchase=purchase)
    return [(each.starts_on, each.ends_on, each.amount) for each in found]


def test_s42_the_second_product_costs_half_for_ninety_days(purchase):
    second = IncentiveFactory(nth_product=2)

    assert reason(second, purchase) == ""
    assert paid([second], purchase) == [
        (DAY, date(2026, 7, 30), Decimal("39.50")),
        (date(2026, 7, 30), None, Decimal("79.00")),
    ]
    assert (date(2026, 7, 30) - DAY).days == 90


def test_s42_a_third_product_is_refused(purchase):
    second = IncentiveFactory(nth_product=2)
    three = replace(purchase, buyer=replace(purchase.buyer, products=frozenset({"desk", "voice"})))

    assert reason(second, three) == "nth_product=3"
    first = replace(purchase, buyer=replace(purchase.buyer, products=frozenset()))
    assert reason(second, first) == "nth_product=1"
    same = replace(purchase, buyer=replace(purchase.buyer, products=frozenset({"crm"})))
    assert reason(second, same) == "already_held"


def test_s43_a_year_at_twenty_percent_less(purchase):
    year = IncentiveFactory(value=20, interval="year", duration_days=None, duration_periods=1)
    bundle = replace(purchase, amount=Decimal(249 * 12), interval="year")
    first, after = stretches(incentives=[year], purchase=bundle)

    assert (first.amount, first.amount / 12) == (Decimal("2390.40"), Decimal("199.20"))
    assert (first.ends_on, after.amount) == (date(2027, 5, 1), 2988)
    assert round(1 - first.amount / (327 * 12), 4) == Decimal("0.3908")
    assert reason(year, purchase) == "interval=month"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"redeem_until": DAY}, "redeem_until=2026-05-01"),
        ({"redeem_from": date(2026, 5, 2)}, "redeem_until=2027-01-01"),
        ({"interval": "year"}, "interval=month"),
        ({"kind": "amount", "currency": "EUR"}, "currency=USD"),
        ({"max_total": 7}, "max_total=7"),
        ({"max_per_account": 1}, "max_per_account=1"),
        ({"max_total": 8, "max_per_account": 2}, ""),
    ],
)
def test_what_does_not_fit_is_named(facts, said, purchase):
    incentive = IncentiveFactory(**{"max_per_account": 9, **facts})
    used = {incentive.pk: Used(total=7, by_account=1)}

    assert reason(incentive, replace(purchase, used=used)) == said


def test_segment_region_plans_and_products_are_asked(purchase, plan):
    elsewhere = IncentiveFactory(segment=SegmentFactory(code="enterprise"))
    assert reason(elsewhere, purchase) == "segment=smb"
    assert reason(IncentiveFactory(region=RegionFactory(code="apac")), purchase) == "region=emea"
    of_another = IncentiveFactory()
    of_another.plans.add(PlanFactory())
    assert reason(of_another, purchase) == f"plan={plan.code}"
    of_another.plans.add(plan)
    assert reason(of_another, purchase) == ""
    needs = IncentiveFactory()
    needs.required_products.add(ProductFactory(code="voice"))
    assert reason(needs, purchase) == "required_product=voice"
    without = IncentiveFactory()
    without.excluded_products.add(ProductFactory(code="desk"))
    assert reason(without, purchase) == "excluded_product=desk"


def test_who_gave_a_product_up_lately_is_not_rewarded_for_coming_back(purchase):
    incentive = IncentiveFactory()
    lately = replace(purchase, given_up={"crm": date(2025, 11, 3)})
    long_ago = replace(purchase, given_up={"crm": date(2025, 11, 2)})

    assert reason(incentive, lately) == "reacquire_days=180"
    assert reason(incentive, long_ago) == ""


def test_a_locked_price_gets_none_unless_the_incentive_says_so(purchase):
    locked = replace(purchase, is_locked=True)

    assert reason(IncentiveFactory(), locked) == "locked_price"
    assert reason(IncentiveFactory(on_locked=True), locked) == ""


def test_percentages_that_go_together_are_multiplied_and_end_one_by_one(purchase):
    tenth = IncentiveFactory(value=10, stacking="stackable", duration_days=30)
    fifth = IncentiveFactory(value=20, stacking="stackable", duration_days=60)
    chosen = choose(eligible=[fifth, tenth], purchase=purchase)

    assert chosen == [tenth, fifth]
    assert [amount for _, _, amount in paid(chosen, purchase)] == [
        Decimal("56.88"),  # 79 x 0.9 x 0.8
        Decimal("63.20"),
        Decimal("79.00"),
    ]


def test_nothing_costs_less_than_nothing(purchase):
    much = IncentiveFactory(kind="amount", currency="USD", value=60, stacking="stackable")
    more = IncentiveFactory(kind="amount", currency="USD", value=60, stacking="stackable")

    assert discounted(incentives=[much, more], amount=Decimal(79), currency="USD") == 0


def test_of_an_exclusive_one_and_others_the_best_for_the_customer_is_taken(purchase):
    deep = IncentiveFactory(value=50, duration_days=90)
    long = IncentiveFactory(value=20, duration_days=None, duration_periods=12)
    weak = IncentiveFactory(value=30, stacking="stackable", duration_days=30)

    assert choose(eligible=[deep, long, weak], purchase=purchase) == [long]
    assert choose(eligible=[deep, weak], purchase=purchase) == [deep]
    assert choose(eligible=[], purchase=purchase) == []


def test_first_intervals_can_be_free(purchase):
    free = IncentiveFactory(kind="free_periods", duration_periods=2, **EMPTY)

    assert paid([free], purchase) == [
        (DAY, date(2026, 7, 1), Decimal("0.00")),
        (date(2026, 7, 1), None, Decimal("79.00")),
    ]


@pytest.mark.parametrize(
    "facts",
    [
        {"duration_days": None},
        {"duration_periods": 3},
        {"duration_days": 0},
        {"redeem_until": date(2026, 1, 1)},
        {"value": 101},
        {"value": 0},
        {"value": None},
        {"kind": "amount", "currency": "USD", "value": None},
        {"kind": "amount"},
        {"currency": "USD"},
        {"kind": "free_periods", "duration_days": 90},
        {"nth_product": 0},
        {"max_per_account": 0},
    ],
)
def test_s44_a_discount_without_window_end_or_measure_is_refused(facts):
    with pytest.raises(ValidationError):
        IncentiveFactory.build(**facts).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        IncentiveFactory.build(**facts).save()
    assert not Incentive.objects.exists()


@pytest.mark.parametrize("column", ["redeem_until", "redeem_from"])
def test_s44_a_window_without_an_end_is_refused_by_the_database(column):
    incentive = IncentiveFactory()
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE pricing_incentive SET {column} = NULL WHERE id = %s", [incentive.pk]
        )
