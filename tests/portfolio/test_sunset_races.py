"""Two who plan the ends of two products at the same time, each with the other as successor."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import IntegrityError, connection, transaction

from config.invariants import invariants
from config.postgresql.owner import as_owner
from portfolio.models import SunsetPlan
from tests.config.audit.trail import ask
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db(transaction=True)

DEFINITION = "SELECT pg_get_functiondef('portfolio_sunset_has_no_circle'::regproc)"
LOCK = "PERFORM pg_advisory_xact_lock(hashtext('portfolio.sunset'));"


@pytest.fixture
def without_lock():
    ((text,),) = ask(DEFINITION)
    assert LOCK in text
    with as_owner(connection):
        ask(text.replace(LOCK, ""))
    yield
    with as_owner(connection):
        ask(text)


def plan_each_other() -> list[Exception | None]:
    """Both have written before either commits, if nothing keeps them apart."""
    pair = [ProductFactory(), ProductFactory()]
    both_wrote = Barrier(2, timeout=2)

    def plan(product, successor) -> Exception | None:
        try:
            with transaction.atomic():
                SunsetPlan.objects.create(
                    product=product, successor=successor, reason="Old", notice_days=1
                )
                with suppress(BrokenBarrierError):  # the other one waits for our lock
                    both_wrote.wait()
        except IntegrityError as error:
            return error
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(plan, pair, pair[::-1]))


def circles() -> list[str]:
    return list(invariants["successors_come_to_an_end"].violations())


def test_the_second_would_close_the_circle_and_is_refused():
    refused = [error for error in plan_each_other() if error]

    assert len(refused) == 1
    assert "would come back" in str(refused[0])
    assert SunsetPlan.objects.count() == 1
    assert circles() == []


def test_without_the_lock_both_are_written_and_the_circle_is_closed(without_lock):
    assert plan_each_other() == [None, None]
    assert SunsetPlan.objects.count() == 2
    assert len(circles()) == 2
