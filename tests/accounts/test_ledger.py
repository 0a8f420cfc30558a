from datetime import date

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.ledger import recording
from accounts.models import LedgerEntry, LedgerHead, ProductSet
from accounts.profiles import classify
from accounts.subscriptions import cancel, end_line
from config.invariants import invariants
from portfolio.models import Segment
from tests.accounts.ledger_book import catalog, customer, hold, in_force, told_again

pytestmark = pytest.mark.django_db


@pytest.fixture
def charges():
    return catalog()


@pytest.fixture
def acme(charges):
    return customer()


def parts(account, day):
    return in_force(account)[day]["parts"]


def test_a_first_line_is_the_first_entry(acme, charges):
    line = hold(acme, charges[0], date(2024, 3, 1), 100)

    assert in_force(acme) == {
        date(2024, 3, 1): {
            "kind": "change",
            "sets": ([], [line.product_id]),
            "mrr": (0, 10_000),
            "markets": ((None, None), (None, None)),
            "is_first": True,
            "parts": {},
        }
    }


def test_a_product_never_held_before_is_cross_sell(acme, charges):
    hold(acme, charges[0], date(2024, 1, 1), 100)
    hold(acme, charges[2], date(2024, 2, 1), 50)

    assert parts(acme, date(2024, 2, 1)) == {"cross_sell": 5_000}


def test_a_product_held_before_is_re_added(acme, charges):
    hold(acme, charges[0], date(2024, 1, 1), 100)
    hold(acme, charges[2], date(2024, 2, 1), 50, ends_on=date(2024, 3, 1))
    hold(acme, charges[2], date(2024, 4, 1), 60)

    assert parts(acme, date(2024, 3, 1)) == {"product_drop": -5_000}
    assert parts(acme, date(2024, 4, 1)) == {"re_add": 6_000}


def test_products_that_come_and_go_on_one_day_are_a_switch(acme, charges):
    hold(acme, charges[0], date(2024, 1, 1), 100, ends_on=date(2024, 7, 1))
    hold(acme, charges[2], date(2024, 7, 1), 150)

    assert parts(acme, date(2024, 7, 1)) == {"switch_net": 5_000}


def test_another_tier_for_more_money_is_a_tier_upsell(acme, charges):
    hold(acme, charges[0], date(2024, 1, 1), 100, ends_on=date(2024, 7, 1))
    hold(acme, charges[1], date(2024, 7, 1), 160)

    assert parts(acme, date(2024, 7, 1)) == {"tier_upsell": 6_000}
    assert LedgerEntry.objects.last().upsells == 1


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        (
            {"quantity": 5, "list_amount": 100},
            {"quantity": 8, "list_amount": 160},
            "capacity_upsell",
        ),
        ({"quantity": 8, "list_amount": 160}, {"quantity": 5, "list_amount": 100}, "downsell"),
        ({"quantity": 5, "list_amount": 100}, {"quantity": 5, "list_amount": 120}, "price_change"),
        ({"quantity": 5, "list_amount": 200}, {"quantity": 5, "list_amount": 200}, "discount_end"),
        ({}, {}, "capacity_upsell"),
    ],
)
def test_why_a_kept_product_brings_another_amount(acme, charges, before, after, part):
    old = before.get("list_amount", 90) if part != "discount_end" else 150
    new = after.get("list_amount", 100)
    hold(acme, charges[0], date(2024, 1, 1), old, ends_on=date(2024, 7, 1), **before)
    hold(acme, charges[0], date(2024, 7, 1), new, **after)

    assert parts(acme, date(2024, 7, 1)) == {part: (new - old) * 100}


def test_a_discount_that_begins_is_a_loss(acme, charges):
    known = {"quantity": 1, "list_amount": 100}
    hold(acme, charges[0], date(2024, 1, 1), 100, ends_on=date(2024, 7, 1), **known)
    hold(acme, charges[0], date(2024, 7, 1), 80, **known)

    assert parts(acme, date(2024, 7, 1)) == {"discount_start": -2_000}


def test_coming_back_is_no_part_of_expansion(acme, charges):
    hold(acme, charges[0], date(2024, 1, 1), 100, ends_on=date(2024, 2, 1))
    hold(acme, charges[0], date(2024, 6, 1), 120)

    assert parts(acme, date(2024, 6, 1)) == {}
    assert in_force(acme)[date(2024, 6, 1)]["is_first"] is False


def test_free_lines_are_not_paid_and_leave_no_entry(acme, charges):
    hold(acme, charges[0], date(2024, 1, 1), 0)

    assert in_force(acme) == {}


def test_overlapping_lines_of_one_product_add_money_and_count_once(acme, charges):
    line = hold(acme, charges[0], date(2024, 1, 1), 100)
    hold(acme, charges[0], date(2024, 2, 1), 100)

    entry = in_force(acme)[date(2024, 2, 1)]
    assert (entry["sets"][1], entry["mrr"][1]) == ([line.product_id], 20_000)


def test_a_backdated_end_takes_later_entries_back_by_sign(acme, charges):
    first = hold(acme, charges[0], date(2024, 1, 1), 100)
    hold(acme, charges[2], date(2024, 5, 1), 50)

    end_line(line=first, on=date(2024, 3, 1))

    signs = LedgerEntry.objects.filter(effective_on=date(2024, 5, 1)).values_list(
        "sign", "is_first"
    )
    assert list(signs) == [(1, False), (-1, False), (1, False)]
    assert in_force(acme) == told_again(acme)


def test_a_line_that_never_was_leaves_nothing_in_force(acme, charges):
    line = hold(acme, charges[0], date(2024, 1, 1), 100)

    end_line(line=line, on=date(2024, 1, 1))

    assert in_force(acme) == {}
    assert list(LedgerEntry.objects.values_list("sign", flat=True)) == [1, -1]


def test_a_new_segment_is_a_reclass_and_no_movement(acme, charges):
    smb, enterprise = Segment.objects.all()
    classify(account=acme, segment=smb, region=None, starts_on=date(2024, 1, 1))
    hold(acme, charges[0], date(2024, 1, 1), 100)

    classify(account=acme, segment=enterprise, region=None, starts_on=date(2024, 6, 1))

    entry = in_force(acme)[date(2024, 6, 1)]
    assert (entry["kind"], entry["mrr"]) == ("reclass", (10_000, 10_000))
    assert entry["markets"] == ((smb.pk, None), (enterprise.pk, None))


def test_cancelling_ends_every_line_in_one_entry(acme, charges):
    line = hold(acme, charges[0], date(2024, 1, 1), 100)

    cancel(subscription=line.subscription, on=date(2024, 9, 1))

    assert in_force(acme)[date(2024, 9, 1)]["mrr"] == (10_000, 0)


def test_a_decision_inside_a_decision_writes_once(acme, charges):
    with recording(acme.pk):
        hold(acme, charges[0], date(2024, 1, 1), 100)
        hold(acme, charges[2], date(2024, 1, 1), 50)
        assert LedgerEntry.objects.count() == 0

    assert LedgerEntry.objects.count() == LedgerHead.objects.get().position == 1


def test_a_failed_decision_leaves_neither_lines_nor_entries(acme, charges):
    def fail_after_a_line():
        with recording(acme.pk):
            hold(acme, charges[0], date(2024, 1, 1), 100)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_a_line()

    assert (acme.lines.count(), LedgerEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE accounts_ledgerentry SET mrr_after = 0",
        "DELETE FROM accounts_ledgerentry",
        "TRUNCATE accounts_ledgerentry",
        "UPDATE accounts_productset SET products = '{}'",
        "DELETE FROM accounts_productset",
    ],
)
def test_the_ledger_cannot_be_edited(acme, charges, change):
    hold(acme, charges[0], date(2024, 1, 1), 100)

    refused = pytest.raises(DatabaseError, match=r"only appended|permission denied")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert LedgerEntry.objects.get().mrr_after == 10_000


def test_sets_of_two_hundred_products_are_told_apart():
    charges = catalog(products=200, tiers=1)
    acme = customer()
    for charge in charges[::3]:
        hold(acme, charge, date(2024, 1, 1), 1)

    held = sorted(charge.plan.product_id for charge in charges[::3])
    assert list(ProductSet.objects.order_by("pk").values_list("products", flat=True))[-1] == held
    assert in_force(acme) == told_again(acme)


def test_rebuilding_appends_what_a_write_past_the_decisions_left_out(acme, charges):
    line = hold(acme, charges[0], date(2024, 1, 1), 100)
    type(line).objects.filter(pk=line.pk).update(ends_on=date(2024, 2, 1))
    assert list(invariants["ledger_follows_from_the_lines"].violations())
    assert list(invariants["ledger_adds_up_to_the_lines"].violations())

    call_command("rebuild_ledger")

    assert [list(entry.violations()) for entry in invariants.values()] == [[]] * len(invariants)


def test_the_account_of_a_line_is_its_subscriptions(acme, charges):
    line = hold(acme, charges[0], date(2024, 1, 1), 100)
    other = customer("other")

    with pytest.raises(IntegrityError), transaction.atomic():
        type(line).objects.filter(pk=line.pk).update(account=other)
