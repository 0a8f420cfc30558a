"""The worker as a process: events arrive within seconds, SIGTERM ends it, several share."""

import signal
import time
from collections import Counter
from datetime import timedelta
from threading import Event

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from config.models import NightlyJob
from config.outbox import models
from config.worker import keep, work
from tests.config.outbox.conftest import endpoint, receiver  # noqa: F401  (fixtures)
from tests.config.outbox.test_dispatch import delivered, run, stop, wait_until
from tests.config.outbox.test_feed import happen

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 5  # from the commit of an event until it has arrived


@pytest.fixture
def workers():
    """Starts so many workers; they are gone afterwards."""
    children = []

    def start(number: int) -> list:
        connection.close()
        children.extend(run("manage.py", "run_worker") for _ in range(number))
        return children

    yield start
    stop(children)


def end(child) -> tuple[int, str]:
    child.send_signal(signal.SIGTERM)
    out, _ = child.communicate(timeout=20)
    return child.returncode, out


def test_an_event_arrives_within_seconds_and_sigterm_ends_the_worker(endpoint, receiver, workers):  # noqa: F811
    endpoint()
    (child,) = workers(1)
    happen("first")
    wait_until(lambda: delivered() == 1, 30)  # it has begun
    began = time.monotonic()
    happen("second")
    wait_until(lambda: delivered() == 2, 30)
    took = time.monotonic() - began

    assert took < SECONDS
    status, out = end(child)
    assert status == 0
    assert "delivered 1" in out
    assert receiver.ids() == [f"evt_{event.pk}" for event in models.Event.objects.order_by("id")]


def test_several_workers_send_each_message_once_and_do_each_job_once(endpoint, receiver, workers):  # noqa: F811
    endpoint()
    due = timezone.now() - timedelta(hours=1)
    names = ("check_invariants", "fold_ledger", "prune")
    for name in names:
        NightlyJob.objects.create(name=name, next_at=due)
    children = workers(3)
    happen(*(f"p{number}" for number in range(40)))
    wait_until(lambda: delivered() == 40, 60)
    mine = NightlyJob.objects.filter(name__in=names)  # the others wait for the night
    wait_until(lambda: not mine.filter(ended_at=None).exists(), 60)
    said = "".join(end(child)[1] for child in children)

    assert Counter(receiver.ids()) == {f"evt_{event.pk}": 1 for event in models.Event.objects.all()}
    assert [said.count(f"{name}: ") for name in names] == [1, 1, 1]


def test_a_job_that_runs_is_broken_off_and_done_another_time(workers):
    with connection.cursor() as cursor:  # a fold waits for other folds
        cursor.execute("SELECT pg_advisory_lock(hashtext('metrics.folding'))")
    NightlyJob.objects.create(name="fold_ledger", next_at=timezone.now() - timedelta(hours=1))
    held = connection.connection  # `workers` would close it
    connection.connection = None
    try:
        (child,) = workers(1)
        wait_until(lambda: NightlyJob.objects.get(name="fold_ledger").begun_at, 30)
        began = time.monotonic()
        status, out = end(child)
    finally:
        held.close()

    assert status == 0
    assert time.monotonic() - began < 10
    assert "canceling statement" in out
    row = NightlyJob.objects.get(name="fold_ledger")
    assert row.failed
    assert row.next_at < timezone.now() + timedelta(hours=2)


def test_a_database_that_is_away_is_told_and_waited_for():
    tries, said, over = [], [], Event()

    def step():
        tries.append(len(tries))
        if len(tries) < 3:
            raise OperationalError("connection refused\n")
        over.set()

    keep(step, stop=over, pause=0, say=said.append)

    assert len(tries) == 3
    assert said == ["The database is away: connection refused"] * 2


def test_a_fault_of_the_nightly_work_ends_the_whole_worker(monkeypatch):
    def fault(*, clock):
        raise LookupError("a fault of ours")

    monkeypatch.setattr("config.worker.perform_due", fault)
    with pytest.raises(LookupError, match="a fault of ours"):
        work(stop=Event(), say=lambda line: None)
