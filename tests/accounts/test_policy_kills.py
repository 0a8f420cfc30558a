"""An application that is killed again and again locks the same as one that nobody disturbs."""

import os
import signal
from datetime import date

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.grandfathering import applying
from accounts.grandfathering.deciding import approve
from accounts.grandfathering.recording import record_preview
from pricing.models import GrandfatheringPolicy, PolicyState
from tests.accounts.priced import a_charge, costs, sell
from tests.factories import UserFactory
from tests.factories.protection import PolicyFactory

pytestmark = pytest.mark.django_db(transaction=True)

KILLS = 20


@pytest.fixture
def policy(monkeypatch):
    monkeypatch.setattr(applying, "CHUNK", 2)
    charge = a_charge(29)
    costs(charge, 49, on=date(2024, 3, 20))
    for _ in range(12):
        sell(charge)
    policy = PolicyFactory(cap_percent=10)
    policy.plans.set([charge.plan])
    policy = record_preview(policy=policy)
    facts = {"preview_hash": policy.preview_hash, "at": timezone.now()}
    return approve(policy=policy, by=UserFactory(), **facts)


def run(policy) -> None:
    applying.apply(policy=policy, at=timezone.now(), on=timezone.localdate())


def left(policy) -> tuple:
    """Everything but ids, with what other systems were told."""
    locks = sorted(policy.pricelocks.values_list("root", "amount", "starts_on", "ends_on"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, subject FROM outbox_event WHERE kind ~ 'protect|applied'")
        return (
            locks,
            sorted(cursor.fetchall()),
            GrandfatheringPolicy.objects.get(pk=policy.pk).state,
        )


def counted(wrapped) -> int:
    seen = 0

    def count(execute, *arguments):
        nonlocal seen
        seen += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        wrapped()
    return seen


def killed_after(statements: int, policy, *, guarded: bool = True) -> bool:
    """Whether a process of its own was killed in the middle of the application."""
    child = os.fork()
    if child == 0:
        _apply_and_die(statements, policy, guarded)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _apply_and_die(statements: int, policy, guarded: bool) -> None:
    inherited = connection.connection  # the parent's: kept, never closed here
    connection.connection = None
    done = 0

    def count(execute, *arguments):
        nonlocal done
        done += 1
        if done >= statements:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*arguments)

    try:
        connection.connect()
        if not guarded:
            applying._done = lambda policy, accounts: set(range(10**6))
            applying.accounts_protected = lambda policy, rows: None
        with connection.execute_wrapper(count):
            run(policy)
    finally:
        os._exit(int(inherited is None))


def undisturbed(policy) -> tuple[int, tuple]:
    with transaction.atomic():
        statements = counted(lambda: run(policy))
        found = left(policy)
        transaction.set_rollback(True)
    return statements, found


def test_g11_an_application_that_is_killed_again_and_again_locks_the_same(policy):
    total, expected = undisturbed(policy)

    kills = sum(killed_after(5 + n * total // KILLS, policy) for n in range(KILLS))
    if GrandfatheringPolicy.objects.get(pk=policy.pk).state == PolicyState.APPROVED:
        run(policy)

    assert kills >= KILLS // 3
    assert left(policy) == expected


def test_a_line_that_is_taken_for_done_without_being_so_is_found_missing(policy):
    total, expected = undisturbed(policy)
    assert not killed_after(total * 10, policy, guarded=False)
    assert left(policy) != expected
