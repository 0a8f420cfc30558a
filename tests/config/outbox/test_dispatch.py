"""The dispatcher with a real receiver: signatures, failures, kills, several at once."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from config.outbox import deliveries
from config.outbox.dispatch import dispatch
from config.outbox.endpoints import rotate_secret
from config.outbox.models import DeliveryState, Event, WebhookDelivery
from config.outbox.sending import send
from tests.config.outbox.test_feed import happen

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
EVENTS = int(os.environ.get("WEBHOOK_EVENTS", "1000"))
KILLS = int(os.environ.get("WEBHOOK_KILLS", "5"))
FAILING, FASTER, SEED = 0.3, 120, 20_261_122


def once() -> str:
    out = io.StringIO()
    call_command("dispatch_webhooks", stdout=out)
    return out.getvalue().strip()


def test_the_command_sends_what_happened_thin_and_signed(endpoint, receiver):
    row = endpoint()
    happen("crm")
    assert once() == "created 1, attempts 1, delivered 1, pending 0, dead 0"

    (request,) = receiver.requests
    event = Event.objects.get()
    body = Webhook(row.secret).verify(request.body, request.headers)
    assert body["type"] == "product.changed"
    assert body["data"] == {"event": event.pk, "subject": "/products/crm/", "change": "added"}
    assert request.headers["webhook-id"] == f"evt_{event.pk}"
    with pytest.raises(WebhookVerificationError):
        Webhook(row.secret).verify(request.body + b" ", request.headers)


def test_both_secrets_verify_during_a_rotation_and_one_after_it(endpoint, receiver):
    row = endpoint()
    old, now = row.secret, timezone.now()
    new = rotate_secret(endpoint=row, at=now)
    happen("crm")
    dispatch(now=now)
    rotate_secret(endpoint=row, at=now - timedelta(hours=25))
    happen("hub")
    dispatch(now=now)
    first, second = receiver.requests

    for secret in (old, new):
        Webhook(secret).verify(first.body, first.headers)
    for secret in (old, new):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(second.body, second.headers)


def test_every_attempt_is_the_same_message(endpoint, receiver):
    endpoint()
    happen("crm")
    receiver.answers = [(500, {}, b""), (302, {"Location": receiver.url}, b""), (200, {}, b"")]
    now = timezone.now()
    for minutes in (0, 1, 6):
        dispatch(now=now + timedelta(minutes=minutes))

    assert len({(sent.headers["webhook-id"], sent.body) for sent in receiver.requests}) == 1
    assert len({sent.headers["webhook-timestamp"] for sent in receiver.requests}) == 3
    assert WebhookDelivery.objects.get().state == DeliveryState.DELIVERED


class Killed(BaseException):
    """What a kill looks like from inside: nothing after it happens."""


def send_and_die(**message):
    send(**message)
    raise Killed


def killed_once(endpoint, receiver) -> list[str]:
    """What arrives when the dispatcher dies between attempt and record, and another follows."""
    endpoint()
    happen("crm")
    now = timezone.now()
    with pytest.raises(Killed):
        dispatch(now=now, send=send_and_die)
    receiver.requests.clear()
    dispatch(now=now + timedelta(seconds=59))
    assert receiver.ids() == []
    dispatch(now=now + timedelta(seconds=60))
    return receiver.ids()


def test_what_a_killed_dispatcher_had_not_recorded_is_sent_again(endpoint, receiver):
    assert killed_once(endpoint, receiver) == [f"evt_{Event.objects.get().pk}"]


def test_without_an_end_of_the_claim_it_would_be_lost(endpoint, receiver, monkeypatch):
    monkeypatch.setattr(deliveries, "CLAIM", timedelta(days=365))

    assert killed_once(endpoint, receiver) == []


def test_several_dispatchers_at_once_send_each_message_once(endpoint, receiver):
    endpoint()
    happen(*(f"p{number}" for number in range(60)))
    connection.close()
    children = [start(dies_after=0) for _ in range(3)]
    try:
        wait_until(lambda: delivered() == 60, 60)
    finally:
        stop(children)

    assert Counter(receiver.ids()) == {f"evt_{event.pk}": 1 for event in Event.objects.all()}


def test_the_command_goes_on_until_it_is_told_to_stop(endpoint, receiver):
    endpoint()
    connection.close()
    child = run("manage.py", "dispatch_webhooks", "--forever")
    try:
        for number in (1, 2):
            happen(f"p{number}")
            wait_until(lambda wanted=number: delivered() == wanted, 30)
        child.send_signal(signal.SIGTERM)
        out, _ = child.communicate(timeout=20)
    finally:
        stop([child])

    assert child.returncode == 0
    assert out.splitlines() == ["created 1, attempts 1, delivered 1, pending 0, dead 0"] * 2


class Unreliable(list):
    """Answers 500 to about three in ten, to the same message twice at most."""

    def __init__(self, receiver) -> None:
        self.receiver, self.dice, self.failed = receiver, Random(SEED), Counter()  # noqa: S311

    def __bool__(self) -> bool:
        return True

    def pop(self, _index: int = -1) -> tuple[int, dict, bytes]:
        number = self.receiver.requests[-1].headers["webhook-id"]
        if self.dice.random() < FAILING and self.failed[number] < 2:
            self.failed[number] += 1
            return 500, {}, b"no"
        return 204, {}, b""


def test_every_event_arrives_though_receivers_fail_and_dispatchers_are_killed(endpoint, receiver):
    secret = endpoint().secret
    receiver.answers = Unreliable(receiver)
    happen(*(f"p{number}" for number in range(EVENTS)))
    killed, began = 0, time.time()
    children = [start(dies_after=25 + number, began=began) for number in range(2)]
    try:
        while delivered() < EVENTS:
            for child in [child for child in children if child.poll() is not None]:
                assert child.returncode == -signal.SIGKILL
                children.remove(child)
                killed += 1
                dies = 25 if killed + len(children) < KILLS else 0
                children.append(start(dies_after=dies, began=began))
            assert time.time() - began < 120 + EVENTS / 5, (killed, state())
            time.sleep(0.1)
    finally:
        stop(children)

    arrived, failures = Counter(receiver.ids()), receiver.answers.failed.total()
    print(f"{killed} kills, {len(receiver.requests)} messages, {failures} failures")  # noqa: T201
    assert killed >= KILLS
    assert arrived.keys() == {f"evt_{event.pk}" for event in Event.objects.all()}
    assert failures > EVENTS * 0.2
    for request in receiver.requests:
        assert signed_by(secret, request)


def delivered() -> int:
    return WebhookDelivery.objects.filter(state=DeliveryState.DELIVERED).count()


def state() -> dict:
    return Counter(WebhookDelivery.objects.values_list("state", flat=True))


def signed_by(secret: str, request) -> bool:
    """As `Webhook.verify`, but by the sender's clock, which runs fast here."""
    at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
    wanted = Webhook(secret).sign(request.headers["webhook-id"], at, request.body.decode())
    json.loads(request.body)
    return wanted in request.headers["webhook-signature"].split()


def start(*, dies_after: int, began: float | None = None) -> subprocess.Popen:
    words = [str(dies_after), str(FASTER if began else 1), str(began or time.time())]
    return run("-m", "tests.config.outbox.mortal", *words)


def run(*words: str) -> subprocess.Popen:
    settings = connection.settings_dict
    query = {"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"]}
    if settings["PASSWORD"]:
        query["password"] = settings["PASSWORD"]
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql:///{settings['NAME']}?{urlencode(query)}",
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
    }
    return subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )


def stop(children: list[subprocess.Popen]) -> None:
    for child in children:
        child.kill()
        child.wait()


def wait_until(condition, seconds: float) -> None:
    end = time.time() + seconds
    while not condition():
        assert time.time() < end
        time.sleep(0.1)
