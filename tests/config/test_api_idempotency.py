import os
from contextlib import suppress
from datetime import timedelta
from threading import Lock

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Account, AccountProfile, Subscription, SubscriptionLine
from config.api import idempotency
from config.invariants import invariants
from config.models import StoredResponse
from portfolio.models import Segment
from tests.accounts.ledger_book import catalog, customer
from tests.config.racing import together

KEYS, TIMES = int(os.environ.get("SOAK_KEYS", "30")), 16
ACCOUNT = {"code": "acme", "name": "Acme", "created_on": "2026-01-01"}


def post(client, path: str, body: dict, key: str | None = None, **headers):
    headers = {**headers, **({"Idempotency-Key": key} if key is not None else {})}
    return client.post(f"/api/v1/{path}/", body, content_type="application/json", headers=headers)


@pytest.fixture
def seller(program):
    return program("revops")


@pytest.mark.django_db
def test_a_retry_answers_what_the_request_answered(seller):
    first = post(seller, "accounts", ACCOUNT, "k1")
    again = post(seller, "accounts", dict(reversed(ACCOUNT.items())), "k1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.content, first["ETag"]) == (again.content, again["ETag"])
    assert first["Content-Type"] == again["Content-Type"] == "application/json"
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Account.objects.count() == 1


@pytest.mark.django_db
def test_a_key_stands_for_one_body_of_one_client_at_one_address(seller, program):
    post(seller, "accounts", ACCOUNT, "k1")
    other = post(seller, "accounts", {**ACCOUNT, "code": "b"}, "k1")
    stranger = post(
        program("viewer", is_superuser=True), "accounts", {**ACCOUNT, "code": "c"}, "k1"
    )
    elsewhere = post(
        program("product_ops"), "segments", {"code": "k", "name": "K", "rank": 77}, "k1"
    )

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert (stranger.status_code, elsewhere.status_code) == (201, 201)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "é", "\x7f"])
def test_a_key_is_short_and_visible(seller, key):
    answer = post(seller, "accounts", ACCOUNT, key)

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "Idempotency-Key")
    assert post(seller, "accounts", ACCOUNT, '"' + "~" * 254).status_code == 201


@pytest.mark.django_db
def test_facts_about_customers_need_a_key(seller):
    for path in ("subscriptions", "account-profiles", "subscriptions/x/cancel"):
        answer = post(seller, path, {})
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")
        assert post(seller, path, {}, "k").status_code in (400, 404)


@pytest.mark.django_db
def test_a_refusal_is_not_kept(seller):
    assert post(seller, "accounts", {**ACCOUNT, "country": "??"}, "k1").status_code == 400
    assert post(seller, "accounts", ACCOUNT, "k1").status_code == 201
    assert StoredResponse.objects.count() == 1


@pytest.mark.django_db
def test_answers_are_kept_for_72_hours(seller, capsys):
    for code in ("a", "b"):
        post(seller, "accounts", {**ACCOUNT, "code": code}, code)
    old = timezone.now() - timedelta(hours=73)
    StoredResponse.objects.update(created_at=old)

    assert post(seller, "accounts", {**ACCOUNT, "code": "c"}, "a").status_code == 201
    call_command("prune")
    assert capsys.readouterr().out.startswith("Removed: answers 1, deliveries 0, events 0, ")
    assert list(StoredResponse.objects.values_list("key", flat=True)) == ["a"]


@pytest.mark.django_db
def test_what_the_database_checks_at_the_end_is_refused_before_it_is_acknowledged(
    seller, monkeypatch
):
    def break_later(self, data):
        account = Account.objects.create(**ACCOUNT)
        Account.objects.update(parent=9_999_999)
        return account

    monkeypatch.setattr("accounts.api.views.AccountViewSet.add", break_later)
    answer = post(seller, "accounts", ACCOUNT, "k1")

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert not StoredResponse.objects.exists()


def starting(number: int) -> tuple[str, dict]:
    price = {"amount": "10", "currency": "USD"}
    body = {"code": f"s{number}", "account": "acme", "starts_on": "2026-01-01"}
    return "subscriptions", {**body, "lines": [{"plan": "p0-t0", "amount": price}]}


def classifying(number: int) -> tuple[str, dict]:
    body = {"account": f"a{number}", "segment": "smb", "starts_on": "2026-01-01"}
    return "account-profiles", body


def adding(number: int) -> tuple[str, dict]:
    return "accounts", {**ACCOUNT, "code": f"n{number}"}


def effects(path: str) -> int:
    return {
        "subscriptions": SubscriptionLine.objects.count,
        "account-profiles": AccountProfile.objects.count,
        "accounts": Account.objects.filter(code__startswith="n").count,
    }[path]()


@pytest.fixture
def book(key):
    catalog(products=1, tiers=1)
    customer("acme")
    for number in range(KEYS):
        customer(f"a{number}")


@pytest.fixture
def crashes(monkeypatch) -> list:
    """Lets every third first try die between effect and answer; yields those that did."""
    whole, died, lock = idempotency._stored, [], Lock()

    def dies(pk, response):
        with lock:
            unlucky = len(died) < KEYS and not pk % 3
            died.extend([pk] if unlucky else [])
        if unlucky:
            raise RuntimeError("killed")
        return whole(pk, response)

    monkeypatch.setattr(idempotency, "_stored", dies)
    return died


@pytest.mark.parametrize("kind", [starting, classifying, adding])
def test_retries_have_one_effect_also_when_some_die_before_the_answer(key, book, crashes, kind):
    def work(_thread: int) -> list[tuple]:
        client = Client(headers=key, raise_request_exception=False)
        return [
            insist(client, *kind(number), f"key {number}".replace(" ", "-"))
            for number in range(KEYS)
        ]

    answers = together(work, TIMES)

    path, _ = kind(0)
    assert effects(path) == KEYS
    assert all(answer == answers[0] for answer in answers)
    assert len(crashes) >= KEYS / 10  # else nothing was tested
    stored = StoredResponse.objects.all()
    assert (len(stored), {row.status for row in stored}) == (KEYS, {201})
    assert not [v for entry in invariants.values() for v in entry.violations()]
    if path == "subscriptions":
        assert Subscription.objects.count() == KEYS


def insist(client, path: str, body: dict, key: str) -> tuple[int, bytes]:
    """What a client is told that tries again until it is told something."""
    while (answer := post(client, path, body, key)).status_code >= 500:
        pass
    return answer.status_code, answer.content


COUNT, COUNTERS = "/api/v1/segments/xs/count/", 10


def count(key: dict, *names: str | None) -> int:
    """How often the effect happened, of so many requests at once for each key."""
    Segment.objects.create(code="xs", name="XS", rank=1000)

    def work(_thread: int) -> None:
        client = Client(headers=key, raise_request_exception=False)
        for name in names:
            sent = {"Idempotency-Key": name} if name else {}
            assert client.post(COUNT, {}, "application/json", headers=sent).status_code == 200

    together(work, TIMES)
    return Segment.objects.get(code="xs").rank - 1000


@pytest.mark.urls("tests.config.door")
def test_a_verb_with_a_key_happens_once(key):
    assert count(key, *(f"k{number}" for number in range(COUNTERS))) == COUNTERS


@pytest.mark.urls("tests.config.door")
def test_a_verb_without_a_key_happens_every_time(key):
    assert count(key, None) == TIMES


@pytest.mark.urls("tests.config.door")
def test_without_the_reservation_a_key_has_several_effects(key, monkeypatch):
    def look_then_act(request, name, effect):
        mark = {"client": "x", "method": "POST", "path": request.path, "key": name}
        stored = StoredResponse.objects.filter(**mark).first()
        if stored:
            return idempotency._answer(stored, {})
        response = effect()
        with suppress(IntegrityError), transaction.atomic():
            StoredResponse.objects.create(**mark, body_hash="", status=200, body="{}")
        return response

    monkeypatch.setattr("config.api.writing.once", look_then_act)
    assert count(key, *(f"k{number}" for number in range(COUNTERS))) > COUNTERS


@pytest.mark.django_db
def test_a_stuck_key_would_be_found():
    StoredResponse.objects.create(client="key 1", method="POST", path="/x/", key="k", body_hash="")
    found = list(invariants["every_kept_key_has_its_answer"].violations())

    assert found == ["POST /x/ k"]
