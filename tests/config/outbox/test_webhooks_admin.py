import pytest
from django.urls import reverse
from django.utils import timezone

from config.outbox.dispatch import dispatch
from config.outbox.models import DeliveryState, WebhookDelivery, WebhookEndpoint
from config.outbox.sending import Outcome
from tests.config.outbox.test_feed import happen

URL = "https://hooks.example/portico"
BAD = Outcome(500, "Oops", "", 1)


@pytest.fixture
def enter(client, person):
    """Signs in with a role."""

    def sign_in(role: str):
        client.force_login(person(role, email=f"{role}@example.org", is_staff=True))
        return client

    return sign_in


def page(name: str, *args) -> str:
    return reverse(f"admin:outbox_{name}", args=args)


def add(client, **facts):
    form = {"url": URL, "description": "billing", "active": "on", **facts}
    return client.post(page("webhookendpoint_add"), form)


@pytest.mark.django_db
def test_the_secret_is_shown_once(enter):
    client = enter("integrator")
    shown = add(client, kinds=["product.changed"])
    endpoint = WebhookEndpoint.objects.get()
    text = client.get(page("webhookendpoint_change", endpoint.pk)).content.decode()

    assert endpoint.secret in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert endpoint.secret not in text
    assert endpoint.owner.email == "integrator@example.org"
    assert endpoint.kinds == ["product.changed"]


@pytest.mark.django_db
def test_an_address_that_is_not_public_is_explained_beside_its_field(enter):
    answer = add(enter("integrator"), url="https://10.0.0.1/")

    assert "10.0.0.1 is no public address." in answer.content.decode()
    assert answer.context["adminform"].form.errors.keys() == {"url"}


@pytest.mark.django_db
def test_the_eleventh_endpoint_is_refused_in_a_sentence(enter):
    client = enter("integrator")
    for _ in range(10):
        add(client)

    assert "Ten endpoints are active already" in add(client).content.decode()
    assert WebhookEndpoint.objects.count() == 10


@pytest.mark.django_db
def test_a_new_secret_is_asked_for_and_shown(enter):
    client = enter("integrator")
    add(client)
    old = WebhookEndpoint.objects.get()
    question = client.get(page("webhookendpoint_rotate", old.pk))
    assert WebhookEndpoint.objects.get().secret == old.secret
    shown = client.post(page("webhookendpoint_rotate", old.pk))
    new = WebhookEndpoint.objects.get()

    assert "shown once" in question.content.decode()
    assert new.secret != old.secret == new.previous_secret
    assert new.secret in shown.content.decode()


@pytest.mark.django_db
def test_a_test_is_asked_for_and_due(enter):
    client = enter("integrator")
    add(client)
    path = page("webhookendpoint_test", WebhookEndpoint.objects.get().pk)
    client.get(path)
    assert not WebhookDelivery.objects.exists()
    client.post(path, {"go": "on"})

    assert WebhookDelivery.objects.get().event.kind == "webhook.test"


@pytest.mark.django_db(transaction=True)
def test_dead_letters_are_found_read_and_sent_again(enter):
    client = enter("integrator")
    add(client)
    happen("crm", "hub")
    dispatch(now=timezone.now(), send=lambda **_: BAD)
    dead = WebhookDelivery.objects.first()
    WebhookDelivery.objects.filter(pk=dead.pk).update(state="dead", next_attempt_at=None)

    found = client.get(page("webhookdelivery_changelist"), {"state__exact": "dead"})
    assert list(found.context["cl"].result_list) == [dead]
    assert "Oops" in client.get(page("webhookdelivery_change", dead.pk)).content.decode()
    chosen = {"action": "send_again", "_selected_action": [dead.pk]}
    client.post(page("webhookdelivery_changelist"), chosen)
    dead.refresh_from_db()

    assert dead.state == DeliveryState.PENDING


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["auditor", "viewer", "user_admin"])
def test_who_may_only_look_looks(enter, role, endpoint):
    row = endpoint(url=URL)
    happen("crm")
    dispatch(now=timezone.now(), send=lambda **_: BAD)
    client = enter(role)
    statuses = [
        client.get(path).status_code
        for path in (
            page("webhookendpoint_change", row.pk),
            page("webhookdelivery_changelist"),
            page("event_changelist"),
            page("webhookendpoint_rotate", row.pk),
            page("webhookendpoint_test", row.pk),
            page("webhookendpoint_add"),
        )
    ]
    chosen = {"action": "send_again", "_selected_action": [WebhookDelivery.objects.get().pk]}
    client.post(page("webhookdelivery_changelist"), chosen)
    client.post(page("webhookendpoint_rotate", row.pk))

    look = {"auditor": [200] * 3, "viewer": [403, 403, 200], "user_admin": [403] * 3}[role]
    assert statuses[:3] == look
    assert set(statuses[3:]) <= {403, 302}
    assert WebhookDelivery.objects.get().tries == 1
    assert WebhookEndpoint.objects.get().secret == row.secret


@pytest.mark.django_db(transaction=True)
def test_an_event_is_read_with_its_payload(enter):
    client = enter("viewer")
    happen("crm")
    listed = client.get(page("event_changelist"))
    (event,) = listed.context["cl"].result_list

    assert "change" in client.get(page("event_change", event.pk)).content.decode()
    assert client.post(page("event_change", event.pk), {"kind": "x"}).status_code == 403
