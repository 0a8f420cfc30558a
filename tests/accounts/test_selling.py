"""What something is sold at: the price in force for the account, or a share of a bundle's."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import LedgerEntry, SubscriptionLine
from accounts.profiles import classify
from accounts.selling import NoShare, NothingInside, NotOnSale
from accounts.subscriptions import end_line
from config.invariants import invariants
from pricing.allocation import allocate
from pricing.models import PlanKind
from pricing.resolution import NoPrice
from tests.accounts.priced import DAY, a_bundle, a_charge, costs, money, sell
from tests.factories import BundleFactory, ChargeFactory, SubscriptionFactory
from tests.factories.plans import published
from tests.factories.prices import PriceBookFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def suite():
    """A bundle at 249 of three products at 99, 79 and 149."""
    return a_bundle(249, *(a_charge(amount) for amount in (99, 79, 149)))


def test_a_line_is_sold_at_the_price_in_force_and_says_why():
    charge = a_charge(29)
    price = costs(charge, 39, on=date(2024, 2, 1)).lines.get()

    (line,) = sell(charge)

    assert (line.amount, line.list_amount, line.mrr, line.price) == (39, 39, 3_900, price)
    assert [step["step"] for step in line.trace] == [
        "contract_book",
        "segment_region",
        "segment",
        "region",
        "standard",
    ]
    assert line.trace[-1]["matched"] == f"/prices/{price.pk}/"


def test_the_book_of_its_segment_comes_before_the_standard_one():
    charge, book = a_charge(29), PriceBookFactory()
    costs(charge, 19, book=book)
    agreement = SubscriptionFactory(starts_on=DAY)
    classify(account=agreement.account, segment=book.segment, region=None, starts_on=DAY)

    (line,) = sell(charge, subscription=agreement)

    assert (line.amount, line.price.book) == (19, book)


def test_agreed_terms_refer_to_no_price():
    (line,) = sell(a_charge(29), amount=Decimal(20), list_amount=Decimal(25))

    assert (line.amount, line.list_amount, line.price, line.trace) == (20, 25, None, [])


def test_a_list_price_alone_is_half_an_agreement():
    with pytest.raises(ValidationError, match="needs the amount paid"):
        sell(a_charge(29), list_amount=Decimal(25))


def test_what_has_no_price_is_not_sold_without_terms():
    with pytest.raises(NoPrice):
        sell(ChargeFactory())

    assert not SubscriptionLine.objects.exists()


def test_a_line_pins_the_version_in_force():
    charge = a_charge(29)
    version = published(charge.plan)

    (line,) = sell(charge)

    assert (line.plan_version, line.floor_version) == (version, None)


@pytest.mark.parametrize(
    ("cadence", "facts", "amount"),
    [
        ("one_time", {"interval": "one_time", "flat_amount": Decimal(500)}, 500),
        ("usage", {"model": "per_unit", "flat_amount": None, "unit_amount": Decimal(3)}, 0),
    ],
)
def test_what_is_paid_once_or_by_usage_has_a_price_and_no_recurring_revenue(cadence, facts, amount):
    charge = ChargeFactory(cadence=cadence)
    costs(charge, None, **facts)

    (line,) = sell(charge)

    assert (line.amount, line.mrr, line.price.charge) == (amount, 0, charge)


def test_c12_a_bundle_is_a_line_for_each_product_whose_shares_add_up(suite):
    lines = sell(suite)

    assert [line.amount for line in lines] == money("75.38", "60.16", "113.46")
    assert [line.list_amount for line in lines] == [line.amount for line in lines]
    assert sum(line.amount for line in lines) == 249
    assert {line.price.charge for line in lines} == {suite}
    assert {line.bundle_plan for line in lines} == {suite.plan}
    assert len({line.product_id for line in lines}) == 3
    assert LedgerEntry.objects.get().mrr_after == 24_900


def test_agreed_terms_of_a_bundle_are_shared_alike(suite):
    lines = sell(suite, amount=Decimal(200), list_amount=Decimal(249))

    assert sum(line.amount for line in lines) == 200
    assert [line.list_amount for line in lines] == money("75.38", "60.16", "113.46")
    assert {line.price for line in lines} == {None}


def test_several_bundles_hold_several_of_each_part(suite):
    lines = sell(suite, quantity=Decimal(3))

    assert {(line.quantity, line.bundle_quantity) for line in lines} == {(3, 3)}


def test_a_platform_is_a_line_for_each_member_of_its_version():
    members = [a_charge(amount) for amount in (60, 40)]
    charge = a_bundle(80, *members, kind=PlanKind.PLATFORM)
    a_charge(1000)  # on sale later: in the platform, in no version of it yet

    lines = sell(charge)

    assert [(line.charge, line.amount) for line in lines] == [
        (members[0], 48),
        (members[1], 32),
    ]


def test_a_bundle_ends_as_a_whole(suite):
    lines = sell(suite)

    end_line(line=lines[1], on=date(2024, 6, 1))

    ends = SubscriptionLine.objects.values_list("ends_on", flat=True)
    assert set(ends) == {date(2024, 6, 1)}


def test_a_bundle_without_a_version_contains_nothing():
    with pytest.raises(NothingInside):
        sell(ChargeFactory(plan=BundleFactory()), amount=Decimal(10))


def test_a_bundle_with_something_that_is_off_the_market_is_not_sold(suite):
    plan = suite.plan.versions.get().items.first().plan
    plan.end_of_sale_on = DAY
    plan.save()

    with pytest.raises(NotOnSale, match=plan.name):
        sell(suite)


def test_a_share_needs_a_price_of_every_part():
    with pytest.raises(NoShare, match="cannot be told"):
        sell(a_bundle(249, a_charge(99), ChargeFactory()))
    assert not SubscriptionLine.objects.exists()


def test_credits_are_of_no_product_and_count_as_revenue():
    pack = ChargeFactory(plan=BundleFactory(kind=PlanKind.CREDIT_PACK))
    costs(pack, 50)
    agreement = SubscriptionFactory(starts_on=DAY)
    sell(a_charge(100), subscription=agreement)

    (line,) = sell(pack, subscription=agreement, on=date(2024, 5, 1))

    entry = LedgerEntry.objects.get(effective_on=date(2024, 5, 1))
    assert (line.product, line.mrr) == (None, 5_000)
    assert (entry.mrr_before, entry.mrr_after, entry.capacity_upsell) == (10_000, 15_000, 5_000)
    assert entry.set_before == entry.set_after
    assert not [v for rule in invariants.values() for v in rule.violations()]


def test_the_same_credits_are_held_once_at_a_time():
    pack = ChargeFactory(plan=BundleFactory(kind=PlanKind.CREDIT_PACK))
    costs(pack, 50)
    agreement = SubscriptionFactory(starts_on=DAY)
    sell(pack, subscription=agreement)

    with pytest.raises(ValidationError, match="Another line of this subscription"):
        sell(pack, subscription=agreement)


def test_only_credits_are_of_no_product():
    (line,) = sell(a_charge(29))

    with pytest.raises(IntegrityError, match="Only credits"), transaction.atomic():
        SubscriptionLine.objects.filter(pk=line.pk).update(product=None)


def test_an_add_on_for_more_money_is_a_feature_upsell():
    tier = a_charge(100)
    add_on = a_charge(30, plan__product=tier.plan.product, plan__kind=PlanKind.ADD_ON)
    agreement = SubscriptionFactory(starts_on=DAY)
    sell(tier, subscription=agreement)
    (line,) = sell(add_on, subscription=agreement, on=date(2024, 5, 1))
    end_line(line=line, on=date(2024, 8, 1))

    entries = LedgerEntry.objects.order_by("effective_on")
    assert [entry.feature_upsell for entry in entries] == [None, 3_000, None]
    assert [entry.downsell for entry in entries] == [None, None, -3_000]
    assert entries[1].upsells == 1


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        (249, (99, 79, 149), ("75.38", "60.16", "113.46")),
        (100, (1, 1, 1), ("33.34", "33.33", "33.33")),
        ("0.01", (5, 5), ("0.01", "0")),
        (10, (0, 0), (5, 5)),
        (0, (1, 2), (0, 0)),
    ],
)
def test_shares_add_up_to_the_amount(amount, weights, shares):
    found = allocate(
        amount=Decimal(str(amount)),
        weights=[Decimal(weight) for weight in weights],
        keys=range(len(weights)),
        currency="USD",
    )

    assert found == money(*shares)
