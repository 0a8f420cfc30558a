"""Finance's tools in the admin, as a person uses them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from config.findings import Asked, check
from config.sheets.reading import read_table
from config.sheets.writing import as_csv
from pricing.exporting import HEADER
from pricing.models import Price, PriceBook, PriceRelease, PriceSheet
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    LineFactory,
    SegmentFactory,
    SubscriptionFactory,
    UserFactory,
)
from tests.factories.people import of_role
from tests.factories.prices import PriceBookFactory, drafted, flat, published
from tests.factories.protection import PolicyFactory

pytestmark = pytest.mark.django_db

JAN, MAY = date(2026, 1, 1), date(2030, 5, 1)
DRAFT = {"title": "May", "effective_on": "2030-05-01"}


@pytest.fixture
def book():
    book = PriceBookFactory(segment=None)
    published(book, flat(ChargeFactory(), 29), flat(ChargeFactory(), 99), on=JAN)
    return book


@pytest.fixture
def preparer(client):
    client.force_login(of_role("finance_preparer"))
    return client


def page(book, name: str) -> str:
    return reverse(f"admin:pricing_pricebook_{name}", args=[book.pk])


def exported(client, book) -> list[dict]:
    answer = client.post(page(book, "export_sheet"), {"on": "2030-04-30", "format": "csv"})
    table = read_table(answer.content)
    return [cells for _, cells in table.rows]


def file_of(rows: list[dict]) -> SimpleUploadedFile:
    data = as_csv(HEADER, [[row.get(name) for name in HEADER] for row in rows])
    return SimpleUploadedFile("prices.csv", data)


def test_a_sheet_goes_out_is_changed_looked_at_and_drafted(book, preparer):
    rows = exported(preparer, book)
    rows[0]["flat_amount"] = "39"
    shown = preparer.post(page(book, "import_sheet"), {**DRAFT, "file": file_of(rows)})
    sheet = PriceSheet.objects.get()

    assert "What the draft would change" in shown.content.decode()
    assert "+$10.00" in shown.content.decode()
    assert book.releases.count() == 1
    kept = preparer.post(
        page(book, "import_sheet"), {**DRAFT, "sheet": sheet.pk, "file": "", "_keep": "1"}
    )
    release = book.releases.get(title="May")
    assert kept["Location"] == reverse("admin:pricing_pricerelease_change", args=[release.pk])
    assert [line.flat_amount for line in release.lines.all()] == [39]


def test_what_is_wrong_with_a_sheet_is_shown_and_downloaded(book, preparer):
    rows = exported(preparer, book)
    rows[1]["flat_amount"] = "much"
    shown = preparer.post(page(book, "import_sheet"), {**DRAFT, "file": file_of(rows)})

    assert "one thing is wrong" in shown.content.decode()
    saved = preparer.get(page(book, "import_sheet") + shown.context_data["download"])
    ((_, cells),) = read_table(saved.content).rows
    assert cells == {
        "row": 3,
        "column": "flat_amount",
        "value": "much",
        "reason": "A number is written as 19.99.",
    }


def test_a_file_that_is_no_sheet_is_refused_in_a_sentence(book, preparer):
    wrong = SimpleUploadedFile("prices.csv", b"a;b\n1;2\n")
    shown = preparer.post(page(book, "import_sheet"), {**DRAFT, "file": wrong})

    assert "There is no such column: a" in shown.content.decode()


def test_somebody_elses_sheet_is_absent(book, preparer):
    other = PriceSheet.objects.create(book=book, sender=UserFactory(), content=b"x")
    address = page(book, "import_sheet")

    assert preparer.get(f"{address}?problems={other.pk}").status_code == 404
    shown = preparer.post(address, {**DRAFT, "sheet": other.pk, "_keep": "1"})
    assert "Choose a file." in shown.content.decode()


def test_the_prices_chosen_in_the_list_rise_by_three_percent(book, preparer):
    address = reverse("admin:pricing_price_changelist") + f"?book__id__exact={book.pk}"
    chosen = {"action": "adjust_prices", "select_across": "1", "index": "0"}
    chosen["_selected_action"] = Price.objects.first().pk
    assert "Adjust 2 prices" in preparer.post(address, chosen).content.decode()
    asked = {**chosen, **DRAFT, "percent": "3", "step": "1", "ending": "0.99"}
    shown = preparer.post(address, asked)
    assert "$29.99" in shown.content.decode()
    preparer.post(address, {**asked, "_keep": "1"})

    lines = PriceRelease.objects.get(title="May").lines.order_by("pk")
    assert [line.flat_amount for line in lines] == [Decimal("29.99"), Decimal("101.99")]


def test_prices_of_two_books_are_not_adjusted_together(book, preparer):
    published(PriceBookFactory(), flat(ChargeFactory(), 5), on=JAN)
    chosen = {"action": "adjust_prices", "select_across": "1", "index": "0"}
    chosen["_selected_action"] = Price.objects.first().pk
    answer = preparer.post(reverse("admin:pricing_price_changelist"), chosen, follow=True)

    assert "Choose prices of one book" in answer.content.decode()


def test_a_book_is_cloned_to_a_segment(book, preparer):
    asked = {**DRAFT, "code": "large", "name": "Large", "segment": SegmentFactory().pk}
    shown = preparer.post(page(book, "clone"), {**asked, "percent": "-10"})
    assert "$26.10" in shown.content.decode()
    assert not PriceBook.objects.filter(code="large").exists()
    preparer.post(page(book, "clone"), {**asked, "percent": "-10", "_keep": "1"})

    assert PriceBook.objects.get(code="large").releases.get().lines.count() == 2


@pytest.mark.parametrize("verb", ["adjust", "clone", "import_sheet"])
def test_a_draft_names_the_policy_that_decides_and_no_other(book, preparer, verb):
    policy, segment = PolicyFactory(), SegmentFactory()
    asked = {"adjust": {"percent": "3"}, "import_sheet": {"file": file_of([])}}.get(
        verb, {"code": "smb", "name": "SMB", "segment": segment.pk, "percent": "-10"}
    )
    treatment = {"existing_treatment": "policy"}
    for wrong in ({**treatment, "policy": ""}, {"existing_treatment": "keep", "policy": policy.pk}):
        if "file" in asked:
            asked["file"].seek(0)
        shown = preparer.post(page(book, verb), {**DRAFT, **asked, **wrong})
        assert "Name the policy that decides, where one does." in shown.rendered_content

    right = {**DRAFT, **asked, **treatment, "policy": policy.pk}
    assert "Name the policy" not in preparer.post(page(book, verb), right).rendered_content


def test_a_clone_for_the_same_customers_is_refused(book, preparer):
    shown = preparer.post(page(book, "clone"), {**DRAFT, "code": "again", "name": "Again"})

    assert "There is a price book for these very customers." in shown.content.decode()


def test_an_adjustment_of_the_whole_book_tells_whom_it_concerns(book, preparer):
    account = AccountFactory(currency="USD")
    held = SubscriptionFactory(account=account)
    LineFactory(subscription=held, charge=Price.objects.first().charge, quantity=1, amount=29)
    shown = preparer.post(page(book, "adjust"), {**DRAFT, "percent": "10"})

    assert "One customer holds one line of these prices." in " ".join(
        shown.content.decode().split()
    )
    assert "+$2.90 (" in shown.content.decode()


def test_an_account_of_another_book_is_not_concerned(book, preparer):
    charge = Price.objects.first().charge
    account = AccountFactory(currency="USD")
    held = SubscriptionFactory(account=account)
    LineFactory(subscription=held, charge=charge, quantity=1, amount=29)
    own = PriceBookFactory(segment=None, account_code=account.code)
    published(own, flat(charge, 20), on=JAN)
    shown = preparer.post(page(book, "adjust"), {**DRAFT, "percent": "10"})

    assert "Nobody holds" in shown.content.decode()


def test_the_calendar_tells_what_becomes_effective(book, preparer):
    drafted(book, flat(ChargeFactory(), 5), on=MAY, title="Spring")
    address = reverse("admin:pricing_pricerelease_calendar")
    shown = preparer.get(f"{address}?since=2030-01-01&until=2031-01-01&book={book.pk}")

    assert "“Spring” is still a draft: 1 price of" in shown.content.decode()
    assert "Nothing becomes effective" in preparer.get(address).content.decode()
    wrong = preparer.get(f"{address}?since=2031-01-01&until=2030-01-01").content.decode()
    assert "The last day comes after the first." in wrong


def test_prices_that_just_end_are_found(book):
    charge, day = Price.objects.first().charge, date(2030, 3, 1)
    published(book, flat(charge, None, is_end=True, model=""), on=day)
    asker = UserFactory(is_superuser=True)
    code = "price-without-successor"

    found = check(Asked(asker, day - timedelta(30)), codes=[code])
    assert [each.found.facts["ends_on"] for each in found] == ["2030-03-01"]
    assert check(Asked(asker, day), codes=[code]) == []
    assert check(Asked(asker, day - timedelta(91)), codes=[code]) == []
