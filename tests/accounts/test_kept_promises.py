"""What becomes of a protection when the customer changes, leaves or comes back."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.changes import PathClosed, Wish, change
from accounts.models import LockEnd, PriceLock, SubscriptionLine
from accounts.redeeming import NotEligible
from accounts.renewal import price_schedule, renew
from accounts.selling import NotOnSale
from accounts.subscriptions import add, end_line
from pricing.models import OnExpiry, Until
from tests.accounts.priced import DAY, a_charge, costs, money, sell
from tests.factories import ChargeFactory, MigrationPathFactory, PlanFactory, SubscriptionFactory
from tests.factories.incentives import IncentiveFactory
from tests.factories.protection import locked

pytestmark = pytest.mark.django_db

APRIL, MAY = date(2024, 4, 1), date(2024, 5, 1)
SINCE = date(2024, 3, 2)


@pytest.fixture
def basic():
    return a_charge(29)


@pytest.fixture
def pro(basic):
    """The next rung of the ladder, which rose from 99 to 119 after the first day of locks."""
    charge = ChargeFactory(plan=PlanFactory(product=basic.plan.product, rank=basic.plan.rank + 1))
    costs(charge, 99)
    costs(charge, 119, on=date(2024, 3, 15), treatment="keep")
    return charge


@pytest.fixture
def line(basic):
    return sell(basic)[0]


def amounts(line, renewals, after):
    return [each.amount for each in price_schedule(line=line, after=after, renewals=renewals)]


def to(line, charge, on=APRIL):
    return change(line=line, wish=Wish(charge=charge), on=on)[0]


def test_an_upgrade_drops_the_protection(line, pro):
    lock, _ = locked(line, effective_on=SINCE)
    upgraded = to(line, pro)
    lock.refresh_from_db()
    assert (upgraded.amount, lock.ends_on, lock.end_reason) == (119, APRIL, LockEnd.CHANGED)


def test_an_upgrade_carries_the_price_as_of_the_first_day_of_the_lock(line, pro):
    locked(line, effective_on=SINCE, on_upgrade="carry_as_of_lock_date")
    upgraded = to(line, pro)
    costs(pro, 139, on=date(2024, 4, 10))
    assert upgraded.amount == 99
    assert amounts(upgraded, 3, after=APRIL) == money(99, 99, 99)


def test_a_carried_protection_ends_when_it_was_to_end(line, pro):
    terms = {"until": Until.DATE, "until_date": MAY, "on_upgrade": "carry_as_of_lock_date"}
    locked(line, effective_on=SINCE, **terms)
    upgraded = to(line, pro)
    costs(pro, 139, on=date(2024, 4, 10))
    assert amounts(upgraded, 1, after=APRIL) == money(139)


def test_a_plan_that_had_no_price_then_is_sold_at_what_it_costs(line, basic):
    locked(line, effective_on=SINCE, on_upgrade="carry_as_of_lock_date")
    plan = PlanFactory(product=basic.plan.product, rank=basic.plan.rank + 1)
    late = ChargeFactory(plan=plan)
    costs(late, 150, on=date(2024, 3, 20))
    assert to(line, late).amount == 150
    assert PriceLock.objects.get().end_reason == LockEnd.CHANGED


def test_down_and_up_again_does_not_revive_a_protection(basic, pro, line):
    upgraded = to(line, pro, on=DAY)
    locked(upgraded, effective_on=SINCE)
    down = to(upgraded, basic, on=APRIL)
    costs(pro, 139, on=date(2024, 4, 10), treatment="keep")

    up = to(down, pro, on=MAY)

    assert up.amount == 139
    assert amounts(up, 2, after=MAY) == money(139, 139)


def test_another_interval_ends_the_protection(line, basic):
    lock, _ = locked(line, effective_on=SINCE)
    costs(basic, 290, on=date(2024, 3, 3), interval="year")
    yearly = change(line=line, wish=Wish(interval="year"), on=APRIL)[0]
    lock.refresh_from_db()
    assert (yearly.amount, lock.end_reason) == (290, LockEnd.CHANGED)


def test_terms_agreed_on_later_end_the_protection(line):
    lock, _ = locked(line, effective_on=SINCE)
    change(line=line, wish=Wish(amount=Decimal(25), list_amount=Decimal(29)), on=APRIL)
    lock.refresh_from_db()
    assert lock.end_reason == LockEnd.CONTRACT


def test_a_retired_ladder_cannot_be_climbed(line, basic, pro):
    locked(line, effective_on=SINCE, on_upgrade="carry_as_of_lock_date")
    pro.plan.end_of_sale_on = date(2024, 3, 20)
    pro.plan.save()
    with pytest.raises(NotOnSale):
        to(line, pro)
    path = MigrationPathFactory(from_plan=basic.plan, to_plan=pro.plan, allowed=False)
    with pytest.raises(PathClosed):
        to(line, pro)
    path.allowed, path.timing = True, "immediate"
    path.save()
    assert to(line, pro).amount == 99


def test_an_add_on_newer_than_the_lock_can_be_bought(line, basic):
    terms = {"freeze_entitlements": True, "entitlement_mode": "pin"}
    locked(line, effective_on=SINCE, **terms)
    late = ChargeFactory(plan=PlanFactory(product=basic.plan.product, kind="add_on", rank=9))
    costs(late, 15, on=date(2024, 3, 25))
    (bought,) = sell(late, subscription=line.subscription, on=APRIL)
    assert bought.amount == 15


def per_seat(**lock):
    charge = a_charge()
    costs(charge, None, model="per_unit", unit_amount=Decimal(10))
    (line,) = sell(charge, quantity=Decimal(5))
    locked(line, effective_on=SINCE, **lock)
    costs(charge, None, on=date(2024, 3, 20), model="per_unit", unit_amount=Decimal(16))
    return line


def more(line, quantity):
    return change(line=line, wish=Wish(quantity=Decimal(quantity)), on=APRIL)


def test_more_units_are_all_at_the_kept_price():
    (line,) = more(per_seat(), 8)
    assert amounts(line, 2, after=APRIL) == money(80, 80)


def test_more_units_than_are_protected_cost_the_list_price():
    old, extra = more(per_seat(on_quantity_change="old_units_only"), 8)
    assert (old.amount, extra.quantity, extra.amount, extra.instance) == (50, 3, 48, 1)
    assert amounts(old, 2, after=APRIL) == money(50, 50)
    assert amounts(extra, 2, after=APRIL) == money(48, 48)


def test_fewer_units_are_at_the_kept_price_whatever_becomes_of_more():
    (line,) = more(per_seat(on_quantity_change="old_units_only"), 3)
    assert amounts(line, 1, after=APRIL) == money(30)


@pytest.mark.parametrize(("back_on", "amount"), [(MAY, 29), (date(2024, 5, 2), 49)])
def test_who_comes_back_within_the_days_is_protected_again(line, basic, back_on, amount):
    locked(line, effective_on=SINCE, lapse_days=30)
    costs(basic, 49, on=date(2024, 3, 20))
    end_line(line=line, on=APRIL)
    again = SubscriptionFactory(account=line.account, starts_on=back_on, term_months=1)

    (back,) = sell(basic, subscription=again, on=back_on)

    assert back.amount == amount
    assert amounts(back, 2, after=back_on) == money(amount, amount)


def test_who_comes_back_to_a_policy_that_lets_nobody_lapse_pays_the_list_price(line, basic):
    locked(line, effective_on=SINCE)
    costs(basic, 49, on=date(2024, 3, 20))
    end_line(line=line, on=APRIL)
    again = SubscriptionFactory(account=line.account, starts_on=APRIL, term_months=1)
    assert sell(basic, subscription=again, on=APRIL)[0].amount == 49


def test_who_comes_back_amid_its_steps_goes_on_with_it(line, basic):
    glide = {"on_expiry": OnExpiry.GLIDE, "glide_percent": 10, "cap_percent": 10}
    locked(line, effective_on=SINCE, lapse_days=30, **glide)
    costs(basic, 49, on=date(2024, 3, 20))
    stepped = renew(line=line, on=APRIL)
    end_line(line=stepped, on=date(2024, 4, 20))
    again = SubscriptionFactory(account=line.account, starts_on=MAY, term_months=1)
    (back,) = sell(basic, subscription=again, on=MAY)
    assert back.amount == Decimal("31.90")
    assert amounts(back, 1, after=MAY) == money("35.09")


def test_who_comes_back_with_an_incentive_keeps_the_price_that_only_some_may_lower(line, basic):
    locked(line, effective_on=SINCE, lapse_days=30)
    costs(basic, 49, on=date(2024, 3, 20))
    end_line(line=line, on=APRIL)
    days = {"redeem_from": DAY, "redeem_until": date(2025, 1, 1), "reacquire_days": 0}
    barred, allowed = IncentiveFactory(**days), IncentiveFactory(**days, on_locked=True)

    def again(incentive):
        back = SubscriptionFactory(account=line.account, starts_on=MAY, term_months=1)
        wanted = SubscriptionLine(charge=basic, starts_on=MAY)
        return add(subscription=back, line=wanted, incentives=[incentive])

    with pytest.raises(NotEligible, match="locked_price"):
        again(barred)
    (back,) = again(allowed)
    assert (back.amount, back.root) == (Decimal("14.50"), line)
    assert back.successors.get().amount == 29
