"""Two who assign one account at the same time."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from threading import Barrier, BrokenBarrierError

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection

from accounts import ownership
from accounts.models import Assignment, OwnerRole
from tests.factories import AccountFactory, MemberFactory

pytestmark = pytest.mark.django_db(transaction=True)

DAYS = [date(2026, 5, 1), date(2026, 5, 1)]


@pytest.fixture
def at_once(monkeypatch):
    """Both have read who owns the account before either writes, if nothing keeps them apart."""
    both_read, write = Barrier(2, timeout=2), ownership._open

    def wait_and_open(*arguments, **facts):
        with suppress(BrokenBarrierError):  # the other one waits for our lock
            both_read.wait()
        return write(*arguments, **facts)

    monkeypatch.setattr(ownership, "_open", wait_and_open)

    def run() -> list[Exception | None]:
        account, members = AccountFactory(), [MemberFactory(), MemberFactory()]
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(lambda m, day: _assign(account, m, day), members, DAYS))

    return run


def _assign(account, member, day) -> Exception | None:
    try:
        ownership.assign(account=account, role=OwnerRole.CSM, member=member, starts_on=day)
    except Exception as error:  # noqa: BLE001  (what it is, the test asks)
        return error
    finally:
        connection.close()
    return None


def test_the_second_to_assign_replaces_the_first(at_once):
    assert at_once() == [None, None]
    assert Assignment.objects.count() == 1


def test_without_the_lock_the_database_refuses_one_of_them(at_once, monkeypatch):
    monkeypatch.setattr(ownership, "lock", lambda account: None)

    refused = [error for error in at_once() if error]

    assert len(refused) == 1
    assert isinstance(refused[0], (DatabaseError, ValidationError))  # whenever it was looked
    assert Assignment.objects.count() == 1
