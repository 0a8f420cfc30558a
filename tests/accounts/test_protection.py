"""What a protected customer pays and gets after each end of a term."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.locks import locks_for
from accounts.models import LockEnd, PriceLock
from accounts.renewal import price_schedule, renew
from pricing.models import OnExpiry, Treatment, Until
from tests.accounts.priced import DAY, a_charge, costs, money, sell
from tests.factories import PlanVersionFactory
from tests.factories.prices import PriceBookFactory
from tests.factories.protection import PolicyFactory, locked

pytestmark = pytest.mark.django_db

APRIL, MAY, JUNE, JULY = (date(2024, month, 1) for month in (4, 5, 6, 7))
POLICY = "policy"


@pytest.fixture
def charge():
    return a_charge(29)


@pytest.fixture
def line(charge):
    (line,) = sell(charge)
    return line


def amounts(line, renewals, after=DAY):
    return [each.amount for each in price_schedule(line=line, after=after, renewals=renewals)]


def rises(charge, amount=49, on=date(2024, 3, 20), treatment="next_boundary", **facts):
    return costs(charge, amount, on=on, treatment=treatment, **facts)


def test_a_price_kept_for_ever_is_never_moved(line, charge):
    locked(line)
    rises(charge)

    assert amounts(line, 24) == money(*[29] * 24)


def test_until_a_day_the_new_price_begins_at_the_first_boundary_on_or_after_it(line, charge):
    locked(line, until=Until.DATE, until_date=MAY)
    rises(charge)
    assert amounts(line, 3) == money(29, 49, 49)


def test_until_a_day_amid_a_term_the_term_is_still_kept(line, charge):
    locked(line, until=Until.DATE, until_date=date(2024, 5, 2))
    rises(charge)
    assert amounts(line, 3) == money(29, 29, 49)


def test_for_months_the_new_price_begins_at_the_first_boundary_after_them(charge):
    (line,) = sell(charge, on=date(2024, 1, 31))
    locked(line, effective_on=date(2024, 1, 31), until=Until.MONTHS, until_months=1)
    rises(charge, on=date(2024, 2, 10))

    # A month from 31 January is 29 February, which is a boundary of this line.
    assert amounts(line, 2, after=date(2024, 1, 31)) == money(49, 49)


@pytest.mark.parametrize(
    ("renewals", "expected"), [(0, (49, 49, 49)), (1, (29, 49, 49)), (2, (29, 29, 49))]
)
def test_so_many_renewals_are_billed_at_the_kept_price(line, charge, renewals, expected):
    locked(line, until=Until.RENEWALS, until_renewals=renewals)
    rises(charge)
    assert amounts(line, 3) == money(*expected)


def test_a_capped_price_moves_by_a_tenth_at_each_renewal(line, charge):
    locked(line, cap_percent=Decimal(10))
    rises(charge)
    expected = money("31.90", "35.09", "38.60", "42.46", "46.71", 49, 49)
    assert amounts(line, 7) == expected


def test_a_falling_list_price_applies_at_the_next_boundary_to_the_most_favoured(line, charge):
    locked(line, most_favoured=True)
    costs(charge, 19, on=date(2024, 4, 10), treatment="keep")
    assert amounts(line, 3) == money(29, 19, 19)


def test_a_falling_list_price_leaves_who_is_not_most_favoured(line, charge):
    locked(line, most_favoured=False)
    costs(charge, 19, on=date(2024, 4, 10))
    assert amounts(line, 3) == money(29, 29, 29)


def test_the_kept_price_comes_back_when_the_list_price_rises_above_it(line, charge):
    locked(line)
    costs(charge, 19, on=date(2024, 3, 10))
    costs(charge, 99, on=date(2024, 4, 10))
    assert amounts(line, 3) == money(19, 29, 29)


def test_after_a_glide_begins_each_renewal_is_a_step(line, charge):
    glide = {"on_expiry": OnExpiry.GLIDE, "glide_percent": Decimal(10)}
    locked(line, until=Until.RENEWALS, until_renewals=1, **glide)
    rises(charge)
    expected = money(29, "31.90", "35.09", "38.60", "42.46", "46.71", 49)
    assert amounts(line, 7) == expected


def test_once_a_glide_has_arrived_later_prices_apply_at_once(line, charge):
    glide = {"on_expiry": OnExpiry.GLIDE, "glide_percent": Decimal(50)}
    locked(line, until=Until.RENEWALS, until_renewals=0, **glide)
    rises(charge, 40)
    rises(charge, 80, on=date(2024, 5, 10))
    assert amounts(line, 3) == money(40, 40, 80)


def test_a_lock_made_of_steps_is_written_as_it_was_foreseen(line, charge):
    locked(line, cap_percent=Decimal(10))
    rises(charge)
    foreseen = amounts(line, 4)

    written = []
    for day in (APRIL, MAY, JUNE, JULY):
        line = renew(line=line, on=day)
        written.append(line.amount)

    assert written == foreseen
    assert (line.price.flat_amount, line.list_amount) == (49, 49)


def test_a_contract_price_made_after_the_lock_supersedes_it(line, charge):
    locked(line)
    book = PriceBookFactory(segment=None, account_code=line.account.code)
    costs(charge, 35, on=date(2024, 3, 20), book=book)
    assert amounts(line, 2) == money(35, 35)


def test_the_latest_of_several_changes_before_one_boundary_is_what_the_cap_moves_to(line, charge):
    locked(line, cap_percent=Decimal(10))
    rises(charge, 99, on=date(2024, 3, 10))
    rises(charge, 30, on=date(2024, 3, 20))
    assert amounts(line, 2) == money(30, 30)


def test_an_annual_contract_billed_monthly_moves_only_at_its_anniversary(charge):
    (line,) = sell(charge, term_months=12)
    locked(line, cap_percent=Decimal(10))
    rises(charge)

    found = price_schedule(line=line, after=DAY, renewals=2)
    assert [each.on for each in found] == [date(2025, 3, 1), date(2026, 3, 1)]
    assert [each.amount for each in found] == money("31.90", "35.09")


def test_an_annual_line_from_a_leap_day_is_locked_to_the_end_of_february(charge):
    (line,) = sell(charge, on=date(2024, 2, 29), term_months=12)
    locked(line, effective_on=DAY, until=Until.RENEWALS, until_renewals=1)
    rises(charge)
    found = price_schedule(line=line, after=DAY, renewals=4)
    assert [(each.on, each.amount) for each in found] == [
        (date(2025, 2, 28), 29),
        (date(2026, 2, 28), 49),
        (date(2027, 2, 28), 49),
        (date(2028, 2, 29), 49),
    ]


def test_the_end_of_life_ends_every_lock(line, charge):
    locked(line)
    rises(charge)
    plan = line.plan
    plan.available_from, plan.end_of_sale_on = date(2020, 1, 1), date(2024, 4, 1)
    plan.end_of_life_on = date(2024, 5, 15)
    plan.save()
    assert amounts(line, 3) == money(29, 29, 49)


def test_a_cap_on_the_way_to_another_model_is_not_taken_in_steps(line, charge):
    locked(line, cap_percent=Decimal(10))
    bands = {"model": "per_unit", "unit_amount": Decimal(49)}
    costs(charge, None, on=date(2024, 3, 20), **bands)
    (first, *_) = price_schedule(line=line, after=DAY, renewals=1)
    assert first.amount == 29
    assert "incompatible" in [step["step"] for step in first.trace]


@pytest.mark.parametrize(("unit", "said"), [(49, ["incompatible"]), (19, [])])
def test_after_the_lock_a_glide_to_another_model_is_the_list_price_and_says_why(
    line, charge, unit, said
):
    glide = {"on_expiry": OnExpiry.GLIDE, "glide_percent": Decimal(10)}
    locked(line, until=Until.RENEWALS, until_renewals=1, most_favoured=False, **glide)
    costs(charge, None, on=date(2024, 3, 20), model="per_unit", unit_amount=Decimal(unit))
    kept, moved = price_schedule(line=line, after=DAY, renewals=2)
    assert (kept.amount, moved.amount) == (29, unit)
    assert [step["step"] for step in moved.trace if step["step"] == "incompatible"] == said


def test_a_line_has_one_lock_at_a_time_of_which_only_the_end_changes(line):
    lock, _ = locked(line)
    kept = PriceLock.objects.filter(pk=lock.pk)
    again, _ = locks_for(line=line, policy=PolicyFactory())
    with pytest.raises(IntegrityError, match="pricelock_one_at_a_time"), transaction.atomic():
        again.save()
    ended = {"ends_on": MAY, "end_reason": LockEnd.BY_HAND}
    for edit in ({"amount": 1}, {"starts_on": APRIL}, {"cap_percent": 5}):
        with pytest.raises(IntegrityError), transaction.atomic():
            kept.update(**edit)
    assert kept.update(**ended) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.update(**{**ended, "ends_on": JUNE})


def versions(charge):
    first = version(charge.plan, 1, date(2020, 1, 1), Treatment.KEEP)
    (line,) = sell(charge)
    first.ends_on = date(2024, 3, 20)
    first.save()
    second = version(charge.plan, 2, date(2024, 3, 20), Treatment.NEXT_BOUNDARY)
    return line, first, second


def version(plan, number, starts_on, treatment):
    facts = {"plan": plan, "number": number, "starts_on": starts_on}
    return PlanVersionFactory(**facts, state="published", existing_treatment=treatment)


def test_the_old_set_is_kept_at_the_new_price(charge):
    line, first, _ = versions(charge)
    locked(line, freeze_price=False, freeze_entitlements=True, entitlement_mode="pin")
    rises(charge)
    (found,) = price_schedule(line=line, after=DAY, renewals=1)
    assert (found.amount, found.grant.version, found.grant.floor) == (49, first.pk, None)


def test_the_new_set_is_had_at_the_old_price(charge):
    line, _, second = versions(charge)
    locked(line)
    rises(charge)
    (found,) = price_schedule(line=line, after=DAY, renewals=1)
    assert (found.amount, found.grant.version) == (29, second.pk)


def test_a_floor_gives_the_new_set_and_keeps_the_old_allowance(charge):
    line, first, second = versions(charge)
    locked(line, freeze_price=False, freeze_entitlements=True, entitlement_mode="floor")
    (found,) = price_schedule(line=line, after=DAY, renewals=1)
    assert (found.grant.version, found.grant.floor) == (second.pk, first.pk)
