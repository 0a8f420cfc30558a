"""What becomes of the protection of bundles, and of what a bundle takes the place of."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.changes import Wish, change
from accounts.models import LockEnd, PriceLock
from accounts.renewal import price_schedule
from accounts.subscriptions import end_line
from tests.accounts.priced import a_bundle, a_charge, costs, money, sell
from tests.factories import ChargeFactory, PlanFactory, SubscriptionFactory
from tests.factories.protection import locked

pytestmark = pytest.mark.django_db

APRIL, MAY, JUNE = (date(2024, month, 1) for month in (4, 5, 6))
SINCE, RISE = date(2024, 3, 2), date(2024, 3, 15)
CARRIED = {"effective_on": SINCE, "on_upgrade": "carry_as_of_lock_date"}


@pytest.fixture
def parts():
    return [a_charge(29), a_charge(71), a_charge(100)]


@pytest.fixture
def duo(parts):
    return a_bundle(90, *parts[:2])


@pytest.fixture
def trio(parts):
    """The bundle above the other: 180 on the first day of locks, 190 since."""
    charge = a_bundle(180, *parts)
    costs(charge, 190, on=RISE, treatment="keep")
    return charge


def ahead(line, renewals, after):
    return [each.amount for each in price_schedule(line=line, after=after, renewals=renewals)]


def to(line, charge, on=APRIL):
    return change(line=line, wish=Wish(charge=charge), on=on)


def test_an_upgrade_to_a_larger_bundle_carries_its_price_as_of_the_first_day_of_the_lock(duo, trio):
    first, second = sell(duo)
    locked(second, **CARRIED)  # a bundle's price is locked with one of its lines, any of them

    lines = to(first, trio)
    costs(trio, 200, on=date(2024, 4, 10))

    assert [each.amount for each in lines] == money("26.10", "63.90", "90.00")
    assert {each.list_amount for each in lines} == set(money("26.10", "63.90", "90.00"))
    assert [ahead(each, 2, APRIL) for each in lines] == [
        money("26.10", "26.10"),
        money("63.90", "63.90"),
        money("90.00", "90.00"),
    ]
    old, new = PriceLock.objects.order_by("starts_on")
    assert (old.end_reason, old.ends_on, old.amount) == (LockEnd.CHANGED, APRIL, Decimal("63.90"))
    assert (new.starts_on, new.ends_on, new.amount, new.quantity) == (APRIL, None, 180, 1)


def test_a_product_that_goes_into_a_bundle_carries_its_lock_there(parts, duo):
    (line,) = sell(parts[0])
    locked(line, **CARRIED)
    costs(duo, 99, on=RISE, treatment="keep")

    lines = to(line, duo)

    assert [each.amount for each in lines] == money("26.10", "63.90")
    assert ahead(lines[1], 1, APRIL) == money("63.90")


def test_an_upgrade_to_a_larger_bundle_drops_the_protection_where_the_policy_says_so(duo, trio):
    first, _ = sell(duo)
    lock, _ = locked(first, effective_on=SINCE)

    lines = to(first, trio)

    lock.refresh_from_db()
    assert sum(each.amount for each in lines) == 190
    assert (lock.end_reason, PriceLock.objects.count()) == (LockEnd.CHANGED, 1)


def test_a_carried_bundle_that_became_cheaper_costs_what_it_costs_now(duo, trio):
    first, _ = sell(duo)
    locked(first, **CARRIED)
    costs(trio, 150, on=date(2024, 3, 20), treatment="keep")
    assert sum(each.amount for each in to(first, trio)) == 150


def test_a_smaller_or_another_bundle_is_no_upgrade(parts, duo, trio):
    first, *_ = sell(trio, on=SINCE)
    locked(first, **CARRIED)
    costs(duo, 95, on=RISE, treatment="keep")
    assert sum(each.amount for each in to(first, duo)) == 95

    first, _ = sell(duo)
    locked(first, **CARRIED)
    other = a_bundle(120, parts[0], parts[2])
    costs(other, 125, on=RISE, treatment="keep")
    assert sum(each.amount for each in to(first, other)) == 125
    assert {each.end_reason for each in PriceLock.objects.all()} == {LockEnd.CHANGED}


def test_a_bundle_with_a_higher_tier_of_what_was_held_is_an_upgrade(parts, duo):
    plan = PlanFactory(product=parts[0].plan.product, rank=parts[0].plan.rank + 1)
    pro = ChargeFactory(plan=plan)
    costs(pro, 49)
    higher = a_bundle(110, pro, parts[1])
    costs(higher, 120, on=RISE, treatment="keep")
    first, _ = sell(duo)
    locked(first, **CARRIED)
    assert sum(each.amount for each in to(first, higher)) == 110


def test_a_change_on_the_first_day_of_a_lock_carries_it_too(duo, trio):
    first, _ = sell(duo)
    locked(first, **CARRIED)

    lines = to(first, trio, on=SINCE)
    costs(trio, 200, on=date(2024, 3, 20))

    assert sum(each.amount for each in lines) == 180
    assert ahead(lines[0], 1, SINCE) == money("26.10")


def per_bundle(parts, **lock):
    """Two bundles at 90 each, locked with the second of their lines; 98 since."""
    charge = a_bundle(None, *parts[:2], model="per_unit", unit_amount=Decimal(90))
    lines = sell(charge, quantity=Decimal(2))
    locked(lines[1], effective_on=SINCE, **lock)
    facts = {"model": "per_unit", "unit_amount": Decimal(98)}
    costs(charge, None, on=RISE, **facts)
    return charge, lines


def test_more_bundles_are_at_the_kept_price(parts):
    _, lines = per_bundle(parts)
    new = change(line=lines[0], wish=Wish(quantity=Decimal(3)), on=APRIL)
    assert sum(each.amount for each in new) == 270
    assert [ahead(each, 1, APRIL) for each in new] == [money("78.30"), money("191.70")]


def test_more_bundles_than_are_protected_cost_the_list_price(parts):
    _, lines = per_bundle(parts, on_quantity_change="old_units_only")

    new = change(line=lines[0], wish=Wish(quantity=Decimal(3)), on=APRIL)

    assert [(each.instance, each.bundle_quantity) for each in new] == [
        *[(0, 2), (0, 2)],
        *[(1, 1), (1, 1)],
    ]
    assert sum(each.amount for each in new[:2]) == 180
    assert sum(each.amount for each in new[2:]) == 98


@pytest.mark.parametrize(("back_on", "amount"), [(MAY, 180), (date(2024, 5, 2), 196)])
def test_who_comes_back_to_a_bundle_within_the_days_is_protected_again(parts, back_on, amount):
    charge, lines = per_bundle(parts, lapse_days=30)
    end_line(line=lines[0], on=APRIL)
    again = SubscriptionFactory(account=lines[0].account, starts_on=back_on, term_months=1)

    back = sell(charge, subscription=again, on=back_on, quantity=Decimal(2))

    assert sum(each.amount for each in back) == amount
    assert sum(ahead(each, 1, back_on)[0] for each in back) == amount
    returned = [each.root for each in back]
    assert returned == (lines if amount == 180 else [None, None])


def test_a_part_of_a_bundle_alone_does_not_come_back_to_its_protection(parts):
    _, lines = per_bundle(parts, lapse_days=30)
    end_line(line=lines[0], on=APRIL)
    again = SubscriptionFactory(account=lines[0].account, starts_on=APRIL, term_months=1)
    (back,) = sell(parts[1], subscription=again, on=APRIL)
    assert (back.amount, back.root) == (71, None)
