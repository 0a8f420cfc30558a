"""How a release of prices goes from draft to published, and what that does to prices."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from config.invariants import invariants
from config.outbox.models import Event
from pricing.models import Price, PriceRelease, ReleaseState
from pricing.publication import (
    AlreadyInForce,
    ContentChanged,
    InThePast,
    NotInState,
    NotReady,
    OwnWork,
    ReasonMissing,
    approve,
    cancel,
    publish,
    reject,
    submit,
)
from tests.factories import ChargeFactory, UserFactory
from tests.factories.prices import (
    PriceBookFactory,
    approved,
    bands,
    drafted,
    flat,
    published,
)

pytestmark = pytest.mark.django_db

JAN, MAR, MAY, JULY, SEP = (date(2026, month, 1) for month in (1, 3, 5, 7, 9))


@pytest.fixture
def book():
    return PriceBookFactory()


@pytest.fixture
def charge():
    return ChargeFactory()


def spans(charge) -> list[tuple]:
    """The stretches of a charge's prices, cancelled ones left out."""
    rows = Price.objects.live().filter(charge=charge).order_by("starts_on")
    return [(int(row.flat_amount or 0), row.starts_on, row.ends_on) for row in rows]


def holds() -> list[str]:
    return [v for entry in invariants.values() for v in entry.violations()]


def test_a_published_price_ends_the_one_before(book, charge):
    published(book, flat(charge, 29), on=JAN)
    published(book, flat(charge, 39), on=MAY)

    assert spans(charge) == [(29, JAN, MAY), (39, MAY, None)]
    assert holds() == []


def test_a_price_that_comes_between_lasts_until_the_next(book, charge):
    published(book, flat(charge, 29), on=JAN)
    published(book, flat(charge, 49), on=SEP)
    published(book, flat(charge, 39), on=MAY)

    assert spans(charge) == [(29, JAN, MAY), (39, MAY, SEP), (49, SEP, None)]


def test_other_charges_currencies_intervals_and_books_stay(book, charge):
    published(
        book,
        flat(charge, 1),
        flat(charge, 2, currency="EUR"),
        flat(charge, 3, interval="year"),
        flat(ChargeFactory(), 4),
        on=JAN,
    )
    published(PriceBookFactory(), flat(charge, 5), on=JAN)
    published(book, flat(charge, 6), on=MAY)

    ended = Price.objects.live().exclude(ends_on=None)
    assert [(row.flat_amount, row.ends_on) for row in ended] == [(1, MAY)]


def test_the_end_of_a_price_is_a_line_too(book, charge):
    published(book, flat(charge, 29), on=JAN)
    published(book, flat(charge, None, is_end=True, model=""), on=MAY)

    assert spans(charge) == [(29, JAN, MAY), (0, MAY, None)]
    assert not Price.objects.known(on=JULY).priced().exists()
    assert list(Price.objects.ending(after=JAN, before=JULY)) == [Price.objects.get(starts_on=JAN)]


def test_a_cancelled_release_gives_its_span_back(book, charge):
    published(book, flat(charge, 29), on=JAN)
    published(book, flat(charge, 49), on=SEP)
    middle = published(book, flat(charge, 39), on=MAY)
    cancel(release=middle, by=UserFactory(), on=MAR, reason="A mistake")

    assert spans(charge) == [(29, JAN, SEP), (49, SEP, None)]
    assert middle.lines.get().cancelled
    assert middle.note == "A mistake"


def test_a_cancelled_span_goes_to_whoever_ends_there_now(book, charge):
    published(book, flat(charge, 29), on=JAN)
    last = published(book, flat(charge, 49), on=SEP)
    published(book, flat(charge, 39), on=MAY)
    cancel(release=last, by=UserFactory(), on=MAR, reason="A mistake")

    assert spans(charge) == [(29, JAN, MAY), (39, MAY, None)]
    assert holds() == []


def test_a_cancelled_end_lets_the_price_go_on_until_the_next(book, charge):
    published(book, flat(charge, 29), on=JAN)
    published(book, flat(charge, 49), on=SEP)
    end = published(book, flat(charge, None, is_end=True, model=""), on=MAY)
    cancel(release=end, by=UserFactory(), on=MAR, reason="We keep it")

    assert spans(charge) == [(29, JAN, SEP), (49, SEP, None)]


def test_what_is_in_force_cannot_be_cancelled(book, charge):
    release = published(book, flat(charge, 29), on=MAY)

    with pytest.raises(AlreadyInForce, match="in force since 2026-05-01"):
        cancel(release=release, by=UserFactory(), on=MAY, reason="Too late")


def test_one_day_has_one_release_of_a_price(book, charge):
    published(book, flat(charge, 29), on=MAY)
    other = drafted(book, flat(charge, 39), on=MAY)

    with pytest.raises(NotReady, match="another release changes it on 2026-05-01"):
        submit(release=other, by=other.author)


def test_the_past_is_changed_only_by_those_who_may_correct(book, charge):
    published(book, flat(charge, 29), on=JAN)
    release = approved(drafted(book, flat(charge, 19), on=MAR))

    with pytest.raises(InThePast):
        publish(release=release, by=UserFactory(), on=MAY)
    publish(release=release, by=UserFactory(), on=MAY, may_correct=True)
    assert spans(charge) == [(29, JAN, MAR), (19, MAR, None)]


def test_nobody_approves_their_own_work(book, charge):
    release = drafted(book, flat(charge, 29))
    colleague = UserFactory()
    submit(release=release, by=colleague)

    for person in (release.author, colleague):
        with pytest.raises(OwnWork):
            approve(release=release, by=person, content_hash=release.content_hash)


def test_approval_is_for_what_was_seen(book, charge):
    release = drafted(book, flat(charge, 29))
    submit(release=release, by=release.author)

    with pytest.raises(ContentChanged):
        approve(release=release, by=UserFactory(), content_hash="another")


@pytest.mark.parametrize(
    "edit",
    [
        lambda release: release.lines.update(flat_amount=1),
        lambda release: release.lines.all().delete(),
        lambda release: PriceRelease.objects.filter(pk=release.pk).update(title="Other"),
        lambda release: PriceRelease.objects.filter(pk=release.pk).update(effective_on=SEP),
        lambda release: flat(ChargeFactory(), 5, release=release).save(),
        lambda release: release.lines.get().tiers.create(from_quantity=0),
    ],
)
@pytest.mark.parametrize("reviewed", [False, True])
def test_any_edit_after_submission_drops_the_approval(book, charge, edit, reviewed):
    release = drafted(book, flat(charge, 29), on=MAY)
    submit(release=release, by=release.author)
    if reviewed:
        approve(release=release, by=UserFactory(), content_hash=release.content_hash)
    edit(release)

    release.refresh_from_db()
    assert (release.state, release.approver, release.submitter, release.content_hash) == (
        "draft",
        None,
        None,
        "",
    )


def test_a_release_is_sent_back_with_the_reason(book, charge):
    release = drafted(book, flat(charge, 29))
    submit(release=release, by=release.author)
    with pytest.raises(ReasonMissing):
        reject(release=release, by=UserFactory(), reason=" ")
    reject(release=release, by=UserFactory(), reason="Too cheap")

    assert (release.state, release.note) == ("draft", "Too cheap")
    submit(release=release, by=release.author)
    assert (release.state, release.note) == ("in_review", "")


@pytest.mark.parametrize("state", ReleaseState)
def test_each_state_has_its_ways_out(book, charge, state):
    release = drafted(book, flat(charge, 29), on=MAY)
    ways = {
        "submit": {"draft"},
        "approve": {"in_review"},
        "reject": {"in_review", "approved"},
        "publish": {"approved"},
        "cancel": {"draft", "in_review", "approved", "published"},
    }
    _bring(release, state)
    calls = {
        "submit": lambda: submit(release=release, by=release.author),
        "approve": lambda: approve(
            release=release, by=UserFactory(), content_hash=release.content_hash
        ),
        "reject": lambda: reject(release=release, by=UserFactory(), reason="x"),
        "publish": lambda: publish(release=release, by=UserFactory(), on=JAN),
        "cancel": lambda: cancel(release=release, by=UserFactory(), on=JAN, reason="x"),
    }
    for verb, call in calls.items():
        point = transaction.savepoint()
        if state in ways[verb]:
            call()
        else:
            with pytest.raises(NotInState):
                call()
        transaction.savepoint_rollback(point)
        release.refresh_from_db()


def _bring(release, state) -> None:
    if state in ("in_review", "approved", "published"):
        submit(release=release, by=release.author)
    if state in ("approved", "published"):
        approve(release=release, by=UserFactory(), content_hash=release.content_hash)
    if state == "published":
        publish(release=release, by=UserFactory(), on=JAN)
    if state == "cancelled":
        cancel(release=release, by=release.author, on=JAN, reason="x")


def test_what_must_be_cured_is_told_at_once(book, charge):
    release = drafted(book, existing_treatment=None)

    with pytest.raises(NotReady, match=r"no lines.*existing customers"):
        submit(release=release, by=release.author)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([(0, 10, 5), (11, None, 4)], "No band holds"),
        ([(0, 10, 5)], "must be without end"),
        ([], "no bands"),
    ],
)
def test_bands_with_gaps_or_an_end_are_refused(book, charge, rows, sentence):
    release = drafted(book, (flat(charge, None, model="graduated"), bands(*rows)))

    with pytest.raises(NotReady, match=sentence):
        submit(release=release, by=release.author)


def test_bands_that_overlap_are_refused_at_once(book, charge):
    with pytest.raises(IntegrityError, match="pricetier_bands_do_not_overlap"):
        drafted(book, (flat(charge, None, model="volume"), bands((0, 11, 5), (10, None, 4))))


@pytest.mark.parametrize("facts", [{"cadence": "one_time"}, {}])
def test_cadence_and_interval_go_together(book, facts):
    interval = "month" if facts else "one_time"
    release = drafted(book, flat(ChargeFactory(**facts), 5, interval=interval))

    with pytest.raises(NotReady, match="is charged"):
        submit(release=release, by=release.author)


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"flat_amount": None}, "price_flat_amount_fits_its_model"),
        ({"unit_amount": 1}, "price_unit_amount_fits_its_model"),
        ({"model": "per_unit"}, "price_unit_amount_fits_its_model"),
        ({"included_units": 1}, "price_included_units_fits_its_model"),
        ({"model": "package", "unit_amount": 1}, "price_package_size_fits_its_model"),
        (
            {"model": "package", "unit_amount": 1, "package_size": 0},
            "price_package_is_not_empty",
        ),
        ({"model": "credit"}, "price_credits_fits_its_model"),
        ({"model": "volume"}, "price_flat_amount_fits_its_model"),
        ({"flat_amount": -1}, "price_money_is_not_negative"),
        ({"is_end": True}, "price_has_a_model_or_ends_one"),
        ({"model": "", "flat_amount": None}, "price_has_a_model_or_ends_one"),
        ({"cancelled": True}, "price_draft_is_not_cancelled"),
    ],
)
def test_the_database_refuses_fields_that_do_not_fit(book, charge, facts, constraint):
    release = drafted(book)
    row = flat(charge, 5, release=release, book=book, starts_on=release.effective_on)
    for name, value in facts.items():
        setattr(row, name, value)

    with pytest.raises(IntegrityError, match=constraint):
        Price.objects.bulk_create([row])


def test_an_amount_is_a_number(book, charge):
    drafted(book, flat(charge, 5))

    with (
        pytest.raises(IntegrityError, match="price_money_is_not_negative"),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE pricing_price SET flat_amount = 'NaN'")


def test_a_wrong_line_is_told_beside_its_field(book, charge):
    with pytest.raises(ValidationError) as found:
        flat(charge, None, release=drafted(book), unit_amount=1).full_clean()

    assert {"flat_amount", "unit_amount"} <= set(found.value.message_dict)


def test_publishing_tells_other_systems_once(book, charge):
    release = published(book, flat(charge, 29), flat(ChargeFactory(), 5), on=MAY)

    told = Event.objects.get(kind="price_release.published")
    assert (told.subject, told.payload) == (
        f"/price-releases/{release.pk}/",
        {"book": book.code, "effective_on": "2026-05-01", "lines": 2},
    )


def test_decisions_ask_the_database_as_often_for_many_lines(book):
    few = approved(drafted(book, *(flat(ChargeFactory(), n) for n in range(2)), on=MAY))
    many = approved(drafted(book, *(flat(ChargeFactory(), n) for n in range(30)), on=MAY))
    counted = []
    for release in (few, many):
        with CaptureQueriesContext(connection) as queries:
            publish(release=release, by=release.approver, on=MAY)
        counted.append(len(queries))
    assert counted[0] == counted[1]
