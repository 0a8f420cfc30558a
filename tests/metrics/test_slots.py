import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client

from config.access.keys import issue
from config.access.models import User
from config.access.scopes import Scope
from config.admin.panels import _ask
from config.errors import Busy
from metrics import answering
from metrics.slots import take_slot
from portfolio.models import Threshold

pytestmark = pytest.mark.django_db(transaction=True)
URL, OTHER = "/api/v1/metrics/attach-rate/", "/api/v1/metrics/products-per-customer/"


@pytest.fixture
def client():
    caches["metrics"].clear()
    if not Threshold.objects.exists():  # the tests before have emptied every table
        Threshold.objects.create(
            code="minimum-support", value=30, source="", starts_on="2000-01-01"
        )
    boss = User.objects.create_superuser("boss@example.org")
    _, text = issue(name="metrics", owner=boss, scopes=Scope.values)
    client = Client(headers={"Authorization": f"Bearer {text}"}, raise_request_exception=False)
    client.get("/api/v1/metrics/")  # notes the use of the key
    return client


@pytest.fixture
def full(settings):
    """All slots are taken, each by a thread of its own, until the test is over."""
    settings.METRIC_SLOTS = 3
    taken, done = [Event() for _ in range(3)], Event()

    def hold(number: int) -> None:
        try:
            with transaction.atomic():
                take_slot()
                taken[number].set()
                done.wait(20)
        finally:
            connection.close()

    def begin():
        for number in range(3):
            pool.submit(hold, number)
        for each in taken:
            assert each.wait(5)
        return done

    with ThreadPoolExecutor(3) as pool:
        try:
            yield begin
        finally:
            done.set()


def test_beyond_the_slots_a_figure_is_refused_at_once(client, full):
    full()
    took = []
    for _ in range(5):
        began = time.perf_counter()
        answer = client.get(URL)
        took.append(time.perf_counter() - began)

    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert answer["Retry-After"] == "1"
    assert min(took) < 0.1  # the machine may be busy with something else


def test_what_is_known_needs_no_slot(client, full):
    known = client.get(URL)
    assert known.status_code == 200
    full()

    assert client.get(URL).content == known.content
    assert client.get(URL, headers={"If-None-Match": known["ETag"]}).status_code == 304
    assert client.get(OTHER).status_code == 503


def test_a_slot_is_free_when_its_transaction_ends(client, full, settings):
    done = full()
    assert client.get(URL).status_code == 503
    done.set()

    end = time.monotonic() + 5
    while (status := client.get(URL).status_code) == 503 and time.monotonic() < end:
        time.sleep(0.01)
    assert status == 200


def test_a_page_of_the_admin_says_so_and_stays(full):
    class Figure:
        def context(self, request, obj):
            with transaction.atomic():
                take_slot()

    full()
    assert "Too many figures" in _ask(Figure(), None, None)["problem"]


def sleep(*_):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(30)")


def test_nothing_runs_past_its_timeout_and_its_slot_is_free(client, settings, monkeypatch):
    settings.METRIC_SLOTS, settings.METRIC_TIMEOUT = 1, "200ms"
    monkeypatch.setattr(answering, "_answer", sleep)
    for _ in range(2):
        began = time.perf_counter()
        answer = client.get(URL)
        assert (answer.status_code, answer["Retry-After"]) == (503, "1")
        assert 0.2 <= time.perf_counter() - began < 1.2


def test_never_more_at_once_than_there_are_slots(client, settings, monkeypatch):
    settings.METRIC_SLOTS = 2
    running, most = [], []

    def count(*_):
        running.append(1)
        most.append(len(running))
        time.sleep(0.05)
        running.pop()
        return {}

    monkeypatch.setattr(answering, "_answer", count)
    assert (storm(client), max(most)) == ({200, 503}, 2)


def test_without_slots_all_run_at_once(client, monkeypatch):
    monkeypatch.setattr(answering, "take_slot", lambda: None)
    running, most = [], []

    def count(*_):
        running.append(1)
        most.append(len(running))
        time.sleep(0.2)
        running.pop()
        return {}

    monkeypatch.setattr(answering, "_answer", count)
    assert storm(client) == {200}
    assert max(most) > 4


def storm(client) -> set[int]:
    """What thirty different questions at the same time are answered."""

    def one(number: int) -> int:
        try:
            alone = Client(raise_request_exception=False, **client.defaults)
            return alone.get(f"{URL}?min_support={number}").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(30) as pool:
        return set(pool.map(one, range(30)))


def test_ones_own_slot_is_no_obstacle(settings):
    settings.METRIC_SLOTS = 1
    with transaction.atomic():
        take_slot()
        take_slot()


def test_without_a_slot_there_is_none(settings):
    settings.METRIC_SLOTS = 0
    with pytest.raises(Busy):
        take_slot()
