"""Quotes over REST."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.admin.formatting import percent
from tests.factories import AccountFactory, owned_by, program
from tests.factories.people import of_role, program_of
from tests.factories.prices import PriceBookFactory
from tests.pricing.offers import bundled, priced, three
from tests.pricing.table import make_table, tier

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


@pytest.fixture
def table():
    """Basic at 29, Pro at 99, Enterprise from 299."""
    product = make_table()
    for code, amount in (("basic", 29), ("pro", 99), ("enterprise", 299)):
        priced(tier(code), amount, is_minimum=code == "enterprise")
    return product


def test_s50_basic_to_pro_costs_70_more_which_is_241_4_percent(api, table):
    found = api.get("/api/v1/plans/basic/diff/pro/?currency=USD&on=2026-06-01").json()

    assert found["price"] == {
        "from": usd("29.00"),
        "to": usd("99.00"),
        "delta": usd("70.00"),
        "change": 2.413793,
        "indicative": False,
    }
    assert percent(found["price"]["change"], 1) == "241.4\xa0%"
    limits = {row["feature"]: (row["from"]["text"], row["to"]["text"]) for row in found["limits"]}
    assert limits == {
        "users": ("5", "25"),
        "storage": ("10 GB", "100 GB"),
        "integrations": ("3", "10"),
    }
    assert [row["feature"] for row in found["changed"]] == ["reports"]
    assert [row["feature"] for row in found["support"]] == ["support"]


def test_s50_a_customer_compares_at_its_own_prices(api, table):
    AccountFactory(code="acme", currency="USD")
    priced(tier("pro"), 79, book=PriceBookFactory(segment=None, account_code="acme"))

    found = api.get("/api/v1/plans/basic/diff/pro/?account=acme&on=2026-06-01").json()
    assert found["price"]["delta"] == usd("50.00")
    assert api.get("/api/v1/plans/pro/diff/enterprise/?currency=USD").json()["price"]["indicative"]
    assert api.get("/api/v1/plans/basic/diff/pro/?segment=x").status_code == 400
    assert api.get("/api/v1/plans/basic/diff/pro/?currency=EUR").json()["price_missing"] == (
        "no_price"
    )
    blind = program("viewer", "catalog:read")
    assert blind.get("/api/v1/plans/basic/diff/pro/").status_code == 200
    assert blind.get("/api/v1/plans/basic/diff/pro/?currency=USD").status_code == 403


def test_s60_with_a_currency_limits_are_held_against_the_price(api, table):
    found = api.get("/api/v1/products/crm/compare/?currency=USD&on=2026-06-01").json()

    assert [step["price_ratio"] for step in found["steps"]] == [3.413793, 3.020202]
    assert [row["feature"] for row in found["steps"][0]["remarks"]] == ["integrations"]
    bare = api.get("/api/v1/products/crm/compare/?on=2026-06-01").json()
    assert [step["price_ratio"] for step in bare["steps"]] == [None, None]
    assert api.get("/api/v1/products/crm/compare/?segment=x").status_code == 400


def test_s56_a_price_says_what_it_is_made_of_what_one_gets_and_for_how_long(api, table):
    priced(tier("pro"), 109, on=date(2026, 9, 1))
    found = api.get("/api/v1/prices/resolve/?plan=pro&currency=USD&on=2026-06-01").json()

    parts = [Decimal(part["amount"]["amount"]) for part in found["components"]]
    assert (sum(parts), found["amount"]) == (Decimal("99.00"), usd("99.00"))
    assert found["price"]["interval"] == "month"
    assert (found["price"]["starts_on"], found["price"]["ends_on"]) == ("2026-01-01", "2026-09-01")
    assert {row["feature"]: row["value"]["text"] for row in found["includes"]} == {
        "users": "25",
        "storage": "100 GB",
        "reports": "advanced",
        "integrations": "10",
        "support": "priority",
    }


def test_s46_what_a_year_saves_is_told_by_plan_currency_and_book(api, table):
    priced(tier("basic"), 290, interval="year")
    priced(tier("pro"), "1069.20", interval="year")

    rows = api.get("/api/v1/price-books/standard/annual-discounts/?on=2026-06-01").json()
    assert [(row["plan"], row["saved"]) for row in rows] == [("basic", 0.166667), ("pro", 0.1)]
    assert (rows[0]["month"], rows[0]["year"]) == (usd("29.00"), usd("290.00"))
