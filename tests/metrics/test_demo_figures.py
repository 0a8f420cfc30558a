"""Figures of a demo book by plain counting, each within the band of a believable company."""

from collections import defaultdict
from datetime import date
from itertools import permutations

import pytest

from metrics.demo.book import Book, make_book
from metrics.demo.catalog import BY_CODE, SEGMENTS

TODAY = date(2026, 6, 30)
YEAR_AGO = date(2025, 6, 30)

Held = dict[str, dict[str, int]]


def held(book: Book, on: date) -> Held:
    """Accounts that pay on the day, with revenue by product."""
    found: Held = defaultdict(dict)
    for item in book.items:
        if item.start_date <= on and (item.end_date is None or on < item.end_date):
            found[item.account_id][item.product] = item.mrr_cents
    return dict(found)


def paid(holdings: dict[str, int] | None) -> int:
    return sum((holdings or {}).values())


def products_per_customer(now: Held) -> float:
    return sum(map(len, now.values())) / len(now)


def multi_share(now: Held) -> float:
    return sum(len(products) > 1 for products in now.values()) / len(now)


def multi_revenue_share(now: Held) -> float:
    multi = sum(paid(products) for products in now.values() if len(products) > 1)
    return multi / sum(map(paid, now.values()))


def lost_share(before: Held, after: Held) -> float:
    return sum(account not in after for account in before) / len(before)


def net_retention(before: Held, after: Held) -> float:
    return sum(paid(after.get(account)) for account in before) / sum(map(paid, before.values()))


def gross_retention(before: Held, after: Held) -> float:
    kept = sum(min(paid(after.get(account)), paid(was)) for account, was in before.items())
    return kept / sum(map(paid, before.values()))


def only(now: Held, accounts: set[str]) -> Held:
    return {account: products for account, products in now.items() if account in accounts}


def attach(now: Held, first: str, second: str) -> float:
    holders = [products for products in now.values() if first in products]
    return sum(second in products for products in holders) / len(holders)


def accounts_of(book, segment):
    return {account.account_id for account in book.accounts if account.segment == segment}


@pytest.fixture(scope="module")
def book():
    return make_book(on=TODAY)


@pytest.fixture(scope="module")
def now(book):
    return held(book, TODAY)


@pytest.fixture(scope="module")
def then(book):
    return held(book, YEAR_AGO)


def test_customers_hold_about_two_products(now):
    assert 1.8 <= products_per_customer(now) <= 2.4


def test_half_of_the_customers_hold_more_than_one(now):
    assert 0.40 <= multi_share(now) <= 0.60


def test_most_revenue_comes_from_customers_of_several_products(now):
    assert 0.60 <= multi_revenue_share(now) <= 0.80


def test_about_a_tenth_of_the_customers_leave_in_a_year(then, now):
    assert 0.08 <= lost_share(then, now) <= 0.15


def test_customers_of_several_products_stay_and_grow(then, now):
    multi = {account for account, products in then.items() if len(products) > 1}
    of_several, of_one = only(then, multi), only(then, then.keys() - multi)

    assert lost_share(of_several, now) < lost_share(of_one, now) / 2
    assert net_retention(of_several, now) > 1


def test_retention_is_that_of_a_good_company(then, now):
    assert 1.0 <= net_retention(then, now) <= 1.25
    assert 0.85 <= gross_retention(then, now) <= 0.95


def test_bigger_customers_pay_and_attach_more(book, now):
    by_segment = [only(now, accounts_of(book, market.code)) for market in SEGMENTS]
    revenue = [sum(map(paid, rows.values())) / len(rows) for rows in by_segment]
    products = [products_per_customer(rows) for rows in by_segment]

    assert revenue == sorted(revenue)
    assert products == sorted(products)


def test_no_single_customer_makes_the_figures(now):
    assert max(map(paid, now.values())) < 0.02 * sum(map(paid, now.values()))


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ("desk", "answers", 0.36, 0.50),
        ("quotes", "signet", 0.30, 0.60),
        ("data-platform", "insights", 0.30, 0.60),
        ("crm", "campaigns", 0.25, 0.40),
        ("crm", "desk", 0.12, 0.25),
        ("desk", "quotes", 0.0, 0.05),
        ("answers", "signet", 0.0, 0.05),
        ("desk", "signet", 0.0, 0.05),
    ],
)
def test_products_go_together_as_they_should(now, first, second, low, high):
    assert low <= attach(now, first, second) <= high


def test_attach_rates_are_strong_weak_and_between(now):
    rates = [attach(now, *pair) for pair in permutations(BY_CODE, 2)]
    strong, weak = sum(rate >= 0.4 for rate in rates), sum(rate <= 0.05 for rate in rates)

    assert 8 <= strong <= 30
    assert 10 <= weak <= 45
