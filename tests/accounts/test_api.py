"""Customers and what they hold, over REST."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, LedgerEntry, Subscription, SubscriptionLine
from accounts.profiles import classify
from accounts.subscriptions import end_line
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    LineFactory,
    SegmentFactory,
    SubscriptionFactory,
    program,
)

pytestmark = pytest.mark.django_db

JSON = "application/json"
ACME = {"code": "acme", "name": "Acme", "currency": "EUR", "created_on": "2024-01-01"}


@pytest.fixture
def post(api):
    return lambda path, body: api.post(f"/api/v1/{path}/", body, content_type=JSON)


@pytest.fixture
def patch(api):
    return lambda path, body: api.patch(f"/api/v1/{path}/", body, content_type=JSON)


@pytest.fixture
def rows(api):
    def ask(path):
        answer = api.get(f"/api/v1/{path}")
        assert answer.status_code == 200, answer.content
        return answer.json()["results"]

    return ask


def test_an_account_is_added_read_changed_and_deleted(api, post, patch):
    added = post("accounts", ACME)
    assert (added.status_code, added.json()["employees"]) == (201, None)

    changed = patch("accounts/acme", {"country": "DE", "employees": 12})
    assert changed.json() == {**added.json(), "country": "DE", "employees": 12}
    assert api.get("/api/v1/accounts/acme/").json() == changed.json()

    assert api.delete("/api/v1/accounts/acme/").status_code == 204
    assert api.get("/api/v1/accounts/acme/").status_code == 404


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("code", "a b"),
        ("code", ""),
        ("name", ""),
        ("currency", "eur"),
        ("currency", "XXY"),
        ("country", "Germany"),
        ("country", "de"),
        ("employees", -1),
        ("employees", "12"),
        ("created_on", "2024-02-30"),
        ("created_on", "20240101"),
        ("parent", "nobody"),
        ("replaces", 5),
        ("segment", "smb"),
    ],
)
def test_a_wrong_member_is_named(post, member, value):
    answer = post("accounts", {**ACME, member: value})

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, member)
    assert not Account.objects.exists()


def test_the_code_and_the_currency_of_an_account_never_change(patch):
    AccountFactory(code="acme", currency="EUR")

    for member, value in {"code": "acme-2", "currency": "USD"}.items():
        answer = patch("accounts/acme", {member: value})
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, member)
    assert patch("accounts/acme", {"code": "acme", "currency": "EUR"}).status_code == 200


def test_the_code_of_an_account_never_changes_in_sql_either():
    AccountFactory(code="acme")

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Account.objects.update(code="acme-2")


def test_a_code_is_given_once(post):
    AccountFactory(code="acme")
    answer = post("accounts", ACME)

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (409, "code")


@pytest.mark.parametrize("member", ["parent", "replaces"])
def test_an_account_is_not_its_own_parent(patch, member):
    AccountFactory(code="acme")
    answer = patch("accounts/acme", {member: "acme"})

    assert answer.status_code == 400
    assert "itself" in answer.json()["detail"] or "its own parent" in answer.json()["detail"]


def test_an_account_that_something_refers_to_stays(api):
    AccountFactory(code="child", parent=AccountFactory(code="acme"))
    answer = api.delete("/api/v1/accounts/acme/")

    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ("currency=EUR", ["acme"]),
        ("country=DE", ["acme"]),
        ("name=Acme", ["acme"]),
        ("parent=acme", ["globex"]),
        ("created_on=2020-01-01", ["acme", "globex"]),
        ("segment=smb&on=2024-05-31", ["acme"]),
        ("segment=mid&on=2024-05-31", []),
        ("segment=mid&on=2024-06-01", ["acme"]),
        ("segment=mid", ["acme"]),
        ("segment=nobody", []),
        ("ordering=-code", ["globex", "acme"]),
    ],
)
def test_accounts_are_asked_about(rows, question, codes):
    acme = AccountFactory(code="acme", name="Acme", currency="EUR", country="DE")
    AccountFactory(code="globex", parent=acme)
    for code, day in {"smb": date(2024, 1, 1), "mid": date(2024, 6, 1)}.items():
        classify(account=acme, segment=SegmentFactory(code=code), region=None, starts_on=day)

    assert [row["code"] for row in rows(f"accounts/?{question}")] == codes


# Profiles


@pytest.fixture
def smb():
    AccountFactory(code="acme")
    return SegmentFactory(code="smb")


def test_an_account_is_classified(post, rows, smb):
    answer = post(
        "account-profiles", {"account": "acme", "segment": "smb", "starts_on": "2024-01-01"}
    )

    assert answer.status_code == 201
    expected = {"account": "acme", "segment": "smb", "region": None, "source": "manual"}
    assert answer.json().items() >= {**expected, "ends_on": None}.items()
    assert rows("account-profiles/?account=acme&on=2024-01-01") == [answer.json()]
    assert rows("account-profiles/?segment=smb&on=2023-12-31") == []


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("account", "nobody"),
        ("segment", "nobody"),
        ("starts_on", None),
        ("source", "rule"),
        ("ends_on", "2025-01-01"),
    ],
)
def test_a_wrong_classification_is_named(post, smb, member, value):
    body = {"account": "acme", "segment": "smb", "starts_on": "2024-01-01", member: value}
    answer = post("account-profiles", body)

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, member)


def test_history_is_written_in_order(post, smb):
    def put(day):
        return post("account-profiles", {"account": "acme", "segment": "smb", "starts_on": day})

    assert put("2024-06-01").status_code == 201
    answer = put("2024-05-31")
    assert (answer.status_code, answer.json()["code"]) == (409, "later_profile")
    assert answer.json()["detail"].endswith("has a profile from 2024-06-01 on already.")


def test_profiles_are_history_and_not_edited(api, post, smb):
    row = post("account-profiles", {"account": "acme", "starts_on": "2024-01-01"}).json()

    for method in (api.patch, api.delete):
        assert method(f"/api/v1/account-profiles/{row['id']}/").status_code == 405


# Subscriptions


@pytest.fixture
def pro():
    AccountFactory(code="acme", currency="EUR")
    return ChargeFactory(plan__code="crm-pro", plan__product__code="crm").plan


def money(amount="99.50", currency="EUR") -> dict:
    return {"amount": amount, "currency": currency}


def body(line=None, **facts) -> dict:
    line = {"plan": "crm-pro", "amount": money(), **(line or {})}
    return {"code": "s-1", "account": "acme", "starts_on": "2024-03-01", "lines": [line], **facts}


def test_a_subscription_starts(post, rows, pro):
    answer = post("subscriptions", body({"quantity": "5", "list_amount": money("120")}))

    assert answer.status_code == 201, answer.content
    assert answer.json() == {
        "code": "s-1",
        "account": "acme",
        "currency": "EUR",
        "starts_on": "2024-03-01",
        "term_months": 1,
        "ends_on": None,
    }
    (line,) = rows("subscription-lines/?subscription=s-1")
    expected = {
        "account": "acme",
        "product": "crm",
        "plan": "crm-pro",
        "charge": "base",
        "quantity": "5",
        "interval": "month",
        "amount": money(),
        "list_amount": money("120.00"),
        "mrr": 9950,
        "currency": "EUR",
        "origin": "sale",
        "starts_on": "2024-03-01",
        "voided_at": None,
    }
    assert line.items() >= expected.items()
    assert LedgerEntry.objects.get().mrr_after == 9950


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ({"plan": "nothing"}, "lines.0.plan"),
        ({"charge": "seats"}, "lines.0.charge"),
        ({"amount": 99.5}, "lines.0.amount"),
        ({"amount": money("-1")}, "lines.0.amount"),
        ({"amount": money("1e3")}, "lines.0.amount"),
        ({"amount": money("1", "XXY")}, "lines.0.amount"),
        ({"amount": {"amount": "1"}}, "lines.0.amount"),
        ({"amount": money("99.50", "USD")}, "lines"),
        ({"list_amount": money("120", "USD")}, "lines"),
        ({"quantity": 5}, "lines.0.quantity"),
        ({"interval": "week"}, "lines.0.interval"),
        ({"instance": -1}, "lines.0.instance"),
        ({"mrr": 5}, "lines.0.mrr"),
        ({"ends_on": "2024-03-01"}, "lines.0.ends_on"),
        ({"list_amount": money("99.49")}, "lines.0"),
        ({"quantity": "0"}, "lines.0.quantity"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_starts(post, pro, line, path):
    answer = post("subscriptions", body(line))

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, path)
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"code": "a b"}, "code"),
        ({"account": "nobody"}, "account"),
        ({"term_months": 0}, "term_months"),
        ({"lines": []}, "lines"),
        ({"lines": "x"}, "lines"),
        ({"currency": "EUR"}, "currency"),
        ({"starts_on": "yesterday"}, "starts_on"),
    ],
)
def test_a_wrong_subscription_is_named(post, pro, facts, path):
    answer = post("subscriptions", body(**facts))

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"].split(".")[0] == path


def test_what_is_not_on_sale_cannot_be_sold(post, pro):
    answer = post("subscriptions", body(starts_on="2019-12-31"))

    assert (answer.status_code, answer.json()["code"]) == (409, "not_on_sale")
    assert answer.json()["detail"] == f"{pro} is not on sale on 2019-12-31."
    assert not Subscription.objects.exists()


def test_a_line_does_not_start_before_its_subscription(post, pro):
    answer = post("subscriptions", body({"starts_on": "2024-02-29"}))

    assert (answer.status_code, answer.json()["code"]) == (409, "already_ended")


def test_two_lines_of_one_charge_need_instances_of_their_own(post, pro):
    line = {"plan": "crm-pro", "amount": money()}
    answer = post("subscriptions", body(lines=[line, line]))
    assert answer.status_code == 400
    assert "Another line of this subscription" in answer.json()["detail"]

    assert post("subscriptions", body(lines=[line, {**line, "instance": 1}])).status_code == 201


def test_the_code_of_a_subscription_is_given_once(post, pro):
    assert post("subscriptions", body()).status_code == 201
    answer = post("subscriptions", body())

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert answer.json()["errors"][0]["path"] == "code"


def test_a_subscription_is_cancelled(post, pro):
    post("subscriptions", body())

    answer = post("subscriptions/s-1/cancel", {"on": "2024-09-01"})

    assert (answer.status_code, answer.json()["ends_on"]) == (200, "2024-09-01")
    assert SubscriptionLine.objects.get().ends_on == date(2024, 9, 1)


def test_a_subscription_is_cancelled_once(post, pro):
    post("subscriptions", body())
    post("subscriptions/s-1/cancel", {"on": "2024-09-01"})

    answer = post("subscriptions/s-1/cancel", {"on": "2024-10-01"})

    assert (answer.status_code, answer.json()["code"]) == (409, "already_ended")
    assert answer.json()["detail"] == "s-1 ends on 2024-09-01 already."


@pytest.mark.parametrize("wrong", [{}, {"on": None}, {"on": "soon"}, {"on": "2024-09-01", "at": 1}])
def test_a_cancellation_names_its_day(post, pro, wrong):
    post("subscriptions", body())

    assert post("subscriptions/s-1/cancel", wrong).status_code == 400
    assert Subscription.objects.get().ends_on is None


def test_nobody_cancels_what_there_is_not(post):
    assert post("subscriptions/s-9/cancel", {"on": "2024-09-01"}).status_code == 404


def test_subscriptions_and_lines_are_not_edited(api, post, pro):
    post("subscriptions", body())
    line = SubscriptionLine.objects.get()

    for path in ("subscriptions/s-1", f"subscription-lines/{line.pk}"):
        for method in (api.patch, api.put, api.delete):
            assert method(f"/api/v1/{path}/").status_code == 405
    assert api.post("/api/v1/subscription-lines/").status_code == 405


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("on=2024-02-29", 0),
        ("on=2024-03-01", 2),
        ("on=2024-05-01", 1),
        ("account=acme", 1),
        ("product=crm", 3),
        ("plan=crm-pro&origin=sale", 3),
        ("origin=import", 0),
        ("subscription=s-2", 2),
    ],
)
def test_lines_are_asked_about(rows, pro, question, found):
    charge, day = pro.charges.get(), date(2024, 3, 1)
    one = SubscriptionFactory(account=Account.objects.get(code="acme"))
    two = SubscriptionFactory(code="s-2")
    LineFactory(subscription=one, charge=charge, starts_on=day, ends_on=date(2024, 5, 1))
    LineFactory(subscription=two, charge=charge, starts_on=day)
    voided = LineFactory(subscription=two, charge=charge, starts_on=day, instance=1)
    end_line(line=voided, on=day)

    assert len(rows(f"subscription-lines/?{question}")) == found


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ("account=acme", ["s-1"]),
        ("currency=USD", ["s-2"]),
        ("starts_on=2024-03-01", ["s-1"]),
        ("ends_on=2024-09-01", ["s-1"]),
        ("ordering=-starts_on", ["s-1", "s-2"]),
    ],
)
def test_subscriptions_are_asked_about(rows, pro, question, codes):
    acme = Account.objects.get(code="acme")
    SubscriptionFactory(code="s-1", account=acme, starts_on="2024-03-01", ends_on="2024-09-01")
    SubscriptionFactory(code="s-2")

    assert [row["code"] for row in rows(f"subscriptions/?{question}")] == codes


@pytest.mark.parametrize(
    "path", ["accounts", "account-profiles", "subscriptions", "subscription-lines"]
)
def test_unknown_questions_are_refused(api, path):
    answer = api.get(f"/api/v1/{path}/?colour=red")

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unknown")


def add(path, number) -> None:
    account = AccountFactory(parent=AccountFactory())
    if path == "account-profiles":
        segment = SegmentFactory()
        classify(account=account, segment=segment, region=None, starts_on=date(2024, 1, 1))
    if path.startswith("subscription"):
        LineFactory(subscription__account=account)


@pytest.mark.parametrize(
    "path", ["accounts", "account-profiles", "subscriptions", "subscription-lines"]
)
def test_a_list_costs_the_same_however_long_it_is(api, path):
    counts = []
    for rows in (1, 20):
        for number in range(rows):
            add(path, number)
        api.get(f"/api/v1/{path}/")
        with CaptureQueriesContext(connection) as queries:
            assert len(api.get(f"/api/v1/{path}/?limit=200").json()["results"]) >= rows
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 3


def test_who_keeps_customers_and_who_only_looks(pro):
    def start(role, *scopes):
        code = f"{role}-{len(scopes)}"
        return program(role, *scopes).post(
            "/api/v1/subscriptions/", body(code=code), content_type=JSON
        )

    assert start("revops").status_code == 201
    assert start("viewer").json()["code"] == "forbidden"
    assert start("revops", "catalog:write").json()["code"] == "scope_missing"
    for role, status in {"viewer": 200, "finance_preparer": 200, "user_admin": 403}.items():
        for path in ("accounts", "subscriptions", "subscription-lines", "account-profiles"):
            assert program(role).get(f"/api/v1/{path}/").status_code == status


@pytest.mark.parametrize("member", ["parent", "replaces"])
def test_an_empty_text_is_no_null_reference(api, member):
    account = AccountFactory(parent=AccountFactory(code="group"))
    before = account.parent

    answer = api.patch(f"/api/v1/accounts/{account.code}/", {member: ""}, content_type=JSON)

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, member)
    assert "null for none" in answer.json()["errors"][0]["message"]
    account.refresh_from_db()
    assert account.parent == before
    assert (
        api.patch(f"/api/v1/accounts/{account.code}/", {member: None}, content_type=JSON).json()[
            member
        ]
        is None
    )


def test_the_fault_of_a_later_line_names_its_place(post, pro):
    good = body({})["lines"][0]
    wrong = body({"ends_on": "2024-03-01"})["lines"][0]

    answer = post("subscriptions", {**body({}), "lines": [good, {**wrong, "instance": 1}]})

    assert [error["path"] for error in answer.json()["errors"]] == ["lines.1.ends_on"]
