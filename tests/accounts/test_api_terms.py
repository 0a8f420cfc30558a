"""Changes, renewals and terms over REST."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Subscription, SubscriptionLine
from config.outbox.kinds import kinds
from config.outbox.models import Event
from tests.accounts.priced import DAY, a_bundle, a_charge, costs, sell
from tests.factories import AccountFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
APRIL = date(2024, 4, 1)


@pytest.fixture
def post(api):
    def send(path, body, **headers):
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        return api.post(f"/api/v1/{path}/", body, content_type=JSON, headers=named)

    return send


@pytest.fixture
def basic():
    return a_charge(29, plan__code="crm-basic", plan__product__code="crm")


@pytest.fixture
def pro(basic):
    return a_charge(
        99, plan__code="crm-pro", plan__product=basic.plan.product, plan__rank=basic.plan.rank + 1
    )


@pytest.fixture
def line(basic):
    agreement = SubscriptionFactory(code="s-1", starts_on=DAY, account__code="acme")
    return sell(basic, subscription=agreement)[0]


def test_a_line_is_sold_at_its_price_without_an_amount(post, api, basic):
    AccountFactory(code="acme")
    body = {
        "code": "s-1",
        "account": "acme",
        "starts_on": "2024-03-01",
        "lines": [{"plan": "crm-basic"}],
    }

    assert post("subscriptions", body).status_code == 201
    (line,) = api.get("/api/v1/subscription-lines/?subscription=s-1").json()["results"]

    assert line["amount"] == {"amount": "29.00", "currency": "USD"}
    assert line["price"] == basic.prices.get().pk
    assert line["trace"][-1]["matched"] == f"/prices/{line['price']}/"


def test_a_bundle_is_sold_as_its_lines(post, api):
    plan = a_bundle(249, a_charge(99), a_charge(79), a_charge(149)).plan.code
    AccountFactory(code="acme")
    body = {"code": "s-1", "account": "acme", "starts_on": "2024-03-01", "lines": [{"plan": plan}]}

    assert post("subscriptions", body).status_code == 201
    lines = api.get("/api/v1/subscription-lines/?subscription=s-1").json()["results"]

    assert [row["amount"]["amount"] for row in lines] == ["75.38", "60.16", "113.46"]
    assert {row["bundle_plan"] for row in lines} == {plan}


def test_a_line_is_upgraded(post, line, pro):
    answer = post(
        "subscriptions/s-1/change", {"on": "2024-04-17", "line": line.pk, "plan": "crm-pro"}
    )

    assert answer.status_code == 200, answer.content
    (new,) = answer.json()["lines"]
    assert (new["starts_on"], new["previous"], new["origin"]) == ("2024-04-17", line.pk, "change")
    assert new["amount"]["amount"] == "99.00"


def test_something_is_held_besides(post, line):
    a_charge(15, plan__code="crm-api", plan__product=line.product, plan__kind="add_on")

    answer = post("subscriptions/s-1/change", {"on": "2024-04-17", "plan": "crm-api"})

    assert [row["plan"] for row in answer.json()["lines"]] == ["crm-api"]
    assert SubscriptionLine.objects.live(on=date(2024, 4, 17)).count() == 2


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "on"),
        ({"on": "2024-04-17"}, "plan"),
        ({"on": "2024-04-17", "line": 99}, "line"),
        ({"on": "2024-04-17", "plan": "crm-pro", "charge": "seats"}, "charge"),
        ({"on": "2024-04-17", "plan": "crm-pro", "quantity": "x"}, "quantity"),
        ({"on": "2024-04-17", "plan": "crm-pro", "seats": 1}, "seats"),
        (
            {
                "on": "2024-04-17",
                "plan": "crm-pro",
                "amount": {"amount": "1", "currency": "EUR"},
            },
            "amount",
        ),
    ],
)
def test_a_wrong_wish_is_named(post, line, pro, body, path):
    answer = post("subscriptions/s-1/change", body)

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, path)
    assert SubscriptionLine.objects.count() == 1


def test_a_line_of_another_subscription_is_refused(post, line, basic):
    (other,) = sell(basic)

    answer = post("subscriptions/s-1/change", {"on": "2024-04-17", "line": other.pk})

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "line")


def test_a_quantity_below_nothing_is_refused(post, line):
    body = {"on": "2024-04-17", "line": line.pk, "quantity": "-1"}

    assert post("subscriptions/s-1/change", body).status_code == 400


def test_a_refusal_of_the_domain_is_a_conflict(post, line):
    answer = post("subscriptions/s-1/change", {"on": "2024-04-17", "line": line.pk})

    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_changes")


def test_a_change_of_what_somebody_else_changed_meanwhile_is_stale(post, api, line, pro):
    seen = api.get("/api/v1/subscriptions/s-1/")["ETag"]
    first = {"on": "2024-04-17", "line": line.pk, "plan": "crm-pro"}

    assert post("subscriptions/s-1/change", first, if_match=seen).status_code == 200
    again = post("subscriptions/s-1/change", {**first, "on": "2024-04-20"}, if_match=seen)

    assert again.status_code == 412
    assert SubscriptionLine.objects.standing().count() == 2


def test_the_schedule_is_what_renewing_writes(post, api, line, basic):
    costs(basic, 39, on=date(2024, 4, 15))
    asked = api.get("/api/v1/subscriptions/s-1/price-schedule/?renewals=3&on=2024-03-05").json()

    ((found,),) = (asked["lines"],)
    assert [(each["on"], each["amount"]["amount"]) for each in found["renewals"]] == [
        ("2024-04-01", "29.00"),
        ("2024-05-01", "39.00"),
        ("2024-06-01", "39.00"),
    ]
    assert [each["moves"] for each in found["renewals"]] == [False, True, False]

    (new,) = post("subscriptions/s-1/renew", {"on": "2024-05-01"}).json()["lines"]
    told = found["renewals"][1]
    assert (new["amount"], new["price"]) == (told["amount"], told["price"])
    assert (new["trace"], new["origin"]) == (told["trace"], "renewal")


@pytest.mark.parametrize("renewals", ["0", "61", "x"])
def test_a_schedule_has_its_limits(api, line, renewals):
    answer = api.get(f"/api/v1/subscriptions/s-1/price-schedule/?renewals={renewals}")

    assert answer.status_code == 400


def test_renewing_within_a_term_is_a_conflict(post, line):
    for body in ({"on": "2024-04-02"}, {"on": "2024-04-02", "line": line.pk}):
        answer = post("subscriptions/s-1/renew", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_a_boundary")


def test_s22_an_account_asks_how_scattered_it_is_and_makes_it_one_day(post, api, line, basic):
    sell(
        basic,
        subscription=SubscriptionFactory(
            code="s-2", account=line.account, starts_on=date(2024, 3, 15), term_months=12
        ),
        on=date(2024, 3, 15),
    )
    path = "/api/v1/accounts/acme/consolidation/?on=2024-05-10"

    found = api.get(path).json()

    assert found["subscriptions"] == 2
    assert found["renewal_dates"] == ["2024-06-01", "2025-03-15"]
    assert (found["currencies"], found["can_coterm_on"]) == (["USD"], "2025-03-15")
    assert found["is_scattered"] is True

    wrong = post("accounts/acme/coterm", {"on": "2024-05-10", "renews_on": "2024-06-01"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "stale_consolidation")
    done = post("accounts/acme/coterm", {"on": "2024-05-10", "renews_on": "2025-03-15"})
    assert done.json()["renewal_dates"] == ["2025-03-15"]
    assert done.json()["is_scattered"] is False
    assert api.get(path).json() == done.json()
    asked = api.get("/api/v1/subscriptions/s-1/price-schedule/?renewals=2&on=2024-05-10").json()
    assert [each["on"] for each in asked["lines"][0]["renewals"]] == ["2025-03-15", "2025-04-15"]


def test_another_term_is_previewed_agreed_and_told(post, api, line, time_machine):
    time_machine.move_to(date(2024, 5, 10))
    path, wish = "subscriptions/s-1/change-term", {"term_months": 12}
    seen = api.get("/api/v1/subscriptions/s-1/")["ETag"]

    preview = post(path, {**wish, "preview": True}, if_match=seen)
    assert (preview.status_code, preview["ETag"]) == (200, seen)
    assert preview.json() == {
        "subscription": "s-1",
        "term_months": 12,
        "term_months_before": 1,
        "renews_on": ["2024-06-01", "2025-06-01", "2026-06-01"],
        "renewed_on_before": ["2024-06-01", "2024-07-01", "2024-08-01"],
    }
    assert api.get("/api/v1/subscriptions/s-1/").json()["term_months"] == 1
    assert not Event.objects.filter(kind="subscription.term_changed").exists()

    done = post(path, wish, if_match=seen)
    assert done.json() == preview.json()
    now = api.get("/api/v1/subscriptions/s-1/")
    assert (now.json()["term_months"], now["ETag"]) == (12, done["ETag"])
    asked = api.get("/api/v1/subscriptions/s-1/price-schedule/?renewals=2&on=2024-05-10").json()
    renewals = asked["lines"][0]["renewals"]
    assert [each["on"] for each in renewals] == ["2024-06-01", "2025-06-01"]
    event = Event.objects.get(kind="subscription.term_changed")
    assert event.subject == "/subscriptions/s-1/"
    assert event.payload == {"account": "acme", "term_months": 12, "renews_on": "2024-06-01"}
    assert event.payload.keys() == kinds[event.kind].example.keys()

    assert post(path, {"term_months": 3}, if_match=seen).status_code == 412
    for months in (0, 121, "12", None):
        wrong = post(path, {"term_months": months})
        assert (wrong.status_code, wrong.json()["errors"][0]["path"]) == (400, "term_months")
    for preview in (True, False):
        same = post(path, {**wish, "preview": preview})
        assert (same.status_code, same.json()["code"]) == (409, "same_term")
        assert "for 12 months already" in same.json()["detail"]
    Subscription.objects.update(ends_on=date(2024, 6, 1))
    over = post(path, {"term_months": 3, "preview": True})
    assert (over.status_code, over.json()["code"]) == (409, "will_not_renew")
    assert Subscription.objects.get().term_months == 12


def test_an_account_that_renews_on_one_day_has_nothing_to_do(post, line):
    answer = post("accounts/acme/coterm", {"on": "2024-05-10", "renews_on": "2024-06-01"})

    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_coterm")


def test_what_ends_before_it_renews_is_no_renewal(api, line):
    Subscription.objects.update(ends_on=date(2024, 5, 20))

    found = api.get("/api/v1/accounts/acme/consolidation/?on=2024-05-10").json()

    assert (found["subscriptions"], found["renewal_dates"]) == (1, [])
    assert (found["can_coterm_on"], found["is_scattered"]) == (None, False)


def test_retries_of_a_change_have_one_effect(post, line):
    a_charge(15, plan__code="crm-api", plan__product=line.product, plan__kind="add_on")
    body = {"on": "2024-04-17", "plan": "crm-api"}

    answers = [post("subscriptions/s-1/change", body, idempotency_key="k-1") for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert SubscriptionLine.objects.count() == 2


def test_another_quantity_over_rest(post, api):
    charge = a_charge()
    costs(charge, None, model="per_unit", unit_amount=Decimal(10))
    agreement = SubscriptionFactory(code="s-1", starts_on=DAY)
    (line,) = sell(charge, subscription=agreement, quantity=Decimal(5))

    body = {"on": "2024-04-17", "line": line.pk, "quantity": "8"}
    (new,) = post("subscriptions/s-1/change", body).json()["lines"]

    assert (new["quantity"], new["amount"]["amount"]) == ("8", "80.00")
