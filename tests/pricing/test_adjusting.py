"""Many prices changed alike, as a draft release."""

from datetime import date
from decimal import Decimal

import pytest

from pricing.adjusting import (
    Adjustment,
    Ambiguous,
    BandsHaveMany,
    NothingToDo,
    OutOfRange,
    draft_adjustment,
    preview_adjustment,
)
from pricing.book_cloning import clone_book
from pricing.models import Price, PriceBook, PriceRelease
from pricing.publication import NotInState
from tests.factories import ChargeFactory, SegmentFactory, UserFactory
from tests.factories.prices import PriceBookFactory, approved, bands, drafted, flat, published

pytestmark = pytest.mark.django_db

JAN, MAY = date(2026, 1, 1), date(2026, 5, 1)


def numbers(**facts) -> Adjustment:
    return Adjustment(**{n: Decimal(v) if isinstance(v, str) else v for n, v in facts.items()})


@pytest.fixture
def book():
    return PriceBookFactory()


def release_of(book, **facts) -> PriceRelease:
    return PriceRelease(
        **{"book": book, "title": "+", "effective_on": MAY, "author": UserFactory(), **facts}
    )


def adjusted(book, **facts) -> list[Decimal]:
    release = release_of(book)
    draft_adjustment(release=release, adjustment=numbers(**facts), prices=None)
    return [line.flat_amount for line in release.lines.order_by("pk")]


WAYS = [
    ("29", {"percent": "3"}, "29.87"),
    ("29.97", {"percent": "3", "step": "1", "ending": "0.99"}, "30.99"),
    ("30.40", {"step": "1", "ending": "0.99"}, "29.99"),
    ("30.49", {"step": "1", "ending": "0.99"}, "30.99"),
    ("0.99", {"step": "1", "ending": "0.99"}, None),
    ("0.20", {"step": "1", "ending": "0.99"}, None),
    ("0.02", {"percent": "50", "step": "1", "ending": "0.99"}, "0.03"),
    ("12.34", {"step": "0.05"}, "12.35"),
    ("2", {"step": "5"}, None),
    ("29", {"percent": "-100"}, "0"),
    ("29", {"plus": "-4.50"}, "24.50"),
    ("29", {"set_to": "31"}, "31"),
    ("0", {"percent": "3", "step": "1", "ending": "0.99"}, None),
    ("0", {"set_to": "5"}, "5"),
    ("0.0123", {"percent": "10"}, "0.0135"),
]


@pytest.mark.parametrize(("old", "way", "new"), WAYS)
def test_a_price_is_adjusted(book, old, way, new):
    published(book, flat(ChargeFactory(), old), on=JAN)

    assert adjusted(book, **way) == ([Decimal(new)] if new else [])


def test_yen_have_no_decimals(book):
    published(book, flat(ChargeFactory(), 999, currency="JPY"), on=JAN)

    assert adjusted(book, percent="3") == [Decimal(1029)]


def test_every_amount_rises_by_a_percentage_and_bands_stay_where_they_are(book):
    price = flat(ChargeFactory(), None, model="graduated")
    published(book, (price, bands((0, 10, 10, 5), (10, None, 8))), on=JAN)
    release = release_of(book)
    draft_adjustment(release=release, adjustment=numbers(percent="10"), prices=None)

    tiers = release.lines.get().tiers.values_list("from_quantity", "unit_amount", "flat_amount")
    assert [*tiers] == [(0, 11, Decimal("5.5")), (10, Decimal("8.8"), 0)]


def test_an_amount_is_added_to_what_a_unit_costs(book):
    price = flat(ChargeFactory(), 100, model="per_unit", unit_amount=9)
    published(book, price, on=JAN)
    release = release_of(book)
    draft_adjustment(release=release, adjustment=numbers(plus="1"), prices=None)

    line = release.lines.get()
    assert (line.flat_amount, line.unit_amount) == (100, 10)


def test_only_the_prices_chosen_change(book):
    charges = ChargeFactory.create_batch(3)
    published(book, *(flat(charge, 10) for charge in charges), on=JAN)
    chosen = list(Price.objects.filter(charge__in=charges[:2]).values_list("pk", flat=True))
    release = release_of(book)
    draft_adjustment(release=release, adjustment=numbers(percent="5"), prices=chosen)

    assert {line.charge for line in release.lines.all()} == set(charges[:2])


def test_a_preview_shows_money_and_leaves_nothing(book):
    published(book, flat(ChargeFactory(), 100), on=JAN)
    found = preview_adjustment(
        release=release_of(book), adjustment=numbers(percent="3"), prices=None
    )

    assert [(each.old, each.new, each.share) for each in found.changes] == [
        (100, 103, Decimal("0.03"))
    ]
    assert book.releases.count() == 1


def test_a_draft_is_extended_and_its_lines_of_the_same_price_replaced(book):
    charge, other = ChargeFactory(), ChargeFactory()
    published(book, flat(charge, 10), on=JAN)
    release = drafted(book, flat(charge, 11), flat(other, 7), on=MAY)
    draft_adjustment(release=release, adjustment=numbers(percent="50"), prices=None)

    assert {(line.charge, line.flat_amount) for line in release.lines.all()} == {
        (charge, 15),
        (other, 7),
    }


def test_a_release_that_was_approved_is_a_draft_again(book):
    published(book, flat(ChargeFactory(), 10), on=JAN)
    release = approved(drafted(book, flat(ChargeFactory(), 7), on=MAY))
    draft_adjustment(release=release, adjustment=numbers(percent="50"), prices=None)

    assert (release.state, release.approver) == ("draft", None)


def test_a_published_release_is_not_extended(book):
    release = published(book, flat(ChargeFactory(), 10), on=JAN)
    release.effective_on = MAY
    with pytest.raises(NotInState):
        draft_adjustment(release=release, adjustment=numbers(percent="3"), prices=None)


def test_prices_are_copied_from_another_book(book):
    charge, only_here = ChargeFactory(), ChargeFactory()
    source = PriceBookFactory()
    published(source, flat(charge, 80), on=JAN)
    published(book, flat(charge, 100), flat(only_here, 5), on=JAN)

    assert adjusted(book, copy_from=source, percent="10") == [88]


REFUSED = [
    (Ambiguous, {"percent": "3", "plus": "1"}),
    (NothingToDo, {}),
    (OutOfRange, {"percent": "-101"}),
    (OutOfRange, {"step": "1", "ending": "1"}),
    (OutOfRange, {"plus": "-11"}),
    (OutOfRange, {"plus": "999999999999"}),
]


@pytest.mark.parametrize(("refusal", "way"), REFUSED)
def test_what_cannot_be_is_refused(book, refusal, way):
    published(book, flat(ChargeFactory(), 10), on=JAN)
    with pytest.raises(refusal):
        adjusted(book, **way)

    assert book.releases.count() == 1


def test_bands_are_not_set_to_one_amount(book):
    published(book, (flat(ChargeFactory(), None, model="volume"), bands((0, None, 8))), on=JAN)
    with pytest.raises(BandsHaveMany):
        adjusted(book, set_to="5")


def test_a_clone_is_a_draft_in_a_book_of_its_own(book):
    published(book, flat(ChargeFactory(), 100), flat(ChargeFactory(), 50), on=JAN)
    other = PriceBook(code="emea", name="EMEA", segment=SegmentFactory())
    release = release_of(other)
    clone_book(source=book, release=release, adjustment=numbers(percent="-10"))

    assert [line.flat_amount for line in release.lines.order_by("pk")] == [90, 45]
    assert (release.book.code, release.state) == ("emea", "draft")
    assert not other.prices.live().exists()
