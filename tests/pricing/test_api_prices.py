"""Price books, releases and prices over REST."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import travel

from accounts.profiles import classify
from pricing.models import PriceRelease
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    PlanFactory,
    SegmentFactory,
    UserFactory,
    owned_by,
    program,
)
from tests.factories.people import Program, of_role, program_of
from tests.factories.prices import PriceBookFactory, approved, bands, drafted, flat, published

pytestmark = pytest.mark.django_db

JSON = "application/json"
JAN, MAY = date(2026, 1, 1), date(2026, 5, 1)
BOOK = "/api/v1/price-books/"
RELEASES = "/api/v1/price-releases/"


def usd(amount: str) -> dict:
    return {"amount": amount, "currency": "USD"}


@pytest.fixture
def preparer():
    return program("finance_preparer")


@pytest.fixture
def approver():
    """A person, signed in: no key approves."""
    client = Program(raise_request_exception=False)
    client.force_login(of_role("finance_approver"))
    return client


@pytest.fixture
def charge():
    return ChargeFactory(plan=PlanFactory(code="crm-pro"))


@pytest.fixture
def book():
    return PriceBookFactory(code="standard", segment=None)


def post(client, path, body=None, **headers):
    """A careful write: it names the version that it has seen."""
    seen = client.get(path.rsplit("/", 2)[0] + "/").headers.get("ETag")
    headers = {"If-Match": seen, **headers} if seen else headers
    return client.post(path, body or {}, content_type=JSON, headers=headers)


def body(**facts) -> dict:
    line = {"plan": "crm-pro", "currency": "USD", "model": "flat", "flat_amount": usd("29.00")}
    return {
        "book": "standard",
        "title": "May",
        "effective_on": "2026-05-01",
        "existing_treatment": "keep",
        "motions": ["tier_upsell"],
        "lines": [line],
        **facts,
    }


@travel("2026-02-01")
def test_a_price_from_draft_to_answer(preparer, approver, charge):
    assert (
        preparer.post(
            BOOK,
            {"code": "standard", "name": "Standard", "segment": None, "region": None},
            content_type=JSON,
        ).status_code
        == 201
    )
    made = preparer.post(RELEASES, body(), content_type=JSON)
    assert (made.status_code, made.json()["state"]) == (201, "draft"), made.content
    path = f"{RELEASES}{made.json()['id']}/"

    assert post(preparer, f"{path}submit/").json()["state"] == "in_review"
    assert post(approver, f"{path}approve/").json()["state"] == "approved"
    assert post(approver, f"{path}publish/").json()["state"] == "published"
    (price,) = preparer.get("/api/v1/prices/?book=standard&on=2026-05-01").json()["results"]
    assert (price["flat_amount"], price["starts_on"]) == (usd("29.00"), "2026-05-01")
    answer = preparer.get(
        "/api/v1/prices/resolve/?plan=crm-pro&currency=USD&on=2026-05-01&quantity=3"
    )
    assert answer.status_code == 200, answer.content
    assert answer.json()["amount"] == usd("29.00")
    assert answer.json()["price"] == price
    assert answer.json()["trace"][-1]["step"] == "standard"


def test_keys_never_approve_reject_publish_or_cancel(book, charge):
    release = approved(drafted(book, flat(charge, 29), on=MAY))
    key = program_of(of_role("finance_approver"))

    for verb in ("approve", "reject", "publish", "cancel"):
        answer = post(key, f"{RELEASES}{release.pk}/{verb}/", {"reason": "x"})
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), verb
        assert answer.json()["detail"] == "API keys may not do this."


def test_a_superuser_does_not_approve_their_own(book, charge):
    boss = UserFactory(is_superuser=True)
    release = drafted(book, flat(charge, 29), on=MAY, author=boss)
    client = Program(raise_request_exception=False)
    client.force_login(boss)
    post(client, f"{RELEASES}{release.pk}/submit/")

    answer = post(client, f"{RELEASES}{release.pk}/approve/")
    assert (answer.status_code, answer.json()["code"]) == (409, "own_work")


def test_decisions_need_the_version_that_was_seen(book, charge, preparer, approver):
    release = drafted(book, flat(charge, 29), on=MAY)
    path = f"{RELEASES}{release.pk}/"
    post(preparer, f"{path}submit/")

    assert approver.post(f"{path}approve/", {}, content_type=JSON).status_code == 428
    seen = approver.get(path).headers["ETag"]
    release.lines.update(flat_amount=1)
    stale = approver.post(f"{path}approve/", {}, content_type=JSON, headers={"If-Match": seen})
    assert stale.status_code == 412


def test_an_edit_makes_it_a_draft_again(book, charge, preparer):
    release = approved(drafted(book, flat(charge, 29), on=MAY))
    answer = preparer.patch(f"{RELEASES}{release.pk}/", {"title": "June"}, content_type=JSON)

    assert (answer.json()["state"], answer.json()["approver"]) == ("draft", None)


def test_lines_take_the_place_of_all_lines(book, charge, preparer):
    release = drafted(book, flat(charge, 29), flat(ChargeFactory(), 5), on=MAY)
    line = {
        "plan": "crm-pro",
        "currency": "USD",
        "interval": "year",
        "model": "graduated",
        "tiers": [
            {"from_quantity": "0", "to_quantity": "10", "unit_amount": usd("10.00")},
            {"from_quantity": "10", "to_quantity": None, "unit_amount": usd("8.00")},
        ],
    }
    answer = preparer.patch(f"{RELEASES}{release.pk}/", {"lines": [line]}, content_type=JSON)

    assert answer.status_code == 200, answer.content
    (price,) = preparer.get(f"/api/v1/prices/?release={release.pk}").json()["results"]
    assert (price["interval"], len(price["tiers"]), price["published_at"]) == ("year", 2, None)
    assert price["tiers"][1]["unit_amount"] == usd("8.00")


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ({"flat_amount": {"amount": "29.00", "currency": "EUR"}}, "currency"),
        ({"flat_amount": None}, "flat_amount"),
        ({"unit_amount": usd("1.00")}, "unit_amount"),
        ({"model": ""}, "model"),
        ({"is_end": True}, "flat_amount"),
        ({"flat_amount": usd("-1.00")}, "flat_amount"),
        ({"charge": "seats"}, "charge"),
        ({"plan": "nothing"}, "plan"),
        ({"included_units": 5}, "included_units"),
        ({"sold": True}, "sold"),
    ],
)
def test_a_wrong_line_is_named(book, charge, preparer, line, path):
    wrong = {**body()["lines"][0], **line}
    answer = preparer.post(RELEASES, body(lines=[wrong]), content_type=JSON)

    assert answer.status_code == 400, answer.content
    assert f"lines.0.{path}" in [error["path"] for error in answer.json()["errors"]]
    assert not PriceRelease.objects.exists()


def test_a_line_twice_is_refused(book, charge, preparer):
    lines = body()["lines"] * 2
    answer = preparer.post(RELEASES, body(lines=lines), content_type=JSON)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "twice")


def test_what_is_published_is_kept(book, charge, preparer):
    release = published(book, flat(charge, 29), on=MAY)
    path = f"{RELEASES}{release.pk}/"

    for answer in (
        preparer.patch(path, {"title": "x"}, content_type=JSON),
        preparer.patch(path, {"lines": []}, content_type=JSON),
        preparer.delete(path),
    ):
        assert answer.status_code == 409, answer.content
    assert release.lines.count() == 1


def test_a_draft_is_deleted_with_its_lines(book, charge, preparer):
    release = drafted(book, flat(charge, 29), on=MAY)

    assert preparer.delete(f"{RELEASES}{release.pk}/").status_code == 204
    assert preparer.delete(f"{BOOK}standard/").status_code == 204


@travel("2026-02-01")
def test_a_future_release_is_cancelled_with_a_reason(book, charge, approver):
    release = published(book, flat(charge, 29), on=MAY)
    path = f"{RELEASES}{release.pk}/cancel/"

    assert post(approver, path).status_code == 400
    answer = post(approver, path, {"reason": "Not this year"})
    assert (answer.json()["state"], answer.json()["note"]) == ("cancelled", "Not this year")


def test_s48_the_preview_sets_old_beside_new_and_names_the_motions(book, charge, preparer):
    published(book, flat(charge, 29), on=JAN)
    volume = (flat(ChargeFactory(), None, model="volume"), bands((0, 50, 8), (50, None, 6)))
    release = drafted(
        book, flat(charge, 99), volume, on=MAY, motions=["tier_upsell"], title="Dearer"
    )
    answer = preparer.get(f"{RELEASES}{release.pk}/preview/").json()

    assert answer["lines"][0] == {
        "plan": "crm-pro",
        "charge": "base",
        "currency": "USD",
        "interval": "month",
        "change": "changed",
        "old": usd("29.00"),
        "new": usd("99.00"),
        "difference": usd("70.00"),
        "percent": "2.413793",
    }
    assert answer["counts"] == {"lines": 2, "new": 1, "changed": 1, "ended": 0}
    assert answer["motions"] == ["tier_upsell"]
    assert "51 cost 306.00, less than 50: 400.00" in answer["warnings"][0]


def test_the_parts_of_an_answer_add_up_to_its_total(book, charge, preparer):
    line = flat(charge, 10, model="per_unit", unit_amount="0.333333", included_units=1)
    published(book, line, on=JAN)
    answer = preparer.get(
        "/api/v1/prices/resolve/?plan=crm-pro&currency=USD&quantity=4&on=2026-05-01"
    ).json()

    assert answer["amount"] == usd("11.00")
    assert [part["component"] for part in answer["components"]] == ["flat", "units", "rounding"]
    assert sum(float(part["amount"]["amount"]) for part in answer["components"]) == 11


def test_a_customer_pays_its_contract_then_its_segment(book, charge, preparer):

    account, segment = AccountFactory(code="acme"), SegmentFactory()
    classify(account=account, segment=segment, region=None, starts_on=JAN)
    published(PriceBookFactory(segment=segment), flat(charge, 19), on=JAN)
    question = "/api/v1/prices/resolve/?plan=crm-pro&account=acme&on="
    assert preparer.get(f"{question}2026-02-01").json()["amount"] == usd("19.00")
    published(PriceBookFactory(segment=None, account_code="acme"), flat(charge, 9), on=MAY)
    assert preparer.get(f"{question}2026-05-01").json()["amount"] == usd("9.00")
    assert preparer.get(f"{question}2026-04-30").json()["amount"] == usd("19.00")


@pytest.mark.parametrize(
    ("question", "status", "path"),
    [
        ("plan=crm-pro", 400, "currency"),
        ("plan=crm-pro&account=acme&segment=smb", 400, "segment"),
        ("plan=crm-pro&account=acme&currency=XXZ", 400, "currency"),
        ("plan=crm-pro&account=acme&quantity=-1", 400, "quantity"),
        ("plan=crm-pro&account=acme&charge=seats", 400, "charge"),
        ("plan=crm-pro&account=acme", 409, ""),
    ],
)
def test_questions_that_have_no_answer(charge, preparer, question, status, path):
    AccountFactory(code="acme")
    answer = preparer.get(f"/api/v1/prices/resolve/?{question}")

    assert answer.status_code == status, answer.content
    if status == 409:
        assert answer.json()["code"] == "no_price"
    else:
        assert path in [error["path"] for error in answer.json()["errors"]]


def test_contracts_of_others_are_absent_to_who_sells(book, charge):
    seller = of_role("sales")
    owned_by(seller, account=AccountFactory(code="mine"), starts_on=date(2020, 1, 1))
    AccountFactory(code="theirs")
    for code in ("mine", "theirs"):
        published(
            PriceBookFactory(code=code, segment=None, account_code=code), flat(charge, 9), on=JAN
        )
    client = program_of(seller)

    codes = [row["code"] for row in client.get(BOOK).json()["results"]]
    assert codes == ["mine", "standard"]
    assert client.get(f"{BOOK}theirs/").status_code == 404
    assert {row["book"] for row in client.get("/api/v1/prices/").json()["results"]} == {"mine"}
    assert len(client.get(RELEASES).json()["results"]) == 1
    asked = client.get("/api/v1/prices/resolve/?plan=crm-pro&account=theirs")
    assert asked.status_code == 400


def test_lists_cost_the_same_for_many_rows(book, preparer):
    counted = []
    preparer.get(RELEASES)
    for rows in (1, 20):
        published(book, *(flat(ChargeFactory(), n) for n in range(rows)), on=JAN)
        preparer.get("/api/v1/prices/")
        with CaptureQueriesContext(connection) as queries:
            assert preparer.get("/api/v1/prices/?limit=200").status_code == 200
            assert preparer.get(RELEASES).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
