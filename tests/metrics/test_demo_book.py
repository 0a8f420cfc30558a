from datetime import date
from itertools import pairwise

import pytest

from metrics.demo.book import make_book
from metrics.demo.catalog import BY_CODE, PRODUCTS, REGIONS, SEGMENTS, month
from portfolio.models import ProductRole
from tests.metrics.test_demo_figures import held

TODAY = date(2026, 6, 30)


@pytest.fixture(scope="module")
def book():
    return make_book(on=TODAY)


@pytest.fixture(scope="module")
def now(book):
    return held(book, TODAY)


@pytest.fixture(scope="module")
def lives(book):
    """The items of each account and product, by start."""
    found = {}
    for item in sorted(book.items, key=lambda item: item.start_date):
        found.setdefault((item.account_id, item.product), []).append(item)
    return found


def tier(item):
    return [tier.code for tier in BY_CODE[item.product].tiers].index(item.tier)


def follow_ups(lives):
    """Pairs of items of one product, one directly after the other."""
    return [
        (before, after)
        for items in lives.values()
        for before, after in pairwise(items)
        if before.end_date == after.start_date
    ]


# The rows


def test_the_same_seed_makes_the_same_book():
    assert make_book(on=TODAY, accounts=300) == make_book(on=TODAY, accounts=300)


def test_the_book_is_the_same_on_every_machine():
    book = make_book(on=TODAY, accounts=300)

    assert (len(book.items), sum(item.mrr_cents for item in book.items)) == (872, 84_359_110)


def test_another_seed_makes_another_book():
    assert make_book(on=TODAY, accounts=50).items != make_book(on=TODAY, accounts=50, seed=2).items


def test_rows_scale_the_number_of_accounts(book):
    assert len(book.accounts) == 5000
    assert len(make_book(on=TODAY, accounts=7).accounts) == 7


def test_items_of_one_product_of_an_account_never_overlap(lives):
    assert all(
        before.end_date and before.end_date <= after.start_date
        for items in lives.values()
        for before, after in pairwise(items)
    )


def test_days_are_in_order_and_within_three_years(book):
    for item in book.items:
        assert date(2023, 7, 1) <= item.start_date <= TODAY
        assert item.end_date is None or item.start_date < item.end_date <= TODAY


def test_accounts_are_known_before_they_buy(book):
    created = {account.account_id: account.created for account in book.accounts}

    assert all(created[item.account_id] <= item.start_date for item in book.items)


def test_every_item_costs_something(book):
    assert all(item.mrr_cents > 0 for item in book.items)


def test_every_product_tier_segment_and_region_occurs(book):
    assert {(item.product, item.tier) for item in book.items} == {
        (product.code, tier.code) for product in PRODUCTS for tier in product.tiers
    }
    assert {account.segment for account in book.accounts} == {row.code for row in SEGMENTS}
    assert {account.region for account in book.accounts} == {row.code for row in REGIONS}


def test_every_account_has_a_name_of_its_own(book):
    assert set(book.names) == {account.account_id for account in book.accounts}
    assert len(set(book.names.values())) == len(book.names)


# What happens in it


def test_nobody_begins_with_what_is_not_on_sale(lives):
    began = [
        after
        for items in lives.values()
        for before, after in zip([None, *items], items, strict=False)
        if before is None or before.end_date != after.start_date
    ]

    assert all(BY_CODE[item.product].is_on_sale(day=item.start_date, on=TODAY) for item in began)


def test_tiers_go_up_and_sometimes_down(lives):
    pairs = follow_ups(lives)
    up = sum(tier(before) < tier(after) for before, after in pairs)
    down = sum(tier(before) > tier(after) for before, after in pairs)

    assert up > 5 * down > 0


def test_capacity_grows_more_often_than_it_shrinks(lives):
    same_tier = [pair for pair in follow_ups(lives) if pair[0].tier == pair[1].tier]
    more = sum(before.mrr_cents < after.mrr_cents for before, after in same_tier)
    less = sum(before.mrr_cents > after.mrr_cents for before, after in same_tier)

    assert more > less > 100


def test_a_few_products_come_back_after_they_were_given_up(lives):
    returned = [
        items
        for items in lives.values()
        if any(a.end_date < b.start_date for a, b in pairwise(items))
    ]

    assert 50 < len(returned) < len(lives) / 20


def test_a_few_customers_leave_and_return(book, now):
    before = [held(book, day) for day in (date(2025, 3, 1), date(2025, 12, 1))]
    returned = (before[0].keys() - before[1].keys()) & now.keys()

    assert 3 < len(returned) < 100


def test_the_old_product_loses_customers_once_it_is_closed(book):
    closed = month(TODAY, BY_CODE["mailroom"].end_of_sale)

    at_the_end, today = (
        sum("mailroom" in products for products in held(book, day).values())
        for day in (closed, TODAY)
    )

    assert 30 < today < 0.75 * at_the_end


def test_more_customers_begin_every_year(lives):
    first = {}
    for (account, _), items in lives.items():
        first[account] = min(first.get(account, TODAY), items[0].start_date)
    began = [
        sum(
            day.replace(year=year) <= start < day.replace(year=year + 1) for start in first.values()
        )
        for day in [date(2023, 7, 1)]
        for year in (2023, 2024, 2025)
    ]

    assert began[0] < began[1] < began[2] < 2 * began[1]


def test_every_role_is_in_the_portfolio():
    assert {product.role for product in PRODUCTS} == set(ProductRole)
