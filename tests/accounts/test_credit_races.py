"""Many who use the same credits at the same time."""

import random
from contextlib import suppress
from datetime import date
from decimal import Decimal
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from accounts.credits import drawing
from accounts.credits.drawing import NotEnoughCredits
from accounts.credits.pools import pools_of
from accounts.models import (
    Account,
    CreditAccount,
    CreditAllocation,
    CreditDraw,
    CreditGrant,
    GrantBalance,
)
from config.invariants import invariants
from config.postgresql.owner import as_owner
from pricing.models import CreditUnit
from tests.config.racing import together
from tests.factories import AccountFactory
from tests.factories.credits import CreditUnitFactory, burn_table, drawn, granted

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 1, 15)
THREADS, DRAWS = 8, 200
SEED = 7


class Abort(Exception):
    """The client went away before its transaction was committed."""


def holds() -> list[str]:
    return [v for entry in invariants.values() for v in entry.violations()]


@pytest.fixture
def world():
    unit = CreditUnitFactory()
    return AccountFactory(), unit, burn_table(unit)


def one_of(dice: random.Random, account, unit, features, name: str, lows: list) -> Decimal:
    """A draw, now and then a top-up, now and then given up: what it took for good."""
    if dice.random() < 0.1:
        granted(account, unit, dice.randint(1, 40), DAY, key=f"{name}-top-up")
    feature = features[dice.choice(["sends", "contacts", "lookups"])]
    with suppress(Abort, NotEnoughCredits), transaction.atomic():
        use = drawn(account, unit, feature, dice.randint(1, 3), DAY, key=name)
        if dice.random() < 0.1:
            raise Abort
        lows.append(sum(pool.left for pool in pools_of(account=account, unit=unit, on=DAY)))
        return use.credits
    return Decimal(0)


def test_credits_are_never_overspent(world):
    """8 threads x 200 draws with top-ups and given-up transactions."""
    account, unit, features = world
    opening = granted(account, unit, 5_000, DAY).credits
    lows: list[Decimal] = []

    def work(number: int) -> Decimal:
        dice = random.Random(f"{SEED}-{number}")  # noqa: S311  (a seed to replay by)
        names = (f"{number}-{n}" for n in range(DRAWS))
        return sum(one_of(dice, account, unit, features, name, lows) for name in names)

    taken = sum(together(work, THREADS))

    total = CreditGrant.objects.aggregate(Sum("credits"))["credits__sum"]
    left = GrantBalance.objects.aggregate(Sum("left"))["left__sum"]
    assert min(lows) >= 0
    assert taken == CreditDraw.objects.aggregate(Sum("credits"))["credits__sum"]
    assert total - taken == left
    assert total > opening
    assert len(lows) < THREADS * DRAWS  # some were refused or given up, and took nothing
    assert holds() == []


def test_retries_at_the_same_time_draw_once(world):
    account, unit, features = world
    granted(account, unit, 100, DAY)
    uses = together(
        lambda _: drawn(account, unit, features["lookups"], 1, DAY, key="once").pk, THREADS
    )

    assert len(set(uses)) == 1
    assert GrantBalance.objects.get().left == 80


def test_the_first_grants_of_an_account_wait_for_one_another(world):
    account, unit, _ = world
    together(lambda number: granted(account, unit, 10, DAY, key=f"{number}"), THREADS)

    assert CreditAccount.objects.count() == 1
    assert CreditGrant.objects.count() == THREADS


@pytest.fixture
def at_once(monkeypatch, world):
    """Two have seen the last 20 credits before either takes them, if nothing keeps them apart."""
    account, unit, features = world
    granted(account, unit, 20, DAY)
    both_looked, take = Barrier(2, timeout=2), drawing.burn

    def wait_and_take(*arguments, **facts):
        with suppress(BrokenBarrierError):  # the other one waits for our lock
            both_looked.wait()
        return take(*arguments, **facts)

    def attempt(_) -> Exception | None:
        try:
            drawn(account, unit, features["lookups"], 1, DAY)
        except (NotEnoughCredits, IntegrityError) as error:
            return error
        return None

    def run() -> Exception:
        monkeypatch.setattr(drawing, "burn", wait_and_take)
        (error,) = [error for error in together(attempt, 2) if error]
        return error

    return run


def test_the_second_is_told_that_nothing_is_left(at_once):
    assert isinstance(at_once(), NotEnoughCredits)
    assert holds() == []


def _unlocked(*, account: Account, unit: CreditUnit) -> CreditAccount:
    return CreditAccount.objects.get(account=account, unit=unit)


def test_without_the_lock_only_the_database_keeps_it_from_overspending(at_once, monkeypatch):
    monkeypatch.setattr(drawing, "lock_credits", _unlocked)

    assert isinstance(at_once(), IntegrityError)


COUNTING = "TRIGGER creditallocation_counts"


@pytest.fixture
def uncounted():
    """The database counts nothing off, until the test is over."""
    _alter(f"DISABLE {COUNTING}")
    yield
    _alter(f"ENABLE {COUNTING}")


def _alter(what: str) -> None:
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE accounts_creditallocation {what}")


def test_without_both_the_same_credits_are_used_twice(at_once, monkeypatch, uncounted):
    monkeypatch.setattr(drawing, "lock_credits", _unlocked)

    with pytest.raises(ValueError, match="not enough values"):
        at_once()  # nobody was refused
    assert CreditAllocation.objects.aggregate(Sum("credits"))["credits__sum"] == 40
    assert holds() != []
