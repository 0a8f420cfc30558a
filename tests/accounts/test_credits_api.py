"""Credits over REST."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import CreditDraw, CreditGrant
from portfolio.models import Threshold
from pricing.credit_values import SPREAD
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    FeatureFactory,
    owned_by,
    program,
)
from tests.factories.credits import CreditUnitFactory, burn_table, drawn, granted, rate
from tests.factories.people import UserFactory, of_role, program_of
from tests.factories.prices import PriceBookFactory, flat, published

pytestmark = pytest.mark.django_db

JAN = date(2026, 1, 1)
ONCE = {"headers": {"Idempotency-Key": "once"}}


@pytest.fixture
def world():
    unit = CreditUnitFactory(code="credits")
    return AccountFactory(code="acme"), unit, burn_table(unit)


@pytest.fixture
def post(api):
    return lambda path, body, **facts: api.post(
        f"/api/v1/{path}/", body, content_type="application/json", **facts
    )


def draw_of(feature="sends", units="1", **facts) -> dict:
    return {"account": "acme", "unit": "credits", "feature": feature, "units": units, **facts}


def test_a_unit_and_its_burn_table_are_kept(post, api, world):
    unit = {"code": "tokens", "name": "Tokens", "portfolio": world[1].portfolio.code}
    assert post("credit-units", unit).json() == {**unit, "on_empty": "block"}
    rate = {"unit": "tokens", "feature": "sends", "credits": "1.5", "starts_on": "2026-01-01"}
    first = post("burn-rates", rate)
    second = post("burn-rates", {**rate, "credits": "2", "starts_on": "2026-03-01"})

    assert (first.status_code, second.status_code) == (201, 201)
    rows = api.get("/api/v1/burn-rates/?unit=tokens&on=2026-02-01").json()["results"]
    assert [(row["credits"], row["ends_on"]) for row in rows] == [("1.5", "2026-03-01")]
    assert post("burn-rates", rate).json()["code"] == "later_rate"
    assert post("burn-rates", {**rate, "credits": "0"}).status_code == 409
    ended = post(f"burn-rates/{second.json()['id']}/end", {"on": "2026-04-01"})
    assert ended.json()["ends_on"] == "2026-04-01"


def test_credits_are_granted_drawn_and_stated(post, api, world):
    grant = {
        "account": "acme",
        "unit": "credits",
        "credits": "100",
        "starts_on": "2026-01-01",
        "source": "purchase",
        "cost": {"amount": "10.00", "currency": "USD"},
    }
    given = post("credit-grants", grant)
    assert (given.status_code, given.json()["left"]) == (201, "100")
    use = post("credit-draws", draw_of("lookups", "2", at="2026-01-15T12:00:00Z"))
    assert (use.status_code, use.json()["credits"], use.json()["drawn_on"]) == (
        201,
        "40",
        "2026-01-15",
    )
    assert use.json()["allocations"] == [
        {"grant": given.json()["id"], "credits": "40", "counts_on": "2026-01-15"}
    ]

    (row,) = api.get("/api/v1/accounts/acme/credits/?on=2026-01-15").json()["results"]
    assert (row["balance"], row["used"], row["grants"][0]["left"]) == ("60", "40", "60")
    (row,) = api.get("/api/v1/accounts/acme/credits/?on=2026-01-14").json()["results"]
    assert (row["balance"], row["used"]) == ("100", "0")
    undone = post(f"credit-draws/{use.json()['id']}/correct", {"reason": "a test run"})
    assert (undone.status_code, undone.json()["credits"]) == (201, "-40")
    taken = post(f"credit-grants/{given.json()['id']}/withdraw", {"reason": "by mistake"})
    assert (taken.status_code, taken.json()["credits"]) == (201, "100")


def test_a_refused_draw_says_what_is_missing(post, world):
    answer = post("credit-draws", draw_of("lookups", "1"))

    assert answer.status_code == 409
    assert answer.json()["code"] == "not_enough_credits"
    assert "20 credits short" in answer.json()["detail"]


def test_a_retry_draws_once(post, world):
    granted(*world[:2], credits=10)
    first, again = (post("credit-draws", draw_of(), **ONCE) for _ in range(2))

    assert first.json() == again.json()
    assert CreditDraw.objects.count() == 1
    assert post("credit-draws", draw_of(units="2"), **ONCE).status_code == 422


def test_a_draw_needs_an_idempotency_key(world):
    client = program_of(UserFactory(is_superuser=True))
    answer = super(type(client), client).generic(
        "POST", "/api/v1/credit-draws/", '{"units": "1"}', "application/json"
    )

    assert answer.json()["code"] == "idempotency_key_required"


def test_a_batch_is_drawn_whole_or_not_at_all(post, world):
    granted(*world[:2], credits=50)
    rows = [draw_of("sends", "10", key="a"), draw_of("lookups", "2", key="b")]
    assert post("credit-draws/batch", {"rows": rows}).status_code == 201
    assert CreditDraw.objects.count() == 2

    refused = post("credit-draws/batch", {"rows": [draw_of(key="c"), *rows[:1]]})
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (409, "rows.0")
    assert CreditDraw.objects.count() == 2


@pytest.mark.parametrize(
    "change",
    [
        {"units": "0"},
        {"units": "-1"},
        {"units": 1},
        {"units": "1e3"},
        {"feature": "nothing"},
        {"account": 7},
        {"at": "2026-01-01"},
        {"at": (timezone.now() + timedelta(days=2)).isoformat(timespec="seconds")},
        {"key": "x" * 201},
    ],
)
def test_a_draw_that_is_none_is_refused_beside_its_member(post, world, change):
    answer = post("credit-draws", draw_of(**change))

    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["path"] in change


def test_s41_a_plan_of_use_says_when_nothing_is_left(post, world):
    plan = {
        "unit": "credits",
        "credits": "10000",
        "planned": [
            {"feature": "sends", "units": "2000"},
            {"feature": "contacts", "units": "800"},
            {"feature": "lookups", "units": "200"},
        ],
        "starts_on": "2026-01-01",
        "ends_on": "2026-02-01",
    }
    answer = post("credits/simulate", plan).json()
    assert [use["credits"] for use in answer["uses"]] == ["2000", "4000", "4000"]
    assert (answer["used"], answer["remaining"], answer["uncovered"]) == ("10000", "0", "0")
    assert answer["depleted_on"] == "2026-01-31"

    short = post("credits/simulate", {**plan, "credits": "5000"}).json()
    assert (short["uncovered"], short["depleted_on"]) == ("5000", "2026-01-16")
    granted(*world[:2], credits=6_000)
    more = post("credits/simulate", {**plan, "credits": "5000", "account": "acme"}).json()
    assert (more["remaining"], more["depleted_on"]) == ("1000", None)
    assert not CreditDraw.objects.exists()
    wrong = post("credits/simulate", {**plan, "ends_on": "2036-01-01"})
    assert wrong.json()["code"] == "too_long"


def test_s40_what_a_credit_is_worth_by_feature(api, world):
    assert Threshold.objects.get(code=SPREAD).value == 3
    _, unit, features = world
    lines = [
        flat(
            ChargeFactory(code=code, cadence="usage", feature=features[code]),
            None,
            model="per_unit",
            unit_amount=amount,
        )
        for code, amount in {"sends": "0.004", "contacts": "0.02", "lookups": "0.30"}.items()
    ]
    published(PriceBookFactory(segment=None), *lines)
    (worth,) = api.get("/api/v1/credit-units/credits/worth/").json()["worths"]
    values = {value["feature"]: value["value"] for value in worth["values"]}

    assert values == {"sends": "0.004", "contacts": "0.004", "lookups": "0.015"}
    assert worth["spread"] == 3.75
    found = api.get(f"/api/v1/portfolios/{unit.portfolio.code}/check/").json()["findings"]
    (said,) = [row for row in found if row["kind"] == "credits-worth-unlike"]
    assert "3.8 times as much on lookups as on" in said["detail"]
    assert said["subject"] == "/credit-units/credits/"

    Threshold.objects.filter(code=SPREAD).update(value="3.75")  # no more than that is no finding
    found = api.get(f"/api/v1/portfolios/{unit.portfolio.code}/check/").json()["findings"]
    assert "credits-worth-unlike" not in [row["kind"] for row in found]


def test_only_the_own_customers_credits_are_seen_and_drawn(world):
    _, unit, features = world
    seller = of_role("sales")
    mine = owned_by(seller)
    given = granted(mine, unit, 10)
    other = granted(unit=unit, credits=10)
    drawn(other.account, unit, features["sends"], 1, JAN)
    ask = program_of(seller).get

    rows = ask("/api/v1/credit-grants/").json()["results"]
    assert [row["id"] for row in rows] == [given.pk]
    assert ask("/api/v1/credit-draws/").json()["results"] == []
    assert ask(f"/api/v1/accounts/{other.account.code}/credits/").status_code == 404
    assert ask(f"/api/v1/credit-grants/{other.pk}/").status_code == 404
    assert CreditGrant.objects.count() == 2


def test_who_reports_usage_draws_and_who_reads_does_not(world):
    granted(*world[:2], credits=10)
    body = {"content_type": "application/json"}

    assert program("revops").post("/api/v1/credit-draws/", draw_of(), **body).status_code == 201
    assert program("viewer").post("/api/v1/credit-draws/", draw_of(), **body).status_code == 403


@pytest.mark.parametrize("path", ["credit-grants/", "credit-draws/", "burn-rates/"])
def test_a_list_asks_as_often_for_many_rows_as_for_one(api, world, path):
    account, unit, features = world
    costs = []
    for rows in (1, 12):
        for number in range(rows):
            granted(account, unit, 1)
            drawn(account, unit, features["sends"], 1, JAN)
            rate(unit, starts_on=date(2026, 1, 1 + number))
        api.get(f"/api/v1/{path}")
        with CaptureQueriesContext(connection) as queries:
            assert api.get(f"/api/v1/{path}").status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_features_that_are_not_counted_cost_nothing(post, world):
    FeatureFactory(code="sso", value_type="flag")
    rate = {"unit": "credits", "feature": "sso", "credits": "1", "starts_on": "2026-01-01"}

    assert post("burn-rates", rate).json()["code"] == "not_counted"
