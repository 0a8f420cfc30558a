"""Two who evaluate the same day at the same time."""

from contextlib import contextmanager, suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import IntegrityError

from accounts.models import Opportunity, Signal
from accounts.signals import evaluation
from accounts.signals.evaluation import evaluate
from tests.config.racing import together
from tests.factories.expansion import ready, tier
from tests.factories.signals import DAY, did, signal_rule

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account():
    basic = tier("basic", rank=1)
    tier("pro", basic.product, rank=2)
    signal_rule("behaviour", behaviour="webinar")
    account = ready(basic)
    did(account, "webinar")
    return account


@contextmanager
def meeting(monkeypatch):
    """Lets the two meet where each has seen that nothing was told yet, if nothing keeps them."""
    barrier, new = Barrier(2), evaluation._new

    def meet(*args):
        found = new(*args)
        with suppress(BrokenBarrierError):
            barrier.wait(timeout=1)
        return found

    monkeypatch.setattr(evaluation, "_new", meet)
    yield


def run(_number: int) -> str:
    try:
        return f"{len(evaluate(on=DAY).opened)} opened"
    except IntegrityError as error:
        return type(error).__name__


def test_one_opportunity_is_opened_by_two_who_evaluate_the_same_day(account, monkeypatch):
    with meeting(monkeypatch):
        said = together(run, 2)

    assert sorted(said) == ["0 opened", "1 opened"]
    assert (Signal.objects.count(), Opportunity.objects.count()) == (1, 1)


def test_without_the_lock_they_get_into_each_others_way(account, monkeypatch):
    """The twin: the database still refuses the second signal, as an error."""
    monkeypatch.setattr(evaluation, "lock", lambda account: None)

    with meeting(monkeypatch):
        said = together(run, 2)

    assert "IntegrityError" in said
    assert Signal.objects.count() == 1
