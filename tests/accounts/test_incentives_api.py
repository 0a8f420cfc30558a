"""Incentives over REST, and where a discount became the price."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.long_discounts import MONTHS, long_discounts
from accounts.models import IncentiveRedemption, SubscriptionLine
from config.access.models import User
from config.findings import Asked, findings
from portfolio.models import Threshold
from pricing.models import Incentive
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    LineFactory,
    PlanFactory,
    ProductFactory,
    ThresholdFactory,
    UserFactory,
    owned_by,
    program,
)
from tests.factories.incentives import redeemed
from tests.factories.people import of_role, program_of
from tests.factories.prices import PriceBookFactory, flat, published

pytestmark = pytest.mark.django_db

JSON = "application/json"
DAY = date(2026, 5, 1)
SECOND = {
    "code": "second",
    "name": "Half price for the second product",
    "rank": 1,
    "kind": "percent",
    "value": "50",
    "redeem_from": "2026-01-01",
    "redeem_until": "2027-01-01",
    "duration_days": 90,
    "nth_product": 2,
}


@pytest.fixture
def post(api):
    return lambda path, body: api.post(f"/api/v1/{path}/", body, content_type=JSON)


@pytest.fixture
def acme():
    """A customer that holds the desk."""
    account = AccountFactory(code="acme")
    LineFactory(subscription__account=account, charge__plan__product__code="desk")
    return account


@pytest.fixture
def crm():
    plan = PlanFactory(code="crm-pro", product=ProductFactory(code="crm"))
    charge = ChargeFactory(plan=plan, code="base")
    published(PriceBookFactory(segment=None), flat(charge, 79))
    return plan


def test_an_incentive_is_kept(post, api, crm):
    added = post("incentives", {**SECOND, "plans": ["crm-pro"]})
    assert (added.status_code, added.json()["plans"]) == (201, ["crm-pro"])
    changed = api.patch("/api/v1/incentives/second/", {"max_total": 5}, content_type=JSON)

    assert changed.json() == {**added.json(), "max_total": 5}
    assert len(api.get("/api/v1/incentives/?on=2026-05-01&plan=crm-pro").json()["results"]) == 1
    assert api.get("/api/v1/incentives/?on=2027-05-01").json()["results"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"duration_days": None},
        {"duration_periods": 3},
        {"redeem_until": None},
        {"redeem_until": "2025-01-01"},
        {"value": "150"},
        {"plans": ["nothing"]},
        {"rank": "first"},
    ],
)
def test_s44_one_without_an_end_or_measure_is_refused(post, change):
    assert post("incentives", {**SECOND, **change}).status_code == 400
    assert not Incentive.objects.exists()


def test_what_applies_is_told_before_it_is_bought(post, api, crm, acme):
    post("incentives", SECOND)
    ask = "/api/v1/accounts/acme/incentives/?plan=crm-pro&amount=79&on=2026-05-01"
    (row,) = api.get(ask).json()["results"]
    assert (row["eligible"], row["reason"]) == (True, None)
    assert row["amount"] == {"amount": "39.50", "currency": "USD"}
    assert row["ends_on"] == "2026-07-30"

    LineFactory(subscription__account=acme)
    (row,) = api.get(ask).json()["results"]
    assert (row["eligible"], row["reason"], row["amount"]) == (False, "nth_product=3", None)


def test_a_quote_shows_the_incentives_that_apply(post, crm, acme):
    post("incentives", SECOND)
    wanted = {
        "plans": [{"plan": "crm-pro", "quantity": "1"}],
        "account": "acme",
        "interval": "month",
        "on": "2026-05-01",
    }
    answer = post("quotes", wanted).json()

    assert [(row["plan"], row["eligible"], row["amount"]) for row in answer["incentives"]] == [
        ("crm-pro", True, {"amount": "39.50", "currency": "USD"})
    ]
    assert answer["cheapest"]["total"] == {"amount": "79.00", "currency": "USD"}


def test_a_subscription_starts_with_an_incentive(post, api, crm, acme):
    post("incentives", SECOND)
    body = {
        "code": "acme-crm",
        "account": "acme",
        "starts_on": "2026-05-01",
        "lines": [{"plan": "crm-pro", "incentives": ["second"]}],
    }
    assert post("subscriptions", body).status_code == 201
    lines = api.get("/api/v1/subscription-lines/?subscription=acme-crm").json()["results"]
    assert [(line["amount"]["amount"], line["origin"]) for line in lines] == [
        ("39.50", "sale"),
        ("79.00", "discount_end"),
    ]
    (row,) = api.get("/api/v1/incentive-redemptions/?on=2026-06-01").json()["results"]
    assert (row["account"], row["incentive"], row["ends_on"]) == ("acme", "second", "2026-07-30")

    again = post("subscriptions", {**body, "code": "acme-crm-2"})
    assert (again.status_code, again.json()["code"]) == (409, "not_eligible")
    assert IncentiveRedemption.objects.count() == 1


def test_only_redemptions_of_the_own_customers_are_seen():
    seller = of_role("sales")
    mine, _ = redeemed(owned_by(seller)), redeemed()
    rows = program_of(seller).get("/api/v1/incentive-redemptions/").json()["results"]

    assert [row["id"] for row in rows] == [mine.pk]
    assert (
        program("viewer").post("/api/v1/incentives/", SECOND, content_type=JSON).status_code == 403
    )


def test_a_list_asks_as_often_for_many_rows_as_for_one(api):
    costs = []
    for rows in (1, 9):
        for _ in range(rows):
            redeemed().incentive.plans.add(PlanFactory())
        for path in ("incentives", "incentive-redemptions"):
            api.get(f"/api/v1/{path}/")
            with CaptureQueriesContext(connection) as queries:
                api.get(f"/api/v1/{path}/")
            costs.append(len(queries))

    assert costs[:2] == costs[2:]


@pytest.fixture
def cheap():
    """Lines at 80 of 100: since two years, since two months, and one at the list price."""
    facts = {"amount": 80, "list_amount": Decimal(100)}
    old = LineFactory(starts_on=date(2024, 5, 1), **facts)
    LineFactory(starts_on=date(2026, 3, 1), **facts)
    LineFactory(starts_on=date(2024, 5, 1), list_amount=Decimal(100))
    return old


def test_s44_a_discount_of_more_than_a_year_became_the_price(api, cheap):
    (row,) = api.get("/api/v1/subscription-lines/?discounted_months=12&on=2026-05-01").json()[
        "results"
    ]
    assert row["id"] == cheap.pk

    found = long_discounts(SubscriptionLine.objects.all(), months=1, on=DAY)
    assert [line.since for line in found.order_by("since")] == [
        date(2024, 5, 1),
        date(2026, 3, 1),
    ]
    assert api.get("/api/v1/subscription-lines/?discounted_months=-1").status_code == 400


def test_s44_it_is_found_of_the_product(cheap):
    Threshold.objects.filter(code=MONTHS).delete()
    ThresholdFactory(code=MONTHS, value=12)
    kind = findings["discount-became-the-price"]
    (found,) = kind.find(Asked(User.objects.get(pk=UserFactory(is_superuser=True).pk), DAY))

    assert found.row == cheap.product
    assert found.facts == {"customers": 1, "lines": 1, "months": 12}
    assert "1 customer of" in found.sentence
