"""Which price applies, and why."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from pricing.annual import annual_discounts, inconsistent
from pricing.models import PriceBook
from pricing.publication import cancel
from pricing.resolution import Ask, Buyer, NoPrice, resolve_price, resolve_prices
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    PlanFactory,
    ProductFactory,
    RegionFactory,
    SegmentFactory,
    UserFactory,
)
from tests.factories.prices import PriceBookFactory, bands, drafted, flat, published

pytestmark = pytest.mark.django_db

JAN, MAR, MAY, JULY = (date(2026, month, 1) for month in (1, 3, 5, 7))
SCOPES = ("contract", "segment_region", "segment", "region", "standard")


@pytest.fixture
def charge():
    return ChargeFactory()


@pytest.fixture
def books():
    AccountFactory(code="acme")
    smb, emea = SegmentFactory(code="smb"), RegionFactory(code="emea")
    scopes = {
        "contract": {"account_code": "acme", "segment": None},
        "segment_region": {"segment": smb, "region": emea},
        "segment": {"segment": smb},
        "region": {"segment": None, "region": emea},
        "standard": {"segment": None},
    }
    return {name: PriceBookFactory(code=name, **scope) for name, scope in scopes.items()}


ACME = Buyer("acme", "smb", "emea")


def resolve(charge, buyer=ACME, on=MAY, **asked):
    given = {"currency": "USD", "interval": "month", **asked}
    return resolve_price(buyer=buyer, charge=charge, on=on, **given)


def test_the_most_specific_book_wins(books, charge):
    for rank, name in enumerate(SCOPES[::-1]):
        published(books[name], flat(charge, rank), on=JAN)
        assert resolve(charge).price.book == books[name]
        assert resolve(charge).amount.total == rank


@pytest.mark.parametrize(
    ("buyer", "name"),
    [
        (Buyer("acme", None, None), "contract"),
        (Buyer("other", "smb", "emea"), "segment_region"),
        (Buyer(None, "smb", "apac"), "segment"),
        (Buyer(None, "enterprise", "emea"), "region"),
        (Buyer(None, "enterprise", "apac"), "standard"),
        (Buyer(), "standard"),
    ],
)
def test_a_book_is_for_its_own_buyers_alone(books, charge, buyer, name):
    for book in books.values():
        published(book, flat(charge, 1), on=JAN)

    assert resolve(charge, buyer).price.book == books[name]


def test_missing_prices_fall_through_and_are_traced(books, charge):
    published(books["standard"], flat(charge, 29), on=JAN)
    published(books["segment"], flat(charge, 9, currency="EUR"), on=JAN)
    found = resolve(charge, Buyer(None, "smb", None))

    assert [(each["step"], each["matched"] is not None) for each in found.trace] == [
        ("contract_book", False),
        ("segment_region", False),
        ("segment", False),
        ("region", False),
        ("standard", True),
    ]
    segment, standard = found.trace[2], found.trace[4]
    assert segment["subject"] == "/price-books/segment/"
    assert segment["reason"] == (
        "segment has no price for this charge, currency and interval on 2026-05-01."
    )
    assert standard["matched"] == f"/prices/{found.price.pk}/"
    assert set(standard) == {"step", "subject", "considered", "matched", "reason"}


def test_the_end_of_a_price_falls_through(books, charge):
    published(books["standard"], flat(charge, 29), on=JAN)
    published(books["segment"], flat(charge, 19), on=JAN)
    published(books["segment"], flat(charge, None, is_end=True, model=""), on=MAY)

    assert resolve(charge, on=MAR).amount.total == 19
    found = resolve(charge, on=MAY)
    assert found.amount.total == 29
    assert found.trace[2]["reason"] == "segment has no price for it any more since 2026-05-01."


def test_nothing_found_names_the_books_that_were_asked(books, charge):
    with pytest.raises(
        NoPrice,
        match=r"no price in USD a month on 2026-05-01. Price books asked: "
        r"contract, segment_region, segment, region, standard.",
    ):
        resolve(charge)


@pytest.mark.parametrize(
    "asked", [{"currency": "EUR"}, {"interval": "year"}, {"on": date(2025, 12, 31)}]
)
def test_nothing_is_converted_or_approximated(books, charge, asked):
    published(books["standard"], flat(charge, 29), on=JAN)

    with pytest.raises(NoPrice):
        resolve(charge, **asked)


def test_drafts_and_cancelled_prices_bind_nobody(books, charge):
    published(books["standard"], flat(charge, 29), on=JAN)
    drafted(books["segment"], flat(charge, 1), on=JAN)
    release = published(books["region"], flat(charge, 2), on=MAY)
    cancel(release=release, by=UserFactory(), on=MAR, reason="x")

    assert resolve(charge, on=MAY).amount.total == 29


def test_the_sum_of_three_separate_prices(books):
    charges = [ChargeFactory(), ChargeFactory(), ChargeFactory()]
    published(
        books["standard"],
        *(flat(c, n) for c, n in zip(charges, (99, 79, 149), strict=True)),
        on=JAN,
    )

    assert sum(resolve(charge).amount.total for charge in charges) == Decimal("327.00")


def test_a_quantity_is_priced_by_its_bands(books, charge):
    line = (
        flat(charge, None, model="graduated"),
        bands((0, 10, 10), (10, 50, 8), (50, None, 6)),
    )
    published(books["standard"], line, on=JAN)

    assert resolve(charge, quantity=Decimal(75)).amount.total == 570


def test_s55_a_plan_is_paid_by_the_month_or_by_the_year_and_nothing_between_is_made_up(
    books, charge
):
    published(books["standard"], flat(charge, 99), flat(charge, 990, interval="year"), on=JAN)

    found = [resolve(charge, interval=interval).amount.total for interval in ("month", "year")]

    assert found == [99, 990]
    with pytest.raises(NoPrice):
        resolve(charge, interval="quarter")


def test_many_questions_are_a_constant_number_of_queries(books):
    charges = [ChargeFactory() for _ in range(30)]
    published(books["standard"], *(flat(c, n) for n, c in enumerate(charges, 1)), on=JAN)
    counted = []
    for count in (1, 30):
        asks = [Ask(ACME, charge, "USD", "month") for charge in charges[:count]]
        with CaptureQueriesContext(connection) as queries:
            found = resolve_prices(asks, on=MAY)
        counted.append(len(queries))
        assert [each.amount.total for each in found] == list(range(1, count + 1))
    assert counted == [3, 3]


def test_many_questions_keep_their_order_and_their_refusals(books, charge):
    published(books["standard"], flat(charge, 29), on=JAN)
    other = ChargeFactory()
    found = resolve_prices(
        [Ask(ACME, other, "USD", "month"), Ask(Buyer(), charge, "USD", "month")], on=MAY
    )

    assert isinstance(found[0], NoPrice)
    assert found[1].amount.total == 29


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_has_one_book(books, scope):
    book = books[scope]
    with pytest.raises(IntegrityError, match="pricebook_one_of_a_scope"):
        PriceBook.objects.create(
            code="again",
            name="x",
            account_code=book.account_code,
            segment=book.segment,
            region=book.region,
        )


def test_a_contract_book_has_no_market(books):
    AccountFactory(code="beta")
    with pytest.raises(IntegrityError, match="pricebook_of_an_account_has_no_market"):
        PriceBookFactory(account_code="beta")


def test_for_whom_a_book_is_never_changes(books):
    with pytest.raises(IntegrityError, match="never changes"):
        PriceBook.objects.filter(code="segment").update(segment=None, region=None)


def test_a_contract_names_a_customer_there_is():
    with (
        pytest.raises(IntegrityError, match="pricebook_names_a_customer"),
        CaptureQueriesContext(connection),
    ):
        PriceBookFactory(account_code="nobody", segment=None)


def test_what_a_year_saves(books):
    product = ProductFactory()
    basic, pro = (ChargeFactory(plan=PlanFactory(product=product)) for _ in range(2))
    published(
        books["standard"],
        flat(basic, 29),
        flat(basic, 290, interval="year"),
        flat(pro, 99),
        flat(pro, "1069.20", interval="year"),
        flat(ChargeFactory(), 5),
        on=JAN,
    )
    found = annual_discounts(book=books["standard"], on=MAY)

    assert [round(each.saved, 4) for each in found] == [Decimal("0.1667"), Decimal("0.1000")]
    assert annual_discounts(book=books["standard"], on=MAY, most=1) == found[:1]
    ((least, most),) = inconsistent(found)
    assert (least.charge, most.charge) == (pro, basic)


def test_tiers_that_save_the_same_are_consistent(books):
    product = ProductFactory()
    for month in (29, 99):
        charge = ChargeFactory(plan=PlanFactory(product=product))
        published(
            books["standard"],
            flat(charge, month),
            flat(charge, month * 10, interval="year"),
            on=JAN,
        )

    assert inconsistent(annual_discounts(book=books["standard"], on=MAY)) == []
