from datetime import timedelta

import pytest
from django.utils import timezone

from config.outbox.dispatch import dispatch
from config.outbox.models import DeliveryState, Event, WebhookDelivery, WebhookEndpoint
from config.outbox.sending import Outcome
from tests.config.outbox.test_feed import happen

JSON = {"content_type": "application/json"}
URL = "https://hooks.example/portico"
GOOD, BAD = Outcome(204, "", "", 1), Outcome(500, "Oops", "", 1)


@pytest.fixture
def client(program):
    return program("integrator")


def add(client, **facts):
    return client.post("/api/v1/webhook-endpoints/", {"url": URL, **facts}, **JSON)


@pytest.mark.django_db
def test_a_secret_is_shown_when_it_is_made_and_never_again(client):
    answer = add(client, kinds=["product.changed"], description="billing")
    made = answer.json()
    endpoint = WebhookEndpoint.objects.get()
    row = client.get(f"/api/v1/webhook-endpoints/{endpoint.pk}/")

    assert answer["Cache-Control"] == "no-store"
    assert made["secret"] == endpoint.secret
    assert made["owner"] == "integrator@example.org"
    assert made["active"] is True
    assert "secret" not in row.json()
    assert endpoint.secret.removeprefix("whsec_") not in row.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "facts",
    [
        {"url": "http://hooks.example/"},
        {"url": "https://127.0.0.1/"},
        {"url": "https://hooks.example:22/"},
        {"kinds": ["product.eaten"]},
        {"secret": "whsec_AAAA"},
        {"owner": "ann@example.org"},
    ],
)
def test_what_an_endpoint_may_not_be_is_refused(client, facts):
    answer = add(client, **facts)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"].startswith(next(iter(facts)))


@pytest.mark.django_db
def test_ten_endpoints_are_active_at_most(client):
    made = [add(client).status_code for _ in range(10)]
    eleventh = add(client)
    spare = add(client, active=False).json()
    on = client.patch(f"/api/v1/webhook-endpoints/{spare['id']}/", {"active": True}, **JSON)

    assert made == [201] * 10
    assert eleventh.status_code == on.status_code == 409
    assert eleventh.json()["detail"] == "Ten endpoints are active already: switch one off first."


@pytest.mark.django_db
def test_rotation_keeps_the_old_secret_for_a_day(client):
    made = add(client).json()
    turned = client.post(f"/api/v1/webhook-endpoints/{made['id']}/rotate-secret/")
    endpoint = WebhookEndpoint.objects.get()
    now = timezone.now()

    assert turned.status_code == 200
    assert turned["Cache-Control"] == "no-store"
    assert turned.json()["secret"] == endpoint.secret != made["secret"]
    assert endpoint.signing_secrets(at=now) == [endpoint.secret, made["secret"]]
    assert endpoint.signing_secrets(at=now + timedelta(hours=24)) == [endpoint.secret]


@pytest.mark.django_db
def test_who_changes_an_endpoint_answers_for_it(client, person, program):
    made = add(client).json()
    other = person("integrator", email="other@example.org")
    WebhookEndpoint.objects.update(owner=other)
    row = client.patch(f"/api/v1/webhook-endpoints/{made['id']}/", {"url": URL + "2"}, **JSON)

    assert row.json()["owner"] == "integrator@example.org"


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["viewer", "user_admin", "revops", "auditor"])
def test_others_do_not_manage_endpoints(program, role):
    client = program(role)
    assert add(client).status_code == 403
    expected = 200 if role == "auditor" else 403
    assert client.get("/api/v1/webhook-endpoints/").status_code == expected
    assert client.get("/api/v1/webhook-deliveries/").status_code == expected


@pytest.mark.django_db
def test_a_key_needs_the_scope(program):
    assert add(program("integrator", "events:read")).json()["code"] == "scope_missing"


@pytest.mark.django_db
def test_a_test_event_goes_to_one_endpoint_whatever_it_wants(client):
    one, _ = add(client, kinds=["product.changed"]).json(), add(client).json()
    answer = client.post(f"/api/v1/webhook-endpoints/{one['id']}/test/")

    assert answer.status_code == 202
    assert answer.json()["kind"] == "webhook.test"
    assert answer.json()["endpoint"] == one["id"]
    assert WebhookDelivery.objects.get().state == DeliveryState.PENDING


@pytest.mark.django_db(transaction=True)
def test_a_delivery_shows_its_attempts_and_is_sent_again(client):
    add(client)
    happen("crm")
    now = timezone.now()
    dispatch(now=now, send=lambda **_: BAD)
    (row,) = client.get("/api/v1/webhook-deliveries/?state=pending").json()["results"]

    (attempt,) = row["attempts"]
    assert row["subject"] == "/products/crm/"
    assert (attempt["status"], attempt["answer"], attempt["number"]) == (500, "Oops", 1)
    assert attempt["request_headers"]["webhook-id"] == f"evt_{Event.objects.get().pk}"
    assert "webhook-signature" not in attempt["request_headers"]

    WebhookDelivery.objects.update(state=DeliveryState.DEAD, next_attempt_at=None, failures=9)
    again = client.post(f"/api/v1/webhook-deliveries/{row['id']}/redeliver/")
    assert (again.status_code, again.json()["state"]) == (202, "pending")
    dispatch(now=timezone.now(), send=lambda **_: GOOD)

    row = client.get(f"/api/v1/webhook-deliveries/{row['id']}/").json()
    assert row["state"] == "delivered"
    assert [attempt["number"] for attempt in row["attempts"]] == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_an_endpoint_in_use_is_switched_off_not_deleted(client):
    unused, used = add(client, active=False).json(), add(client).json()
    happen("crm")
    dispatch(now=timezone.now(), send=lambda **_: GOOD)

    assert client.delete(f"/api/v1/webhook-endpoints/{unused['id']}/").status_code == 204
    assert client.delete(f"/api/v1/webhook-endpoints/{used['id']}/").json()["code"] == "in_use"


@pytest.mark.django_db(transaction=True)
def test_a_list_of_deliveries_costs_the_same_for_one_and_for_many(
    client, django_assert_max_num_queries
):
    add(client)
    happen("a")
    dispatch(now=timezone.now(), send=lambda **_: BAD)
    client.get("/api/v1/webhook-deliveries/")  # notes the use of the key
    with django_assert_max_num_queries(3) as one:
        client.get("/api/v1/webhook-deliveries/")
    happen(*(f"p{number}" for number in range(30)))
    dispatch(now=timezone.now(), send=lambda **_: BAD)
    with django_assert_max_num_queries(len(one)):
        assert len(client.get("/api/v1/webhook-deliveries/").json()["results"]) == 31
