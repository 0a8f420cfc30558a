"""Finance's tools over REST."""

from base64 import b64decode, b64encode
from datetime import date

import pytest

from config.sheets.reading import read_table
from config.sheets.writing import as_csv
from pricing.exporting import HEADER
from tests.factories import AccountFactory, ChargeFactory, PlanVersionFactory
from tests.factories.people import program
from tests.factories.prices import PriceBookFactory, drafted, flat, published
from tests.factories.protection import PolicyFactory

pytestmark = pytest.mark.django_db

JAN = date(2026, 1, 1)
DRAFT = {"title": "May", "effective_on": "2030-05-01"}


@pytest.fixture
def book():
    book = PriceBookFactory(code="list", segment=None)
    published(book, flat(ChargeFactory(), 29), flat(ChargeFactory(), 99), on=JAN)
    return book


@pytest.fixture
def client():
    return program("finance_preparer")


def send(client, verb: str, **body):
    return client.post(f"/api/v1/price-books/list/{verb}/", {**DRAFT, **body}, "application/json")


def sheet(client, **facts) -> str:
    answer = client.get("/api/v1/price-books/list/export/?on=2030-04-30")
    ((_, first), (_, second)) = read_table(b64decode(answer.json()["file"])).rows
    rows = [{**first, **facts}, second]
    return b64encode(as_csv(HEADER, [[row[name] for name in HEADER] for row in rows])).decode()


def test_a_sheet_goes_out_and_comes_back_as_a_draft(book, client):
    file = sheet(client, flat_amount="39")
    shown = send(client, "import", file=file, preview=True)

    assert shown.status_code == 200, shown.json()
    assert shown.json()["release"] is None
    assert shown.json()["lines"][0]["difference"] == {"amount": "10.00", "currency": "USD"}
    made = send(client, "import", file=file)
    assert made.status_code == 201
    assert book.releases.get(pk=made.json()["release"]).lines.get().flat_amount == 39


def test_a_fault_names_row_and_column(book, client):
    answer = send(client, "import", file=sheet(client, flat_amount="-1"))

    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {
            "path": "rows.2.flat_amount",
            "code": "cell",
            "message": "“-1”: Amounts and quantities are not negative.",
        }
    ]


@pytest.mark.parametrize("file", ["?", b64encode(b"PK\x03\x04").decode(), b64encode(b"a").decode()])
def test_what_is_no_sheet_is_refused(book, client, file):
    answer = send(client, "import", file=file)

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "file")


def test_prices_of_plans_are_adjusted(book, client):
    plan = book.prices.first().charge.plan
    made = send(client, "adjust", percent="3", step="1", ending="0.99", plans=[plan.code])

    assert made.json()["counts"]["changed"] == 1, made.json()
    line = book.releases.get(title="May").lines.get()
    assert (line.charge.plan, str(line.flat_amount)) == (plan, "29.990000")


def test_a_draft_names_the_policy_that_decides_and_no_other(book, client):
    policy = PolicyFactory()
    asked = {"percent": "3", "existing_treatment": "policy"}

    for wrong in (asked, {"percent": "3", "policy": policy.code}):
        answer = send(client, "adjust", **wrong)
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "policy")
    made = send(client, "adjust", **asked, policy=policy.code)

    assert made.status_code == 201, made.json()
    assert book.releases.get(pk=made.json()["release"]).policy == policy


def test_a_draft_of_another_book_is_not_extended(book, client):
    other = drafted(PriceBookFactory(), flat(ChargeFactory(), 1))
    answer = send(client, "adjust", percent="3", release=other.pk)

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "release")


def test_a_book_is_cloned(book, client):
    account = AccountFactory().code
    made = send(client, "clone", code="contract", name="Contract", account_code=account)

    assert made.status_code == 201, made.json()
    assert (made.json()["book"], made.json()["counts"]["new"]) == ("contract", 2)


def test_the_calendar_tells_what_becomes_effective(book, client):
    charge = book.prices.first().charge
    published(book, flat(charge, None, is_end=True, model=""), on=date(2030, 3, 1))
    drafted(book, flat(charge, 5), on=date(2030, 4, 1), title="Spring")
    PlanVersionFactory(starts_on=date(2030, 2, 1))
    answer = client.get("/api/v1/price-calendar/?since=2030-01-01&until=2030-12-01")

    assert [(row["on"], row["kind"]) for row in answer.json()["results"]] == [
        ("2030-02-01", "plan_version"),
        ("2030-03-01", "price_ends"),
        ("2030-03-01", "release"),
        ("2030-04-01", "release"),
    ]
    of_book = client.get("/api/v1/price-calendar/?since=2030-01-01&until=2030-12-01&book=list")
    assert len(of_book.json()["results"]) == 3
