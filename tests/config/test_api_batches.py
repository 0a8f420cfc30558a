import os
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, AccountProfile, LedgerEntry, Subscription
from config.invariants import invariants
from tests.accounts.ledger_book import catalog, customer

pytestmark = pytest.mark.django_db
MONEY = {"amount": "10", "currency": "USD"}


@pytest.fixture
def seller(program):
    return program("revops")


def post(client, path: str, body: object, key: str = "k"):
    return client.post(
        f"/api/v1/{path}/batch/",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def account(number: int, **facts) -> dict:
    return {"code": f"a{number}", "name": "A", "created_on": "2026-01-01", **facts}


def profile(number: int, **facts) -> dict:
    return {"account": f"a{number}", "segment": "smb", "starts_on": "2026-01-01", **facts}


def subscription(number: int, **facts) -> dict:
    lines = [{"plan": "p0-t0", "amount": MONEY}, {"plan": "p1-t1", "amount": MONEY}]
    facts = {"account": f"a{number}", "starts_on": "2026-01-01", "lines": lines, **facts}
    return {"code": f"s{number}", **facts}


def test_a_batch_adds_every_row_and_answers_them_in_order(seller):
    answer = post(seller, "accounts", {"rows": [account(2), account(1)]})

    assert answer.status_code == 201
    assert [row["code"] for row in answer.json()["results"]] == ["a2", "a1"]
    again = post(seller, "accounts", {"rows": [account(2), account(1)]})
    assert (again.content, again["Idempotent-Replayed"]) == (answer.content, "true")
    assert Account.objects.count() == 2


def test_a_fault_names_its_row_and_nothing_is_added(seller):
    rows = [account(number) for number in range(20)]
    rows[3]["country"] = "??"
    rows[17]["created_on"] = "2026-1-1"
    answer = post(seller, "accounts", {"rows": rows})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert [fault["path"] for fault in answer.json()["errors"]] == [
        "rows.3.country",
        "rows.17.created_on",
    ]
    assert not Account.objects.exists()


def test_rows_that_contradict_one_another_or_the_database_are_a_conflict(seller):
    customer("a5")
    answer = post(seller, "accounts", {"rows": [account(1), account(1), account(5)]})

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert [fault["path"] for fault in answer.json()["errors"]] == ["rows.1.code", "rows.2.code"]
    assert Account.objects.count() == 1


def test_a_rule_says_which_row_it_refuses(seller):
    catalog()
    customer("a1")
    rows = [profile(1), profile(1, starts_on="2025-01-01")]
    answer = post(seller, "account-profiles", {"rows": rows})

    assert (answer.status_code, answer.json()["code"]) == (409, "later_profile")
    assert [(f["path"], f["code"]) for f in answer.json()["errors"]] == [
        ("rows.1", "later_profile")
    ]
    assert not AccountProfile.objects.exists()


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "rows"),
        ({"rows": []}, "rows"),
        ({"rows": {}}, "rows"),
        ({"rows": [1]}, "rows.0"),
        ({"rows": [account(1), None]}, "rows.1"),
        ({"rows": [account(1), {}]}, "rows.1.code"),
        ({"rows": [account(1, colour="red")]}, "rows.0.colour"),
        ({"rows": [account(1)], "more": 1}, "more"),
        ({"rows": [account(n) for n in range(501)]}, "rows"),
    ],
)
def test_a_batch_is_a_list_of_1_to_500_rows(seller, body, path):
    answer = post(seller, "accounts", body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"] == path
    assert not Account.objects.exists()


def test_customers_and_what_they_hold_come_in_batches_with_one_entry_in_the_ledger(seller):
    catalog(products=2)
    numbers = range(30)
    for path, make in (
        ("accounts", account),
        ("account-profiles", profile),
        ("subscriptions", subscription),
    ):
        answer = post(seller, path, {"rows": [make(number) for number in numbers]})
        assert answer.status_code == 201, answer.json()

    assert Subscription.objects.count() == 30
    assert LedgerEntry.objects.count() >= 30
    assert not [v for entry in invariants.values() for v in entry.violations()]


def test_accounts_are_locked_and_recorded_once(seller):
    catalog(products=2)
    for number in range(5):
        customer(f"a{number}")
    with CaptureQueriesContext(connection) as queries:
        post(seller, "subscriptions", {"rows": [subscription(number) for number in range(5)]})

    statements = [query["sql"] for query in queries]
    assert sum("FOR NO KEY UPDATE" in sql and "accounts_account" in sql for sql in statements) == 1
    assert sum("INSERT INTO accounts_ledgerentry" in sql for sql in statements) == 1


def test_what_is_no_fault_of_a_row_is_none_of_the_batch(seller, monkeypatch):
    def stall(self, data):
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '57014'; END $$")

    monkeypatch.setattr("accounts.api.views.AccountViewSet.add", stall)
    answer = post(seller, "accounts", {"rows": [account(1)]})

    assert (answer.status_code, "errors" in answer.json()) == (503, False)


def test_a_batch_of_many_rows_is_answered_before_a_worker_gives_up(seller):
    catalog(products=2)
    rows = int(os.environ.get("SOAK_ROWS", "50"))
    for path, make in (
        ("accounts", account),
        ("account-profiles", profile),
        ("subscriptions", subscription),
    ):
        began = time.perf_counter()
        answer = post(seller, path, {"rows": [make(number) for number in range(rows)]})
        assert answer.status_code == 201
        assert time.perf_counter() - began < 25
