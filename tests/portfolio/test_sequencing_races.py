"""S15: two who each close one half of a circle at the same time."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import IntegrityError, connection, transaction

from config.invariants import invariants
from config.postgresql.owner import as_owner
from portfolio.models import Sequence
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db(transaction=True)

LOCK = "ALTER TABLE portfolio_sequence {} TRIGGER sequence_one_writer"


@pytest.fixture
def at_once():
    """Both have written before either commits, if nothing keeps them apart."""
    both_wrote = Barrier(2, timeout=2)

    def write(before, after) -> Exception | None:
        try:
            with transaction.atomic():
                Sequence.objects.create(
                    before=before, after=after, kind="requires", min_adoption=Decimal("0.6")
                )
                with suppress(BrokenBarrierError):  # the other one waits for our lock
                    both_wrote.wait()
        except IntegrityError as error:
            return error
        finally:
            connection.close()
        return None

    def run() -> list[Exception | None]:
        crm, analytics = ProductFactory(name="CRM"), ProductFactory(name="Analytics")
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(write, [crm, analytics], [analytics, crm]))

    return run


@pytest.fixture
def unlocked():
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(LOCK.format("DISABLE"))
    yield
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(LOCK.format("ENABLE"))


def circles() -> list[str]:
    return list(invariants["sequences_form_no_circle"].violations())


def test_s15_one_of_two_halves_of_a_circle_is_refused(at_once):
    (refused,) = [error for error in at_once() if error]

    assert "This would go in a circle" in str(refused)
    assert Sequence.objects.count() == 1
    assert circles() == []


def test_s15_without_the_lock_the_circle_gets_in(at_once, unlocked):
    assert at_once() == [None, None]
    assert Sequence.objects.count() == 2
    assert len(circles()) == 2  # what the check of the data would then say
