"""What customers ask to have changed, on their day, and what that undoes."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.changes import NothingChanges, PathClosed, TermsNeeded, Wish, change
from accounts.holdings import NotHeld
from accounts.models import LedgerEntry, Origin, SubscriptionLine
from accounts.renewal import price_schedule, renew
from accounts.selling import NotOnSale
from accounts.subscriptions import cancel, end_line
from pricing.models import Timing
from tests.accounts.priced import DAY, a_bundle, a_charge, costs, money, sell
from tests.factories import LineFactory
from tests.factories.plans import MigrationPathFactory

pytestmark = pytest.mark.django_db

APRIL, MAY, JUNE = (date(2024, month, 1) for month in (4, 5, 6))
IN_APRIL = date(2024, 4, 17)


@pytest.fixture
def basic():
    return a_charge(29)


@pytest.fixture
def pro(basic):
    return a_charge(99, plan__product=basic.plan.product, plan__rank=basic.plan.rank + 1)


@pytest.fixture
def line(basic):
    (line,) = sell(basic)
    return line


def entry(day):
    return LedgerEntry.objects.filter(effective_on=day).order_by("position").last()


def test_an_upgrade_takes_effect_on_its_day_at_the_price_of_that_day(line, pro):
    costs(pro, 109, on=date(2024, 4, 10))

    (new,) = change(line=line, wish=Wish(charge=pro), on=IN_APRIL)

    line.refresh_from_db()
    assert (line.ends_on, new.starts_on, new.amount) == (IN_APRIL, IN_APRIL, 109)
    assert (new.previous, new.root, new.origin) == (line, line, Origin.CHANGE)
    assert new.trace[0]["step"] == "change"
    assert entry(IN_APRIL).tier_upsell == 8_000


def test_a_downgrade_is_a_change_too(basic, pro):
    (line,) = sell(pro)

    change(line=line, wish=Wish(charge=basic), on=IN_APRIL)

    assert entry(IN_APRIL).downsell == -7_000


def test_a_change_on_the_first_day_takes_the_lines_place(line, pro):
    (new,) = change(line=line, wish=Wish(charge=pro), on=DAY)

    line.refresh_from_db()
    assert line.voided_at is not None
    assert (new.previous, new.root) == (None, None)


def test_another_quantity_is_counted_at_the_price_held():
    charge = a_charge()
    costs(charge, None, model="per_unit", unit_amount=Decimal(10))
    (line,) = sell(charge, quantity=Decimal(5), term_months=12)
    costs(charge, None, model="per_unit", unit_amount=Decimal(15), on=date(2024, 4, 1))

    (new,) = change(line=line, wish=Wish(quantity=Decimal(8)), on=IN_APRIL)

    assert (new.amount, new.price, new.quantity) == (80, line.price, 8)
    assert entry(IN_APRIL).capacity_upsell == 3_000
    assert [each.amount for each in price_schedule(line=new, after=IN_APRIL, renewals=1)] == [120]


def test_a_discount_stays_in_proportion_when_the_quantity_changes():
    charge = a_charge()
    costs(charge, None, model="per_unit", unit_amount=Decimal(10))
    (line,) = sell(charge, quantity=Decimal(5))
    SubscriptionLine.objects.filter(pk=line.pk).update(amount=Decimal(40), mrr=4_000)

    (new,) = change(line=line, wish=Wish(quantity=Decimal(10)), on=IN_APRIL)

    assert (new.amount, new.list_amount) == (80, 100)


def test_a_quantity_of_agreed_terms_needs_an_amount(basic):
    line = LineFactory(charge=basic, starts_on=DAY, subscription__starts_on=DAY, amount=20)

    with pytest.raises(TermsNeeded):
        change(line=line, wish=Wish(quantity=Decimal(5)), on=IN_APRIL)
    (new,) = change(line=line, wish=Wish(quantity=Decimal(5), amount=Decimal(70)), on=IN_APRIL)
    assert (new.amount, new.quantity, new.price) == (70, 5, None)


def test_another_interval_is_sold_anew(line, basic):
    costs(basic, 290, interval="year")

    (new,) = change(line=line, wish=Wish(interval="year"), on=IN_APRIL)

    assert (new.amount, new.interval, new.mrr) == (290, "year", 2_417)


def test_a_wish_that_is_what_is_held_is_refused(line, basic):
    with pytest.raises(NothingChanges):
        change(line=line, wish=Wish(charge=basic, interval="month"), on=IN_APRIL)


def test_a_path_may_forbid_the_way(line, pro):
    MigrationPathFactory(
        from_plan=line.plan, to_plan=pro.plan, allowed=False, note="Ask us for a bundle."
    )

    with pytest.raises(PathClosed, match="Ask us for a bundle"):
        change(line=line, wish=Wish(charge=pro), on=IN_APRIL)


def test_a_path_may_wait_for_the_end_of_the_term(line, pro):
    MigrationPathFactory(from_plan=line.plan, to_plan=pro.plan, timing=Timing.PERIOD_END)

    (new,) = change(line=line, wish=Wish(charge=pro), on=IN_APRIL)

    assert new.starts_on == MAY
    assert [each.amount for each in price_schedule(line=line, after=DAY, renewals=3)] == money(
        29, 99, 99
    )


def test_a_plan_past_its_end_of_sale_is_a_target_only_where_a_path_leads_there(line, pro):
    pro.plan.end_of_sale_on = APRIL
    pro.plan.save()

    with pytest.raises(NotOnSale):
        change(line=line, wish=Wish(charge=pro), on=IN_APRIL)
    MigrationPathFactory(from_plan=line.plan, to_plan=pro.plan)
    assert change(line=line, wish=Wish(charge=pro), on=IN_APRIL)


def test_a_plan_at_the_end_of_its_life_is_never_a_target(line, pro):
    pro.plan.end_of_sale_on = pro.plan.end_of_life_on = APRIL
    pro.plan.save()
    MigrationPathFactory(from_plan=line.plan, to_plan=pro.plan)

    with pytest.raises(NotOnSale):
        change(line=line, wish=Wish(charge=pro), on=IN_APRIL)


def test_what_is_not_held_cannot_be_changed(line, pro):
    end_line(line=line, on=APRIL)

    with pytest.raises(NotHeld):
        change(line=line, wish=Wish(charge=pro), on=IN_APRIL)


def test_a_change_ends_when_what_it_changes_was_to_end(line, pro):
    cancel(subscription=line.subscription, on=JUNE)

    (new,) = change(line=line, wish=Wish(charge=pro), on=IN_APRIL)

    assert new.ends_on == JUNE


def test_a_backdated_change_voids_what_followed_and_renews_again(line, basic, pro):
    costs(basic, 39, on=date(2024, 4, 20))
    costs(pro, 119, on=date(2024, 4, 20))
    renewed = renew(line=line, on=MAY)

    (new,) = change(line=line, wish=Wish(charge=pro), on=IN_APRIL)

    renewed.refresh_from_db()
    assert renewed.voided_at is not None
    standing = SubscriptionLine.objects.standing().order_by("starts_on")
    assert [(row.starts_on, row.amount) for row in standing] == [
        (DAY, 29),
        (IN_APRIL, 99),
        (MAY, 119),
    ]
    assert new == standing.last()


def test_ending_a_line_earlier_voids_what_followed(line, basic):
    costs(basic, 39, on=date(2024, 4, 20))
    renew(line=line, on=MAY)

    end_line(line=line, on=APRIL)

    (only,) = SubscriptionLine.objects.standing()
    assert (only, only.ends_on) == (line, APRIL)


@pytest.fixture
def suite(basic):
    return a_bundle(100, basic, a_charge(71))


def test_a_product_becomes_part_of_a_bundle_and_stays_in_its_lineage(line, suite):
    lines = change(line=line, wish=Wish(charge=suite), on=IN_APRIL)

    assert [each.amount for each in lines] == money(29, 71)
    assert [each.previous for each in lines] == [line, None]
    assert entry(IN_APRIL).cross_sell == 7_100


def test_a_bundle_becomes_one_product_and_the_other_is_given_up(suite, basic):
    lines = sell(suite)

    (new,) = change(line=lines[1], wish=Wish(charge=basic), on=IN_APRIL)

    assert (new.previous, new.bundle_plan) == (lines[0], None)
    assert entry(IN_APRIL).product_drop == -7_100


def test_more_bundles_are_more_of_every_part():
    facts = {"model": "per_unit", "unit_amount": Decimal(100), "quantity": 2}
    charge = a_bundle(None, a_charge(29), a_charge(71), **facts)
    lines = sell(charge)

    new = change(line=lines[0], wish=Wish(quantity=Decimal(3)), on=IN_APRIL)

    assert [each.amount for each in new] == money(87, 213)
    assert {(each.quantity, each.bundle_quantity) for each in new} == {(6, 3)}


def test_a_bundle_renews_as_a_whole(suite):
    lines = sell(suite)
    costs(suite, 90, on=date(2024, 3, 15))

    renew(line=lines[1], on=APRIL)

    renewed = SubscriptionLine.objects.live(on=APRIL).order_by("id")
    assert [each.amount for each in renewed] == money("26.10", "63.90")
    assert {each.origin for each in renewed} == {Origin.RENEWAL}
