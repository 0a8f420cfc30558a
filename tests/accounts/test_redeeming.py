"""Discounts that customers get with what they buy, and that end by themselves."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.changes import Wish, change
from accounts.models import IncentiveRedemption, SubscriptionLine
from accounts.redeeming import NotEligible, NothingToDiscount
from accounts.renewal import price_schedule, renew
from accounts.subscriptions import add, end_line
from config.invariants import invariants
from config.outbox.models import Event
from pricing.models import ReleaseTreatment
from tests.factories import (
    AccountFactory,
    BundleFactory,
    BundleItemFactory,
    ChargeFactory,
    LineFactory,
    PlanFactory,
    PlanVersionFactory,
    ProductFactory,
    SubscriptionFactory,
)
from tests.factories.incentives import IncentiveFactory
from tests.factories.prices import PriceBookFactory, flat, published

pytestmark = pytest.mark.django_db

SINCE, DAY, END = date(2026, 1, 1), date(2026, 5, 1), date(2026, 7, 30)


@pytest.fixture
def book():
    return PriceBookFactory(segment=None)


@pytest.fixture
def acme():
    return AccountFactory(code="acme")


@pytest.fixture
def crm(book):
    """The CRM at 79.00 a month."""
    charge = ChargeFactory(plan=PlanFactory(product=ProductFactory(code="crm")))
    published(book, flat(charge, 79))
    return charge


@pytest.fixture
def desk(acme):
    return LineFactory(subscription__account=acme, charge__plan__product__code="desk")


@pytest.fixture
def second():
    return IncentiveFactory(code="second", nth_product=2)


def buy(account, charge, *incentives, on=DAY, **facts):
    subscription = SubscriptionFactory(account=account, starts_on=on)
    line = SubscriptionLine(charge=charge, starts_on=on, **facts)
    return add(subscription=subscription, line=line, incentives=incentives)


def paid(account, *, of="crm") -> list[tuple]:
    lines = SubscriptionLine.objects.standing().filter(account=account, product__code=of)
    rows = lines.order_by("starts_on").values_list("starts_on", "ends_on", "amount", "origin")
    return list(rows)


def holds() -> list[str]:
    return [v for entry in invariants.values() for v in entry.violations()]


def test_s42_the_second_product_costs_half_until_day_90_and_then_its_price(acme, desk, crm, second):
    (line,) = buy(acme, crm, second)

    assert paid(acme) == [
        (DAY, END, Decimal("39.50"), "sale"),
        (END, None, Decimal("79.00"), "discount_end"),
    ]
    assert (line.mrr, line.list_amount) == (3950, 79)
    redemption = IncentiveRedemption.objects.get()
    assert (redemption.discount, redemption.starts_on, redemption.ends_on) == (
        Decimal("39.50"),
        DAY,
        END,
    )
    assert line.trace[-1]["subject"] == "/incentives/second/"
    assert Event.objects.filter(kind="incentive.redeemed").count() == 1
    assert holds() == []


def test_s42_the_third_product_is_refused_and_nothing_is_written(acme, desk, crm, second):
    LineFactory(subscription__account=acme)

    with pytest.raises(NotEligible, match="nth_product=3"), transaction.atomic():
        buy(acme, crm, second)
    assert paid(acme) == []


def test_a_limit_counts_lines_that_stand(acme, desk, crm):
    once = IncentiveFactory(max_per_account=1, reacquire_days=0)
    (line,) = buy(acme, crm, once)
    with pytest.raises(NotEligible, match="max_per_account=1"), transaction.atomic():
        buy(acme, crm, once, instance=1)
    end_line(line=line, on=DAY)  # it never was

    buy(acme, crm, once)


def test_who_gave_the_product_up_lately_gets_none(acme, desk, crm, second):
    (line,) = buy(acme, crm, on=SINCE)
    end_line(line=line, on=date(2026, 3, 1))

    with pytest.raises(NotEligible, match="reacquire_days=180"):
        buy(acme, crm, second)


def test_agreed_terms_get_no_incentive(acme, desk, crm, second):
    with pytest.raises(NothingToDiscount):
        buy(acme, crm, second, amount=Decimal(10))


def test_a_discount_runs_on_over_renewals_and_ends_on_its_day(acme, desk, crm, second):
    (line,) = buy(acme, crm, second)

    assert renew(line=line, on=date(2026, 6, 1)) == line
    schedule = price_schedule(line=line, after=DAY, renewals=4)
    assert [(each.on, each.amount) for each in schedule] == [
        (date(2026, 6, 1), Decimal("39.50")),
        (date(2026, 7, 1), Decimal("39.50")),
        (date(2026, 8, 1), Decimal("79.00")),
        (date(2026, 9, 1), Decimal("79.00")),
    ]


def test_a_new_price_waits_until_the_discount_ends(acme, desk, crm, second, book):
    (line,) = buy(acme, crm, second)
    published(
        book,
        flat(crm, 99),
        on=date(2026, 6, 1),
        existing_treatment=ReleaseTreatment.NEXT_BOUNDARY,
    )

    assert renew(line=line, on=date(2026, 7, 1)) == line
    schedule = price_schedule(line=line, after=DAY, renewals=3)
    assert [each.amount for each in schedule] == [Decimal("39.50"), Decimal("39.50"), 99]
    assert renew(line=line, on=date(2026, 8, 1)).amount == 99


def test_another_quantity_keeps_the_discount_and_its_end(acme, desk, book, second):
    seats = ChargeFactory(plan=PlanFactory(product=ProductFactory(code="seats")))
    published(book, flat(seats, None, model="per_unit", unit_amount=Decimal(10)))
    (line,) = buy(acme, seats, second, quantity=Decimal(5))
    change(line=line, wish=Wish(quantity=Decimal(8)), on=date(2026, 6, 1))

    assert [row[:3] for row in paid(acme, of="seats")] == [
        (DAY, date(2026, 6, 1), 25),
        (date(2026, 6, 1), END, 40),
        (END, None, 80),
    ]
    assert holds() == []


def test_another_version_waits_until_the_discount_ends(acme, desk, crm, second):
    first = PlanVersionFactory(plan=crm.plan, number=1, starts_on=SINCE)
    put_in_force(first, "keep")
    (line,) = buy(acme, crm, second)
    first.ends_on = date(2026, 5, 15)
    first.save()
    version = PlanVersionFactory(plan=crm.plan, number=2, starts_on=date(2026, 5, 15))
    put_in_force(version, "next_boundary")

    assert renew(line=line, on=date(2026, 6, 1)) == line
    assert renew(line=line, on=date(2026, 8, 1)).plan_version == version


def put_in_force(version, treatment: str) -> None:
    version.state, version.existing_treatment = "published", treatment
    version.save()


def test_s43_a_bundle_for_a_year_shares_the_discount_among_its_lines(acme, book):
    bundle = BundleFactory(code="suite")
    version = PlanVersionFactory(plan=bundle, starts_on=SINCE)
    charges = [ChargeFactory(plan=PlanFactory()) for _ in range(3)]
    for charge in charges:
        BundleItemFactory(plan_version=version, plan=charge.plan)
    version.state, version.existing_treatment = "published", "keep"
    version.save()
    whole = ChargeFactory(plan=bundle)
    alone = [flat(charge, 109 * 12, interval="year") for charge in charges]
    published(book, flat(whole, 249 * 12, interval="year"), *alone)
    fifth = IncentiveFactory(value=20, interval="year", duration_days=None, duration_periods=1)
    lines = buy(acme, whole, fifth, interval="year")

    assert sum(line.amount for line in lines) == Decimal("2390.40")
    assert sum(line.mrr for line in lines) == 19920
    after = SubscriptionLine.objects.standing().filter(starts_on=date(2027, 5, 1))
    assert sum(line.amount for line in after) == 2988
    assert round(1 - Decimal("2390.40") / (3 * 109 * 12), 4) == Decimal("0.3908")
    assert holds() == []


def test_a_line_that_ends_before_its_discount_has_no_end_of_it(acme, desk, crm, second):
    buy(acme, crm, second, ends_on=date(2026, 6, 1))

    assert [row[:3] for row in paid(acme)] == [(DAY, date(2026, 6, 1), Decimal("39.50"))]


def test_a_redemption_is_never_edited(acme, desk, crm, second):
    buy(acme, crm, second)
    with (
        pytest.raises(IntegrityError, match="only appended to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE accounts_incentiveredemption SET ends_on = '2030-01-01'")
