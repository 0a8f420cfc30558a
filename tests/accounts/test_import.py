"""What a book of customers becomes."""

from datetime import date

import pytest

from accounts.importing import Refused
from accounts.models import Account, AccountProfile, LedgerEntry, Subscription
from accounts.profiles import classify
from config.invariants import invariants
from portfolio.models import Product, Region, Segment
from pricing.models import Charge, Plan
from tests.factories import AccountFactory, LineFactory, SegmentFactory, SubscriptionFactory
from tests.factories.books import bring, held, import_files, sums

pytestmark = pytest.mark.django_db

ACME = "acme smb emea 2024-01-01"
CRM = "acme CRM base 2024-01-01 - 10000"


def test_accounts_and_items_become_customers_and_lines(tmp_path):
    report = bring(tmp_path, ACME, CRM)

    assert held() == [("acme", "CRM-base", "acme-CRM-1", date(2024, 1, 1), None, 10_000)]
    assert report.counts["accounts_created"] == report.counts["items_created"] == 1
    assert sums() == {("acme", date(2024, 1, 1)): 10_000}


def test_the_same_files_again_change_nothing(tmp_path):
    items = f"{CRM}\nacme CRM base 2024-03-01 2024-09-01 5000\nacme MKT pro 2024-02-01 - 100"
    bring(tmp_path, ACME, items)
    before = held(), LedgerEntry.objects.count()

    counts = bring(tmp_path, ACME, items).counts

    assert (held(), LedgerEntry.objects.count()) == before
    assert {name: counts[name] for name in counts if counts[name] and "rows" not in name} == {
        "items_unchanged": 3
    }


def test_an_open_item_that_is_dated_now_is_ended(tmp_path):
    bring(tmp_path, ACME, CRM)

    report = bring(tmp_path, items="acme CRM base 2024-01-01 2024-06-01 10000")

    assert [line[4] for line in held()] == [date(2024, 6, 1)]
    assert report.counts["items_ended"] == 1
    assert sums()[("acme", date(2024, 6, 1))] == 0
    assert Subscription.objects.get().ends_on == date(2024, 6, 1)


def test_an_open_item_is_ended_beside_others_of_its_first_day(tmp_path):
    bring(tmp_path, ACME, f"{CRM}\nacme CRM base 2024-01-01 2024-06-01 10000")

    bring(
        tmp_path,
        items="acme CRM base 2024-01-01 2024-03-01 10000\n"
        "acme CRM base 2024-01-01 2024-06-01 10000",
    )

    assert sorted(line[4] for line in held()) == [date(2024, 3, 1), date(2024, 6, 1)]


def test_rows_that_a_file_leaves_out_stay(tmp_path):
    bring(tmp_path, ACME, f"{CRM}\nacme CRM base 2024-01-01 - 20000")

    report = bring(tmp_path, items="acme CRM base 2024-01-01 2024-05-01 20000")

    assert report.counts["items_ended"] == 1
    assert sorted((line[5], line[4]) for line in held()) == [
        (10_000, None),
        (20_000, date(2024, 5, 1)),
    ]


def test_one_more_item_of_the_same_first_day_is_new(tmp_path):
    bring(tmp_path, ACME, CRM)

    report = bring(tmp_path, items=f"{CRM}\nacme CRM base 2024-01-01 - 500")

    assert (report.counts["items_unchanged"], report.counts["items_created"]) == (1, 1)


def test_other_terms_are_written_anew_where_the_file_corrects(tmp_path):
    bring(tmp_path, ACME, CRM)

    report = bring(tmp_path, items="acme CRM base 2024-01-01 - 12500", correct=True)

    assert report.counts["items_corrected"] == 1
    assert [line[5] for line in held()] == [12_500]
    assert sums() == {("acme", date(2024, 1, 1)): 12_500}


def test_other_facts_of_an_account_are_written_anew_where_the_file_corrects(tmp_path):
    bring(tmp_path, ACME, CRM)

    bring(tmp_path, "acme enterprise emea 2023-12-01", correct=True)

    profile = AccountProfile.objects.get()
    assert (profile.segment.code, profile.starts_on) == ("enterprise", date(2023, 12, 1))
    assert Account.objects.get().created_on == date(2023, 12, 1)
    entry = LedgerEntry.objects.order_by("position").last()
    assert (entry.sign, entry.segment_after.code) == (1, "enterprise")


def test_zero_length_rows_are_skipped_and_counted(tmp_path):
    report = bring(
        tmp_path,
        ACME,
        "acme CRM base 2024-01-01 2024-01-01 5\nacme CRM base 2024-03-01 2024-02-01 5",
    )

    assert report.counts["zero_length_items"] == 2
    assert held() == []


def test_overlapping_items_of_a_product_go_to_lanes_of_their_own(tmp_path):
    items = (
        "acme CRM base 2024-01-01 2024-06-01 100\nacme CRM pro 2024-03-01 - 200\n"
        "acme CRM base 2024-06-01 - 300\nacme CRM base 2024-07-01 - 400"
    )
    bring(tmp_path, ACME, items)

    assert [(line[2], line[5]) for line in sorted(held(), key=lambda line: line[3])] == [
        ("acme-CRM-1", 100),
        ("acme-CRM-2", 200),
        ("acme-CRM-1", 300),
        ("acme-CRM-3", 400),
    ]
    assert sums()[("acme", date(2024, 7, 1))] == 900


def test_a_later_file_finds_the_lanes_that_are_free(tmp_path):
    bring(tmp_path, ACME, CRM)

    bring(tmp_path, items="acme CRM base 2024-02-01 - 100\nacme CRM pro 2023-01-01 2024-01-01 50")

    assert {line[5]: line[2] for line in held()} == {
        10_000: "acme-CRM-1",
        100: "acme-CRM-2",
        50: "acme-CRM-1",
    }


def test_two_accounts_never_share_a_subscription_whatever_their_codes(tmp_path):
    accounts = "a smb emea 2024-01-01\na-b smb emea 2024-01-01"
    items = "a b-c base 2024-01-01 - 100\na-b c base 2024-01-01 - 200"

    bring(tmp_path, accounts, items)

    assert {line[0]: line[2] for line in held()} == {"a": "a-b-c-1", "a-b": "a-b-c-2"}
    assert bring(tmp_path, accounts, items).counts["items_unchanged"] == 2


def test_a_subscription_code_that_another_account_has_is_left_alone(tmp_path):
    SubscriptionFactory(code="acme-CRM-1", account__code="globex")

    bring(tmp_path, ACME, CRM)

    assert [line[2] for line in held()] == ["acme-CRM-2"]


def test_unknown_accounts_are_made_without_segment_where_that_is_asked_for(tmp_path):
    bring(tmp_path, items=CRM, create_accounts=True)

    assert Account.objects.get(code="acme").created_on == date(2024, 1, 1)
    assert not AccountProfile.objects.exists()


def test_an_account_made_for_its_items_may_be_listed_later(tmp_path):
    bring(tmp_path, items=CRM, create_accounts=True)
    for _ in range(2):
        bring(tmp_path, "acme smb emea 2024-02-01")

    profile = AccountProfile.objects.get()
    assert (profile.segment.code, profile.starts_on) == ("smb", date(2024, 1, 1))
    assert Account.objects.get().created_on == date(2024, 2, 1)


@pytest.mark.parametrize(
    ("created", "first_item", "starts_on"),
    [
        ("2024-01-01", "2024-03-01", date(2024, 1, 1)),
        ("2024-03-01", "2024-01-01", date(2024, 1, 1)),
    ],
)
def test_the_profile_starts_at_the_earlier_of_created_and_first_item(
    tmp_path, created, first_item, starts_on
):
    bring(tmp_path, f"acme smb emea {created}", f"acme CRM base {first_item} - 100")

    assert AccountProfile.objects.get().starts_on == starts_on


def test_an_item_from_before_the_profile_takes_it_along(tmp_path):
    bring(tmp_path, ACME, CRM)

    bring(tmp_path, items="acme MKT base 2023-05-01 - 100")

    assert AccountProfile.objects.get().starts_on == date(2023, 5, 1)
    assert LedgerEntry.objects.order_by("effective_on")[0].segment_after.code == "smb"


def test_a_reclassified_account_is_still_the_account_of_the_file(tmp_path):
    bring(tmp_path, ACME, CRM)
    mid = SegmentFactory(code="mid", rank=900)
    acme = Account.objects.get()
    classify(account=acme, segment=mid, region=None, starts_on=date(2025, 1, 1))

    bring(tmp_path, ACME, CRM)

    assert acme.profiles.count() == 2


def test_the_order_of_columns_the_mark_at_the_start_and_line_ends_do_not_matter(tmp_path):
    accounts, items = tmp_path / "a.csv", tmp_path / "i.csv"
    accounts.write_bytes(
        b"\xef\xbb\xbfcreated,note,region,segment,account_id\r\n2024-01-01,x,emea,smb,acme\r\n"
    )
    items.write_bytes(
        b"mrr_cents,end_date,start_date,tier,product,account_id\r\n"
        b'10000,,2024-01-01,base,CRM,"acme"\r\n\r\n'
    )

    report = import_files(accounts=accounts, items=items)

    assert held() == [("acme", "CRM-base", "acme-CRM-1", date(2024, 1, 1), None, 10_000)]
    assert report.ignored_columns == ["a.csv: note"]


def test_texts_become_codes_and_stay_as_names(tmp_path):
    items = tmp_path / "i.csv"
    items.write_text(
        "account_id,product,tier,start_date,end_date,mrr_cents\n"
        '" Müller & Söhne (Köln)",CRM/Sales,Pro + Plus,2024-01-01,,100\n'
    )
    import_files(items=items, create_accounts=True)

    assert Account.objects.get().code == "M-ller-S-hne-K-ln"
    assert Product.objects.get().name == "CRM/Sales"
    assert Plan.objects.get().code == "CRM-Sales-Pro-Plus"


def test_unknown_texts_become_drafts_that_nobody_can_buy(tmp_path):
    counts = bring(tmp_path, ACME, CRM, portfolio="legacy").counts

    product, plan = Product.objects.get(), Plan.objects.get()
    assert (product.role, product.status(on=date(2024, 6, 1))) == (None, "draft")
    assert (product.portfolio.code, plan.status(on=date(2024, 6, 1))) == ("legacy", "draft")
    assert Charge.objects.get().code == "base"
    assert [counts[f"{name}_created"] for name in ("products", "tiers", "segments", "regions")] == [
        1,
        1,
        1,
        1,
    ]


def test_drafts_take_the_next_free_ranks_in_the_order_of_their_texts(tmp_path):
    SegmentFactory(code="vip", rank=7)

    bring(tmp_path, "a smb emea 2024-01-01\nb mid amer 2024-01-01")

    assert dict(Segment.objects.values_list("code", "rank")) == {"vip": 7, "mid": 8, "smb": 9}
    assert dict(Region.objects.values_list("code", "rank")) == {"amer": 1, "emea": 2}


def test_what_was_curated_survives_another_import(tmp_path):
    bring(tmp_path, ACME, CRM)
    Product.objects.update(name="Customer desk", role="anchor", available_from="2024-01-01")
    Plan.objects.update(name="Starter")
    Account.objects.update(name="Acme Inc.")

    bring(tmp_path, ACME, f"{CRM}\nacme CRM base 2024-05-01 - 100")

    product = Product.objects.get()
    assert (product.name, product.role) == ("Customer desk", "anchor")
    assert (Plan.objects.get().name, Account.objects.get().name) == ("Starter", "Acme Inc.")


def test_subscriptions_that_the_book_says_nothing_of_stay_as_they_are(tmp_path):
    acme = AccountFactory(code="acme")
    sold = SubscriptionFactory(account=acme, starts_on=date(2024, 1, 1))
    LineFactory(subscription=sold, starts_on=date(2024, 2, 1), ends_on=date(2024, 3, 1))

    bring(tmp_path, items=CRM)

    sold.refresh_from_db()
    assert (sold.starts_on, sold.ends_on) == (date(2024, 1, 1), None)


def test_amounts_are_whole_minor_units_of_the_currency(tmp_path):
    bring(tmp_path, ACME, CRM, currency="JPY")

    line = Subscription.objects.get().lines.get()
    assert (line.amount, line.mrr, line.account.currency) == (10_000, 10_000, "JPY")


def test_what_must_always_hold_holds_after_imports(tmp_path):
    bring(tmp_path, ACME, f"{CRM}\nacme CRM pro 2024-02-01 - 700\nacme MKT a 2024-02-01 - 30")
    bring(tmp_path, items="acme CRM base 2024-01-01 2024-05-01 10000")
    bring(tmp_path, items="acme CRM pro 2024-02-01 2024-04-01 650", correct=True)

    assert [list(rule.violations()) for rule in invariants.values()] == [[]] * len(invariants)


def test_a_currency_that_is_none_is_refused(tmp_path):
    with pytest.raises(Exception, match="XXY is not a currency"):
        bring(tmp_path, ACME, currency="XXY")


def test_a_refused_import_leaves_nothing(tmp_path):
    with pytest.raises(Refused):
        bring(tmp_path, ACME, f"{CRM}\nacme CRM base 2024-13-01 - 5")

    assert not Account.objects.exists()
    assert not Product.objects.exists()
