"""What may change a figure, and what may not."""

from datetime import date
from itertools import pairwise

import pytest

from accounts.models import Account, SubscriptionLine
from accounts.profiles import classify
from accounts.subscriptions import end_line
from metrics.folding import fold
from portfolio.models import Product, Segment, Threshold
from tests.factories import SegmentFactory, ThresholdFactory
from tests.factories.books import bring
from tests.factories.figures import facts, figure

pytestmark = pytest.mark.django_db

METRICS = ["products-per-customer", "multi-product-revenue-mix", "attach-rate"]
ON = "2025-06-30"
ACCOUNTS = "a smb emea 2025-01-01\nb smb emea 2025-01-01\nc ent amer 2025-01-01"
ITEMS = """
a CRM base 2025-01-01 - 1000
a MKT base 2025-02-15 - 500
b CRM base 2025-01-01 2025-08-01 800
c MKT base 2025-03-01 - 4000
c OPS base 2025-03-01 - 100
"""


@pytest.fixture
def book(tmp_path):
    """Brings rows in, besides those that are there."""
    return lambda accounts="", items="", **options: bring(tmp_path, accounts, items, **options)


@pytest.fixture
def ask(api):
    return lambda code, **parameters: facts(figure(api, code, **{"on": ON, **parameters}))


@pytest.fixture
def answers(ask):
    return lambda **parameters: [ask(code, **parameters) for code in METRICS]


def test_free_rows_change_nothing(book, answers):
    book(ACCOUNTS, ITEMS)
    before = answers()

    book("d smb emea 2025-01-01", "d CRM base 2025-01-01 - 0\na OPS base 2025-01-01 - 0")

    assert answers() == before


def test_rows_from_the_next_day_on_change_nothing(book, answers):
    book(ACCOUNTS, ITEMS)
    before = answers()

    book("d smb emea 2025-01-01", "d CRM base 2025-07-01 - 900\na OPS base 2025-07-01 - 9")

    assert answers() == before


def test_a_row_split_in_time_is_the_same_row(book, answers):
    book(ACCOUNTS, ITEMS)
    before = answers()

    split = "a CRM base 2025-01-01 2025-04-01 1000\na CRM base 2025-04-01 - 1000"
    book(items=split)

    assert answers() == before


def test_other_ids_change_nothing(book, answers):
    book(ACCOUNTS, ITEMS)
    before = answers()

    end_line(line=SubscriptionLine.objects.get(account__code="b"), on=date(2025, 1, 1))
    book("0-b smb emea 2025-01-01", "0-b CRM base 2025-01-01 2025-08-01 800")

    assert answers() == before


def test_overlapping_rows_of_a_product_count_once_and_add_money(book, ask):
    book(ACCOUNTS, "a CRM base 2025-01-01 - 1000\na CRM pro 2025-02-01 - 700")

    assert ask("products-per-customer")["distribution"] == [{"products": 1, "customers": 1}]
    assert ask("multi-product-revenue-mix")["denominator"] == 1700


@pytest.mark.parametrize(
    ("day", "customers"),
    [("2025-01-31", 0), ("2025-02-01", 1), ("2025-02-27", 1), ("2025-02-28", 0)],
)
def test_the_first_day_counts_and_the_end_is_the_first_day_without(book, ask, day, customers):
    book(ACCOUNTS, "a CRM base 2025-02-01 2025-02-28 1000")

    assert ask("products-per-customer", on=day)["n"] == customers


def test_money_times_ten_leaves_the_share(book, ask):
    book(
        "a smb emea 2025-01-01\nb smb emea 2025-01-01",
        "a CRM x 2025-01-01 - 300\nb CRM x 2025-01-01 - 500\nb MKT x 2025-01-01 - 250",
    )
    share = ask("multi-product-revenue-mix")["value"]
    book(
        items="a CRM x 2025-01-01 - 3000\nb CRM x 2025-01-01 - 5000\nb MKT x 2025-01-01 - 2500",
        correct=True,
    )

    assert ask("multi-product-revenue-mix")["value"] == share
    assert ask("multi-product-revenue-mix")["denominator"] == 10_500


def doubled(text: str) -> str:
    return text + "\n".join(f"2{line}" for line in text.strip().splitlines())


def test_a_population_doubled_keeps_its_rates_and_narrows_their_intervals(book, ask):
    book(ACCOUNTS, ITEMS)
    before = ask("products-per-customer"), ask("attach-rate")["rows"]

    book(doubled(f"{ACCOUNTS}\n"), doubled(ITEMS))

    answer, rows = ask("products-per-customer"), ask("attach-rate")["rows"]
    assert (answer["value"], answer["median"]) == (before[0]["value"], before[0]["median"])
    assert [row["rate"] for row in rows] == [row["rate"] for row in before[1]]
    for row, was in zip(rows, before[1], strict=True):
        assert row["high"] - row["low"] < was["high"] - was["low"]


def test_all_days_four_weeks_later_give_the_figures_four_weeks_later(book, answers, api, tmp_path):
    moved = {"01-01": "01-29", "02-15": "03-15", "03-01": "03-29", "08-01": "08-29"}
    accounts, items = ACCOUNTS, ITEMS
    for day, later in moved.items():
        accounts = accounts.replace(f"2025-{day}", f"2025_{later}")
        items = items.replace(f"2025-{day}", f"2025_{later}")
    book(accounts.replace("_", "-"), items.replace("_", "-"))
    later = answers(on="2025-04-10")
    for line in SubscriptionLine.objects.all():
        end_line(line=line, on=line.starts_on)
    book(ACCOUNTS, ITEMS, correct=True)

    assert answers(on="2025-03-13") == later


def test_groups_add_up_to_the_whole(book, ask):
    book(ACCOUNTS, ITEMS)
    for by in ("segment", "region", "currency"):
        for code in ("products-per-customer", "multi-product-revenue-mix"):
            answer = ask(code, group_by=by)
            for name in ("n", "numerator", "denominator"):
                assert sum(group[name] for group in answer["groups"]) == answer[name]


def test_a_group_is_what_its_filter_answers(book, ask):
    book(ACCOUNTS, ITEMS)
    for code in METRICS:
        for group in ask(code, group_by="segment")["groups"]:
            alone = ask(code, segment=group["key"]["segment"])
            assert {name: alone[name] for name in group if name != "key"} == {
                name: group[name] for name in group if name != "key"
            }


def test_customers_without_a_segment_are_a_group_of_their_own(book, ask):
    book(ACCOUNTS, ITEMS)
    book(items="z CRM base 2025-01-01 - 70", create_accounts=True)

    answer = ask("multi-product-revenue-mix", group_by="segment")

    assert [group["key"]["segment"] for group in answer["groups"]] == ["ent", "smb", None]
    assert sum(group["denominator"] for group in answer["groups"]) == answer["denominator"]


def test_another_segment_today_does_not_change_last_years_report(book, answers):
    book(ACCOUNTS, ITEMS)
    before = answers(group_by="segment")
    acme = Account.objects.get(code="a")

    classify(
        account=acme,
        segment=Segment.objects.get(code="ent"),
        region=None,
        starts_on=date(2025, 7, 1),
    )

    assert answers(group_by="segment") == before
    assert answers(group_by="segment", on="2025-07-01") != before


def test_a_new_customer_of_one_segment_leaves_the_others_alone(book, ask):
    book(ACCOUNTS, ITEMS)
    before = [ask(code, segment="ent") for code in METRICS]

    book("d smb emea 2025-01-01", "d CRM base 2025-01-01 - 900\nd OPS base 2025-01-01 - 9")

    assert [ask(code, segment="ent") for code in METRICS] == before


def test_customers_who_hold_a_product(book, ask):
    book(ACCOUNTS, ITEMS)

    answer = ask("products-per-customer", product="MKT")
    assert answer["distribution"] == [{"products": 2, "customers": 2}]
    assert ask("multi-product-revenue-mix", product="CRM")["denominator"] == 2300
    rows = ask("attach-rate", product="OPS")["rows"]
    assert all("OPS" in (row["from"], row["to"]) for row in rows)
    assert len(rows) == 4


def test_an_empty_book_answers_null_with_a_reason(answers):
    for answer in answers():
        assert (answer["value"], answer["n"], answer["groups"], answer["series"]) == (
            None,
            0,
            [],
            [],
        )
        assert [warning["code"] for warning in answer["warnings"]] == ["ZERO_DENOMINATOR"]
        assert answer["warnings"][0]["detail"].endswith(".")


def test_a_day_on_which_everybody_has_left_is_null(book, answers):
    book(ACCOUNTS, "a CRM base 2025-01-01 2025-03-01 100\na MKT base 2025-01-01 2025-03-01 100")

    assert [answer["value"] for answer in answers()] == [None, None, None]


@pytest.fixture
def two_currencies(book):
    book(ACCOUNTS, ITEMS)
    book(
        "e smb emea 2025-01-01",
        "e CRM base 2025-01-01 - 90\ne MKT base 2025-01-01 - 10",
        currency="EUR",
    )


def test_money_of_two_currencies_is_not_added_up(two_currencies, ask):
    answer = ask("multi-product-revenue-mix")

    assert (answer["value"], answer["numerator"], answer["denominator"]) == (None, None, None)
    assert [warning["code"] for warning in answer["warnings"]] == ["MIXED_CURRENCY"]
    assert [
        (group["key"], group["numerator"], group["denominator"]) for group in answer["groups"]
    ] == [({"currency": "EUR"}, 100, 100), ({"currency": "USD"}, 5600, 6400)]


def test_an_answer_says_that_it_is_by_currency_and_asked_so_is_the_same(two_currencies, api):
    answer = figure(api, "multi-product-revenue-mix", on=ON, group_by="segment")

    assert answer["parameters"]["group_by"] == "currency"
    assert figure(api, "multi-product-revenue-mix", **answer["parameters"]) == answer


def test_money_of_one_currency_can_be_asked_for(two_currencies, ask):
    answer = ask("multi-product-revenue-mix", currency="EUR")

    assert (answer["value"], answer["denominator"], answer["currency"]) == (1, 100, "EUR")
    assert answer["groups"] == []


def test_counts_ignore_currencies(two_currencies, ask):
    assert ask("products-per-customer")["n"] == 4
    assert ask("attach-rate", currency="EUR")["n"] == 1


def test_a_currency_that_nobody_pays_in_any_more_is_not_mixed_in(book, ask):
    book(ACCOUNTS, ITEMS)
    book("e smb emea 2025-01-01", "e CRM base 2025-01-01 2025-02-01 90", currency="EUR")

    assert ask("multi-product-revenue-mix")["denominator"] == 6400
    assert ask("multi-product-revenue-mix", on="2025-01-31")["value"] is None


@pytest.mark.parametrize("code", METRICS)
@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2025-01-01", "2025-05-01", ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"]),
        ("2025-01-20", "2025-03-10", ["2025-01-31", "2025-02-28", "2025-03-09"]),
        ("2025-02-10", "2025-02-16", ["2025-02-15"]),
        ("2024-12-31", "2025-01-02", ["2024-12-31", "2025-01-01"]),
    ],
)
@pytest.mark.parametrize("folded", [True, False])
def test_a_row_of_a_series_is_the_answer_of_its_last_day(
    book, ask, api, code, start, end, days, folded
):
    book(ACCOUNTS, ITEMS)
    if folded:
        fold()
    series = figure(api, code, start=start, end=end, interval="month")

    singles = [ask(code, on=day) for day in days]
    for row, single in zip(series["series"], singles, strict=True):
        assert facts(row) == {name: single[name] for name in facts(row)}
    assert series["value"] == singles[-1]["value"]
    assert series["series"][0]["start"] == start
    assert series["series"][-1]["end"] == end


def test_the_months_of_a_series_chain(book, api):
    book(ACCOUNTS, ITEMS)
    rows = figure(api, METRICS[0], start="2025-01-20", end="2025-06-10", interval="month")["series"]

    for row, following in pairwise(rows):
        assert row["end"] == following["start"]
        assert row["end"].endswith("-01")


def test_folding_changes_no_answer(book, answers):
    days = ["2025-01-31", "2025-02-14", "2025-02-15", "2025-06-30", "2025-07-31", "2025-08-01"]
    book(ACCOUNTS, ITEMS)
    before = [answers(on=day, group_by="segment") for day in days]
    fold()
    assert [answers(on=day, group_by="segment") for day in days] == before

    book(items="b CRM base 2025-01-01 2025-03-10 800", correct=True)
    corrected = [answers(on=day, group_by="segment") for day in days]
    fold()
    assert [answers(on=day, group_by="segment") for day in days] == corrected != before
    fold(rebuild=True)
    assert [answers(on=day, group_by="segment") for day in days] == corrected


@pytest.mark.parametrize("folded", [True, False])
def test_an_end_that_becomes_known_late_changes_the_days_since(book, ask, folded):
    book(ACCOUNTS, ITEMS)
    if folded:
        fold()
    line = SubscriptionLine.objects.get(account__code="b")

    end_line(line=line, on=date(2025, 3, 10))

    assert [ask(METRICS[0], on=day)["n"] for day in ("2025-03-09", "2025-03-10", ON)] == [3, 2, 2]


@pytest.mark.parametrize("folded", [True, False])
def test_a_line_that_never_was_is_gone_from_every_day(book, ask, folded):
    book(ACCOUNTS, ITEMS)
    if folded:
        fold()
    line = SubscriptionLine.objects.get(account__code="c", product__code="MKT")

    end_line(line=line, on=line.starts_on)

    assert ask("multi-product-revenue-mix", on="2025-03-01")["denominator"] == 2400
    assert ask("multi-product-revenue-mix")["denominator"] == 2400


def test_s130_a_judgement_uses_the_threshold_of_its_day(book, ask, api):
    book(ACCOUNTS, ITEMS)
    strong = Threshold.objects.get(code="attach-strong")
    strong.ends_on = date(2025, 6, 1)
    strong.save()
    ThresholdFactory(code="attach-strong", value="0.9", starts_on=date(2025, 6, 1))

    def affinity_of(rows):
        return {(row["from"], row["to"]): row["affinity"] for row in rows}[("MKT", "CRM")]

    def affinity(on):
        return affinity_of(ask("attach-rate", on=on, min_support=1)["rows"])

    assert (affinity("2025-05-31"), affinity("2025-06-01")) == ("strong", "moderate")
    period = {"start": "2025-05-01", "end": "2025-07-01", "interval": "month", "min_support": 1}
    months = figure(api, "attach-rate", product="CRM", **period)["series"]
    assert [affinity_of(month["rows"]) for month in months] == ["strong", "moderate"]


@pytest.mark.parametrize("code", METRICS)
def test_days_before_every_threshold_and_after_their_deletion_are_answered(book, ask, code):
    book("a smb emea 1950-01-01", "a CRM base 1950-01-01 - 100\na MKT base 1950-01-01 - 100")
    assert ask(code, on="1960-01-01")["value"] is not None
    Threshold.objects.all().delete()
    assert ask(code)["value"] is not None


def test_a_product_whose_code_changes_keeps_its_figures(book, ask):
    book(ACCOUNTS, ITEMS)
    Product.objects.filter(code="MKT").update(code="marketing")

    rows = ask("attach-rate")["rows"]
    assert {row["from"] for row in rows} == {"CRM", "marketing", "OPS"}


def test_segments_come_in_the_order_of_their_ranks(book, ask):
    SegmentFactory(code="smb", rank=5)
    SegmentFactory(code="ent", rank=9)
    book(ACCOUNTS, ITEMS)

    groups = ask("products-per-customer", group_by="segment")["groups"]
    assert [group["key"]["segment"] for group in groups] == ["smb", "ent"]
