"""A book whose figures were worked out by hand."""

import pytest

from tests.factories.books import bring
from tests.factories.figures import figure

pytestmark = pytest.mark.django_db

ACCOUNTS = """
a1 smb emea 2024-01-01
a2 smb emea 2024-01-01
a3 ent amer 2024-01-01
a4 ent amer 2024-01-01
a5 smb amer 2024-01-01
a6 smb amer 2025-05-01
"""
ITEMS = """
a1 CRM base 2024-03-01 - 10000
a1 MKT base 2025-04-01 - 5000
a2 CRM base 2024-06-01 2025-06-01 10000
a2 CRM base 2025-09-01 - 8000
a3 CRM base 2024-01-01 - 20000
a3 MKT base 2024-07-01 2025-07-01 10000
a3 DATA base 2025-07-01 - 15000
a4 CRM base 2024-02-01 2025-03-15 20000
a4 MKT base 2024-02-01 2025-03-15 10000
a6 CRM base 2025-05-01 2025-10-01 10000
a6 CRM pro 2025-10-01 - 16000
"""


@pytest.fixture
def ask(api, tmp_path):
    bring(tmp_path, ACCOUNTS, ITEMS)
    return lambda code, **parameters: figure(api, code, **parameters)


def test_products_per_customer_at_the_end_of_2025(ask):
    answer = ask("products-per-customer", on="2025-12-31")

    assert (answer["value"], answer["median"], answer["n"]) == (1.5, 1.5, 4)
    assert answer["distribution"] == [
        {"products": 1, "customers": 2},
        {"products": 2, "customers": 2},
    ]
    assert (answer["multi"]["numerator"], answer["multi"]["denominator"]) == (2, 4)


def test_revenue_mix_at_the_end_of_2025(ask):
    answer = ask("multi-product-revenue-mix", on="2025-12-31")

    assert (answer["numerator"], answer["denominator"]) == (50_000, 74_000)
    assert answer["value"] == pytest.approx(500 / 740)
    assert answer["by_products"] == [
        {"products": 1, "mrr": 24_000},
        {"products": 2, "mrr": 50_000},
    ]


def test_revenue_mix_at_the_end_of_2024(ask):
    answer = ask("multi-product-revenue-mix", on="2024-12-31")

    assert (answer["numerator"], answer["denominator"]) == (60_000, 80_000)


@pytest.mark.parametrize(
    ("day", "paying", "cents"),
    [
        ("2025-03-14", 4, 80_000),
        ("2025-03-15", 3, 50_000),
        ("2025-05-31", 4, 65_000),
        ("2025-06-01", 3, 55_000),
        ("2025-06-30", 3, 55_000),
        ("2025-07-01", 3, 60_000),
        ("2025-08-31", 3, 60_000),
        ("2025-09-01", 4, 68_000),
        ("2025-10-01", 4, 74_000),
        ("2023-12-31", 0, 0),
    ],
)
def test_days_on_which_something_changes_count_from_that_day_on(ask, day, paying, cents):
    answer = ask("multi-product-revenue-mix", on=day)

    assert (answer["n"], answer["denominator"]) == (paying, cents)


def test_the_series_of_2025(ask):
    period = {"start": "2025-01-01", "end": "2026-01-01", "interval": "month"}
    rows = ask("products-per-customer", **period)["series"]

    assert [row["numerator"] for row in rows] == [6, 6, 4, 5, 6, 5, 5, 5, 6, 6, 6, 6]
    assert [row["denominator"] for row in rows] == [4, 4, 3, 3, 4, 3, 3, 3, 4, 4, 4, 4]
    assert [row["start"] for row in rows] == [f"2025-{month:02}-01" for month in range(1, 13)]
    assert rows[-1]["end"] == "2026-01-01"


def test_who_holds_what_together_at_the_end_of_2025(ask):
    rows = ask("attach-rate", on="2025-12-31", min_support=1)["rows"]

    pairs = {(row["from"], row["to"]): (row["holders"], row["both"]) for row in rows}
    assert pairs == {
        ("CRM", "MKT"): (4, 1),
        ("CRM", "DATA"): (4, 1),
        ("MKT", "CRM"): (1, 1),
        ("MKT", "DATA"): (1, 0),
        ("DATA", "CRM"): (1, 1),
        ("DATA", "MKT"): (1, 0),
    }


def test_segments_and_regions_of_the_end_of_2025(ask):
    def groups(by):
        answer = ask("multi-product-revenue-mix", on="2025-12-31", group_by=by)
        return {
            group["key"][by]: (group["n"], group["numerator"], group["denominator"])
            for group in answer["groups"]
        }

    assert groups("segment") == {"smb": (3, 15_000, 39_000), "ent": (1, 35_000, 35_000)}
    assert groups("region") == {"emea": (2, 15_000, 23_000), "amer": (2, 35_000, 51_000)}
