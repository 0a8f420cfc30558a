"""Quotes over REST."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import AccountFactory, owned_by, program
from tests.factories.people import of_role, program_of
from tests.factories.prices import PriceBookFactory
from tests.pricing.offers import bundled, priced, three

pytestmark = pytest.mark.django_db

URL = "/api/v1/quotes/"


def usd(amount: str) -> dict:
    return {"amount": amount, "currency": "USD"}


def ask(client, *codes: str, **facts):
    plans = [{"plan": code} for code in codes]
    body = {"plans": plans, "currency": "USD", "on": "2026-06-01", **facts}
    return client.post(URL, body, content_type="application/json")


@pytest.fixture
def bundle():
    return bundled("bundle", 249, *three())


def test_s34_s38_a_quote_names_every_way_the_cheapest_first(api, bundle):
    answer = ask(api, "email", "crm")

    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert found["a_la_carte"]["total"] == found["cheapest"]["total"] == usd("248.00")
    (other,) = found["alternatives"]
    assert (other["offers"][0]["plan"], other["total"]) == ("bundle", usd("249.00"))
    assert other["saved"] == usd("-1.00")
    (ladder,) = found["bundles"]
    assert (ladder["price"], ladder["sum_of_parts"]) == (usd("249.00"), usd("327.00"))
    assert (ladder["discount"], ladder["band"]) == (0.238532, "in_guidance")
    assert (ladder["guided_from"], ladder["guided_to"]) == (usd("228.90"), usd("277.95"))
    assert len(ladder["break_even"]["plans"]) == 3
    assert (ladder["nearest"]["plans"], ladder["gap"]) == (["email", "crm"], usd("1.00"))
    assert found["indicative"] is False


def test_every_line_says_what_it_is_made_of_and_why(api, bundle):
    (offer, _) = ask(api, "email", "crm").json()["cheapest"]["offers"]

    (line,) = offer["lines"]
    assert (line["book"], line["starts_on"], line["ends_on"]) == ("standard", "2026-01-01", None)
    assert [part["amount"] for part in line["components"]] == [line["amount"]]
    assert [step["step"] for step in line["trace"]] == [
        "contract_book",
        "segment_region",
        "segment",
        "region",
        "standard",
    ]
    assert line["trace"][-1]["matched"] == line["price"]


def test_an_account_is_quoted_by_its_contract_in_its_currency(api, bundle):
    AccountFactory(code="acme", currency="USD")
    contract = PriceBookFactory(code="contract", segment=None, account_code="acme")
    priced(bundle, 200, book=contract)

    found = ask(api, "bundle", account="acme", currency="USD").json()
    assert (found["cheapest"]["total"], found["currency"]) == (usd("200.00"), "USD")
    assert found["cheapest"]["offers"][0]["lines"][0]["book"] == "contract"


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"plans": []}, "plans"),
        ({"plans": [{"plan": "email"}] * 2}, "plans"),
        ({"plans": [{"plan": "nothing"}]}, "plans.0.plan"),
        ({"plans": [{"plan": "email", "quantity": "0"}]}, "plans.0.quantity"),
        ({"plans": [{"plan": "email"}] * 13}, "plans"),
        ({"plans": "email"}, "plans"),
        ({"interval": "one_time"}, "interval"),
        ({"account": "nobody"}, "account"),
        ({"currency": "XXZ"}, "currency"),
        ({"sold": True}, "sold"),
    ],
)
def test_wrong_questions_are_named(api, bundle, facts, path):
    answer = ask(api, "email", **facts)

    assert answer.status_code == 400, answer.content
    assert path in [error["path"] for error in answer.json()["errors"]]


def test_a_bundle_without_components_is_no_question(api):
    bundled("empty", 10)

    answer = ask(api, "empty")
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_wanted")


def test_a_key_needs_its_scope_and_a_seller_the_customer(bundle):
    assert ask(program("viewer", "prices:read"), "email").status_code == 403
    seller = of_role("sales")
    owned_by(seller, account=AccountFactory(code="mine"), starts_on=date(2020, 1, 1))
    AccountFactory(code="theirs")
    client = program_of(seller)
    assert ask(client, "email", account="mine").status_code == 200
    assert ask(client, "email", account="theirs").status_code == 400


def test_a_quote_costs_the_same_queries_for_one_plan_and_three(api, bundle):
    counted = []
    ask(api, "email")
    for codes in (["email"], ["email", "analytics", "crm"]):
        with CaptureQueriesContext(connection) as queries:
            assert ask(api, *codes).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 20, counted
