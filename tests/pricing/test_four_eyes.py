"""Prices without somebody else's approval of the same content: none, whoever writes, however."""

from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction

from config.invariants import invariants
from config.postgresql.owner import as_owner
from pricing.models import Price, PriceRelease, PriceTier
from tests.factories import ChargeFactory, UserFactory
from tests.factories.prices import PriceBookFactory, approved, bands, drafted, flat, published

pytestmark = pytest.mark.django_db

WITHOUT_APPROVAL = invariants["prices_were_approved_by_somebody_else"]


def ask(statement: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def refused(work, sentence: str | None = None) -> None:
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        work()
    assert not list(WITHOUT_APPROVAL.violations())
    assert not Price.objects.filter(published_at__isnull=False, release__state="draft").exists()


@pytest.fixture
def release():
    return drafted(PriceBookFactory(), flat(ChargeFactory(), 29))


@pytest.fixture
def ready(release):
    return approved(release)


@pytest.fixture
def live():
    return published(PriceBookFactory(), flat(ChargeFactory(), 29))


@pytest.mark.parametrize("state", ["approved", "published", "in_review"])
def test_a_draft_does_not_jump(release, state):
    rows = PriceRelease.objects.filter(pk=release.pk)

    refused(lambda: rows.update(state=state))
    refused(lambda: rows.update(state=state, approver=UserFactory(), content_hash="x"))
    refused(
        lambda: ask(
            "UPDATE pricing_pricerelease SET state=%s, approver_id=%s, submitter_id=author_id",
            state if state != "in_review" else "approved",
            UserFactory().pk,
        )
    )


def test_a_release_is_not_born_approved(release):
    other = PriceRelease(
        book=release.book, title="x", effective_on="2026-01-01", author=release.author
    )
    other.state, other.approver, other.submitter = "approved", UserFactory(), release.author
    other.content_hash, other.existing_treatment = "x", "keep"

    refused(lambda: PriceRelease.objects.bulk_create([other]), "begins as a draft")


@pytest.mark.parametrize("who", ["author", "submitter"])
def test_nobody_approves_their_own_in_sql_either(release, who):
    submitter = UserFactory()
    ask("UPDATE pricing_pricerelease SET state='in_review', submitter_id=%s", submitter.pk)
    own = {"author": release.author_id, "submitter": submitter.pk}[who]

    refused(
        lambda: ask("UPDATE pricing_pricerelease SET state='approved', approver_id=%s", own),
        "approved_by_somebody_else",
    )


def test_prices_are_not_published_by_themselves(release, ready):
    for row in (release, ready):
        refused(lambda row=row: row.lines.update(published_at="2026-01-01T00:00Z"))
    refused(lambda: ask("UPDATE pricing_price SET published_at = now()"), "with their release")


def test_a_price_is_not_born_published(ready):
    new = flat(ChargeFactory(), 1, release=ready, book=ready.book, starts_on=ready.effective_on)
    new.published_at = "2026-01-01T00:00Z"

    refused(lambda: Price.objects.bulk_create([new]), "begins as a line")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pricing_price SET flat_amount = 1",
        "UPDATE pricing_price SET flat_amount = 1, published_at = now()",
        "UPDATE pricing_price SET starts_on = starts_on - 1",
        "UPDATE pricing_price SET published_at = NULL",
        "UPDATE pricing_price SET cancelled = true",
        "UPDATE pricing_price SET id = id + 1000",
        "DELETE FROM pricing_price",
        "UPDATE pricing_pricerelease SET title = 'x'",
        "UPDATE pricing_pricerelease SET effective_on = effective_on + 1",
        "UPDATE pricing_pricerelease SET motions = '{tier_upsell}'",
        "UPDATE pricing_pricerelease SET content_hash = 'x'",
        "UPDATE pricing_pricerelease SET approver_id = NULL, state = 'draft'",
        "UPDATE pricing_pricerelease SET author_id = approver_id",
        "DELETE FROM pricing_pricerelease",
        "INSERT INTO pricing_pricetier (price_id, from_quantity) SELECT id, 0 FROM pricing_price",
    ],
)
def test_what_is_published_is_never_edited(live, statement):
    refused(lambda: ask(statement))


def test_bands_of_what_is_published_are_never_edited():
    line = (flat(ChargeFactory(), None, model="volume"), bands((0, None, 5)))
    published(PriceBookFactory(), line)

    refused(lambda: PriceTier.objects.update(unit_amount=1), "never edited")
    refused(lambda: PriceTier.objects.all().delete(), "never edited")


def test_a_line_is_not_added_to_what_is_published(live):
    new = flat(ChargeFactory(), 1, release=live, book=live.book, starts_on=live.effective_on)

    refused(lambda: Price.objects.bulk_create([new]), "never edited")


def test_a_line_does_not_move_to_another_release(live, release):
    refused(lambda: release.lines.update(release=live), "price_is_of_the_releases_book")
    other = drafted(live.book, flat(ChargeFactory(), 1))
    refused(lambda: other.lines.update(release=live), "never edited")


def test_an_edit_in_the_same_statement_as_the_publication_is_refused(ready):
    refused(
        lambda: ask("UPDATE pricing_pricerelease SET state='published', title='x'"), "was edited"
    )


@contextmanager
def unguarded(*triggers: tuple[str, str]):
    """Inside, these triggers are off."""
    for turn in ("DISABLE", "ENABLE"):
        with as_owner(connection):
            for table, trigger in triggers:
                ask(f"ALTER TABLE pricing_{table} {turn} TRIGGER {trigger}")
        if turn == "DISABLE":
            yield


DROPS, MOVES = ("price", "lines_changed"), ("pricerelease", "pricerelease_moves")


@pytest.mark.django_db(transaction=True)
def test_an_approval_of_other_content_publishes_nothing(ready):
    """Even while what drops approvals is switched off, the hash is compared."""
    with unguarded(DROPS):
        ready.lines.update(flat_amount=1)

    refused(lambda: ask("UPDATE pricing_pricerelease SET state='published'"), "not what was")


@pytest.mark.django_db(transaction=True)
def test_without_the_triggers_the_check_finds_it(ready):
    with unguarded(DROPS, MOVES):
        ask("UPDATE pricing_pricerelease SET state='published'")
        ask("UPDATE pricing_price SET published_at = now(), flat_amount = 1")

    assert list(WITHOUT_APPROVAL.violations()) == [f"price release {ready.pk}"]


def test_the_ends_of_published_prices_may_change(live):
    live.lines.update(ends_on="2040-01-01")

    assert list(invariants["prices_follow_one_another"].violations())
