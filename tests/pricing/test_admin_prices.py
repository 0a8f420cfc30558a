"""Price books and releases in the admin."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from time_machine import travel

from pricing.models import Price, PriceRelease
from pricing.publication import submit
from tests.factories import ChargeFactory, PlanFactory
from tests.factories.people import of_role
from tests.factories.prices import PriceBookFactory, approved, bands, drafted, flat, published

pytestmark = pytest.mark.django_db

JAN, MAY, JULY = date(2026, 1, 1), date(2026, 5, 1), date(2026, 7, 1)


@pytest.fixture
def enter(client):
    def as_role(role: str):
        client.force_login(of_role(role))
        return client

    return as_role


@pytest.fixture
def book():
    return PriceBookFactory(code="standard", name="Price list", segment=None)


@pytest.fixture
def charge():
    return ChargeFactory(plan=PlanFactory(code="crm-pro", name="CRM Pro"))


def page(release, verb: str = "change") -> str:
    return reverse(f"admin:pricing_pricerelease_{verb}", args=[release.pk])


def form(release=None, *lines, **facts) -> dict:
    """A release as its page sends it; each line is the fields of a new price."""
    given = {
        "title": "May",
        "effective_on": "2026-05-01",
        "existing_treatment": "keep",
        "lines-TOTAL_FORMS": len(lines),
        "lines-INITIAL_FORMS": 0,
        **({"opened": release.version} if release else {}),
    }
    for number, line in enumerate(lines):
        given |= {f"lines-{number}-{name}": value for name, value in line.items()}
    return {**given, **facts}


def line(charge, **facts) -> dict:
    given = {"charge": charge.pk, "currency": "USD", "interval": "month", "model": "flat"}
    return {**given, "flat_amount": "29", **facts}


@travel("2026-02-01")
def test_a_price_is_drafted_reviewed_and_published(enter, book, charge):
    preparer = enter("finance_preparer")
    answer = preparer.post(
        reverse("admin:pricing_pricerelease_add"),
        form(None, line(charge), book=book.pk, motions=["tier_upsell"]),
    )
    assert answer.status_code == 302, answer.context_data["errors"]
    release = PriceRelease.objects.get()
    assert (release.author.groups.get().name, release.motions) == (
        "finance_preparer",
        ["tier_upsell"],
    )
    assert preparer.post(page(release, "submit")).status_code == 302

    approver = enter("finance_approver")
    release.refresh_from_db()
    approver.post(page(release, "approve"), {"content_hash": release.content_hash})
    assert approver.post(page(release, "publish")).status_code == 302
    assert Price.objects.live().get().starts_on == MAY
    shown = approver.get(reverse("admin:pricing_pricebook_change", args=[book.pk]), {"on": MAY})
    assert "$29.00 a month" in shown.content.decode()


def test_a_wrong_line_is_told_beside_its_field(enter, book, charge):
    answer = enter("finance_preparer").post(
        reverse("admin:pricing_pricerelease_add"),
        form(None, line(charge, unit_amount="5"), book=book.pk),
    )

    assert "Flat prices have none." in answer.content.decode()
    assert not PriceRelease.objects.exists()


def test_a_refusal_says_what_must_be_cured(enter, book, charge):
    release = drafted(book, (flat(charge, None, model="volume"), bands((0, 10, 5))))
    answer = enter("finance_preparer").post(page(release, "submit"))

    assert "must be without end" in answer.content.decode()


def test_an_edit_in_review_says_that_it_is_a_draft_again(enter, book, charge):
    release = drafted(book, flat(charge, 29), on=MAY)
    submit(release=release, by=release.author)
    answer = enter("finance_preparer").post(page(release), form(release, title="June"), follow=True)

    assert "it is a draft again" in answer.content.decode()
    release.refresh_from_db()
    assert release.state == "draft"


def test_who_opened_another_content_approves_nothing(enter, book, charge):
    release = drafted(book, flat(charge, 29), on=MAY)
    submit(release=release, by=release.author)
    answer = enter("finance_approver").post(page(release, "approve"), {"content_hash": "old"})

    assert "It was changed after you opened it" in answer.content.decode()


def test_buttons_are_those_of_the_state(enter, book, charge):
    release = approved(drafted(book, flat(charge, 29), on=MAY))
    html = enter("finance_approver").get(page(release)).content.decode()

    shown = {
        verb for verb in ("submit", "approve", "reject", "publish", "cancel") if verb + "/" in html
    }
    assert shown == {"reject", "publish", "cancel"}


def test_the_page_of_what_is_published_has_nothing_to_edit(enter, book, charge):
    release = published(book, flat(charge, 29), on=MAY)
    html = enter("finance_preparer").get(page(release)).content.decode()

    assert 'name="title"' not in html
    assert 'name="lines-0-flat_amount"' not in html


def test_a_release_shows_old_and_new(enter, book, charge):
    published(book, flat(charge, 29), on=JAN)
    volume = (flat(ChargeFactory(), None, model="volume"), bands((0, 50, 8), (50, None, 6)))
    release = drafted(book, flat(charge, 99), volume, on=MAY)
    html = enter("finance_preparer").get(page(release)).content.decode()

    for text in ("$29.00 a month", "$99.00 a month", "+$70.00", "+241.4", "51 cost 306.00"):
        assert text in html


def test_a_book_tells_what_comes_and_what_ends(enter, book, charge):
    other = ChargeFactory()
    published(book, flat(charge, 29), flat(other, 5), on=JAN)
    published(book, flat(charge, 39), flat(other, None, is_end=True, model=""), on=MAY)
    book_page = reverse("admin:pricing_pricebook_change", args=[book.pk])
    html = enter("viewer").get(book_page, {"on": "2026-03-01"}).content.decode()

    assert "Becomes effective" in html
    assert "Ending within 90 days without a successor" in html
    assert "2 prices on this day" in html
    later = enter("viewer").get(book_page, {"on": "2026-07-01"}).content.decode()
    assert "1 price on this day" in later
    assert "Becomes effective" not in later


@travel("2026-02-01")
def test_the_home_page_says_what_waits(enter, book, charge):
    release = drafted(book, flat(charge, 29), on=MAY)
    submit(release=release, by=release.author)
    home = enter("finance_approver").get(reverse("admin:index")).content.decode()

    assert "releases of prices to review" in home
    assert "releases of prices to review" not in enter("viewer").get("/admin/").content.decode()


def test_a_draft_price_has_its_bands_on_its_page(enter, book, charge):
    release = drafted(book, flat(charge, None, model="volume"))
    price = release.lines.get()
    answer = enter("finance_preparer").post(
        reverse("admin:pricing_price_change", args=[price.pk]),
        {
            "model": "volume",
            "opened": price.version,
            "tiers-TOTAL_FORMS": 1,
            "tiers-INITIAL_FORMS": 0,
            "tiers-0-from_quantity": "0",
            "tiers-0-unit_amount": "5",
            "tiers-0-flat_amount": "0",
        },
    )

    assert answer.status_code == 302
    assert [str(tier) for tier in price.tiers.all()] == ["above 0"]


def test_a_published_price_has_nothing_to_edit(enter, book, charge):
    price = published(book, flat(charge, 29)).lines.get()
    html = enter("finance_preparer").get(reverse("admin:pricing_price_change", args=[price.pk]))

    assert 'name="flat_amount"' not in html.content.decode()


@pytest.mark.parametrize("where", ["book", "release"])
def test_pages_ask_the_database_as_often_for_many_prices(enter, book, where):
    counted = []
    client = enter("finance_approver")
    for rows in (2, 40):
        release = published(
            PriceBookFactory(), *(flat(ChargeFactory(), n) for n in range(rows)), on=JAN
        )
        address = (
            page(release)
            if where == "release"
            else reverse("admin:pricing_pricebook_change", args=[release.book_id])
        )
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
