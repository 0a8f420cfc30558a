"""Many who publish at the same time."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from itertools import count
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import DatabaseError, OperationalError, connection

from config.invariants import invariants
from pricing import publication
from pricing.models import Price, PriceRelease
from pricing.publication import NotInState, NotReady, publish
from tests.config.racing import together
from tests.factories import ChargeFactory, UserFactory
from tests.factories.prices import PriceBookFactory, approved, drafted, flat, published
from tests.pricing.offers import bundled, price_list, three

pytestmark = pytest.mark.django_db(transaction=True)

JAN, MAY = date(2026, 1, 1), date(2026, 5, 1)
THREADS = 8
ROUNDS = 5


def attempt(release_id: int) -> Exception | None:
    release = PriceRelease.objects.get(pk=release_id)
    try:
        publish(release=release, by=release.approver, on=JAN)
    except Exception as error:  # noqa: BLE001  (what it is, the test asks)
        return error
    return None


def race(releases) -> list[Exception | None]:
    ids = [release.pk for release in releases]
    return together(lambda number: attempt(ids[number]), len(ids))


def holds() -> list[str]:
    return [v for entry in invariants.values() for v in entry.violations()]


def test_of_overlapping_publications_exactly_one_wins():
    book, charge, author = PriceBookFactory(), ChargeFactory(), UserFactory()
    published(book, flat(charge, 1), on=JAN)
    for number in range(ROUNDS):
        day = MAY + timedelta(days=number)
        rivals = [
            approved(drafted(book, flat(charge, n), on=day, author=author)) for n in range(THREADS)
        ]
        errors = [error for error in race(rivals) if error]

        assert len(errors) == THREADS - 1
        assert all(isinstance(error, NotReady) for error in errors), errors
        assert Price.objects.live().filter(charge=charge, starts_on=day).count() == 1
    assert holds() == []


def test_adjacent_publications_all_win():
    book, charge, days = PriceBookFactory(), ChargeFactory(), count()
    published(book, flat(charge, 1), on=JAN)
    for _ in range(ROUNDS):
        neighbours = [
            approved(drafted(book, flat(charge, n), on=MAY + timedelta(days=next(days))))
            for n in range(THREADS)
        ]

        assert race(neighbours) == [None] * THREADS
    assert Price.objects.live().filter(charge=charge).count() == ROUNDS * THREADS + 1
    assert holds() == []


def test_one_release_is_published_once():
    release = approved(drafted(PriceBookFactory(), flat(ChargeFactory(), 1), on=MAY))
    errors = [error for error in race([release] * THREADS) if error]

    assert len(errors) == THREADS - 1
    assert all(isinstance(error, NotInState) for error in errors)


@pytest.fixture
def at_once(monkeypatch):
    """Two have checked their releases before either writes, if nothing keeps them apart."""
    both_checked, move = Barrier(2, timeout=2), publication._move

    def wait_and_move(*arguments, **facts):
        with suppress(BrokenBarrierError):  # the other one waits for our lock
            both_checked.wait()
        return move(*arguments, **facts)

    def run(releases):
        monkeypatch.setattr(publication, "_move", wait_and_move)
        return race(releases)

    return run


@pytest.fixture
def rivals():
    book, charge = PriceBookFactory(), ChargeFactory()
    return [approved(drafted(book, flat(charge, n), on=MAY)) for n in range(2)]


def test_the_second_is_told_by_whom_it_was_overtaken(rivals, at_once):
    (error,) = [error for error in at_once(rivals) if error]

    assert isinstance(error, NotReady)
    assert holds() == []


def test_without_the_lock_the_database_refuses_one_of_them(rivals, at_once, monkeypatch):
    monkeypatch.setattr(publication, "lock_book", lambda release: None)
    monkeypatch.setattr(publication, "wait_for_others", lambda: None)
    (error,) = [error for error in at_once(rivals) if error]

    assert isinstance(error, DatabaseError)
    assert not isinstance(error, OperationalError)
    assert Price.objects.live().count() == 1


@pytest.fixture
def fine_by_themselves():
    """A dearer bundle in one book, a cheaper part in another: each is fine without the other."""
    parts = three()
    bundle = bundled("bundle", 249, *parts)
    special = PriceBookFactory(code="special")
    dearer, cheaper = flat(bundle.charges.get(), 320), flat(parts[2].charges.get(), 80)
    return [
        approved(drafted(special, dearer, on=MAY)),
        approved(drafted(price_list(), cheaper, on=MAY)),
    ]


def test_a_bundle_and_its_part_in_two_books_are_held_against_each_other(
    fine_by_themselves, at_once
):
    (error,) = [error for error in at_once(fine_by_themselves) if error]

    assert isinstance(error, NotReady)
    assert "it must not be dearer" in str(error)


def test_without_waiting_for_others_the_bundle_becomes_dearer(
    fine_by_themselves, at_once, monkeypatch
):
    monkeypatch.setattr(publication, "wait_for_others", lambda: None)

    assert at_once(fine_by_themselves) == [None, None]


def test_an_edit_and_a_publication_never_both_happen():
    """Whoever edits a line takes its release: the edit drops the approval, or comes too late."""
    for number in range(ROUNDS):
        release = approved(drafted(PriceBookFactory(), flat(ChargeFactory(), 1), on=MAY))
        with ThreadPoolExecutor(2) as pool:
            published_, edited = (
                pool.submit(_alone, attempt, release.pk),
                pool.submit(_alone, _edit, release.pk),
            )
            outcomes = (published_.result(), edited.result())
        release.refresh_from_db()
        amount = release.lines.get().flat_amount

        assert (release.state, amount) in (("published", 1), ("draft", 2)), (number, outcomes)
    assert holds() == []


def _edit(release_id: int) -> Exception | None:
    try:
        Price.objects.filter(release=release_id).update(flat_amount=2)
    except DatabaseError as error:
        return error
    return None


def _alone(work, *arguments):
    try:
        return work(*arguments)
    finally:
        connection.close()
