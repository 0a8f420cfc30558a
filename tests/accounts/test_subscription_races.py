"""Two decisions about one subscription at once: the second sees what the first has done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from copy import copy
from datetime import date
from decimal import Decimal
from threading import Event, get_ident
from types import ModuleType
from typing import NamedTuple

import pytest
from django.db import IntegrityError, connection

from accounts import changes, consolidation, renewal, terms
from accounts.changes import Wish, change
from accounts.consolidation import coterm
from accounts.ledger import Recording
from accounts.models import SubscriptionLine
from accounts.renewal import renew
from accounts.subscriptions import cancel
from accounts.terms import change_term
from config.errors import DomainError
from config.invariants import invariants
from config.outbox.models import Event as Told
from tests.accounts.ledger_book import in_force, told_again
from tests.accounts.priced import DAY, a_charge, costs, sell
from tests.accounts.test_ledger_races import touch_without_lock
from tests.factories import AccountFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db(transaction=True)

APRIL, MID_APRIL = date(2024, 4, 1), date(2024, 4, 15)
LATER, MAY = date(2024, 4, 20), date(2024, 5, 1)


class Race(NamedTuple):
    """Who reads first and waits, after which function; who overtakes; and what must come of it."""

    slow: Callable
    reads: tuple[ModuleType, str]
    quick: Callable
    is_right: Callable[[SubscriptionLine], bool]


def cancelled(line):
    cancel(subscription=line.subscription, on=MID_APRIL)


def more(line):
    change(line=line, wish=Wish(quantity=Decimal(5)), on=LATER)


def upgraded(line):
    change(line=line, wish=Wish(charge=line.pro), on=MID_APRIL)


def renewed(line):
    renew(line=line, on=MAY)


def together(line):
    coterm(account=line.account, on=APRIL, renews_on=date(2025, 3, 1))


def held_in_june(line) -> list[tuple[str, int]]:
    held = SubscriptionLine.objects.live(on=date(2024, 6, 1)).filter(subscription=line.subscription)
    return [(row.plan.code, int(row.quantity)) for row in held.select_related("plan")]


def nothing_is_held(line) -> bool:
    return held_in_june(line) == []


def the_upgrade_is_kept(line) -> bool:
    return held_in_june(line) == [("pro", 1)]


def both_are_kept(line) -> bool:
    return held_in_june(line) == [("pro", 5)]


def it_is_told_once(line) -> bool:
    told = Told.objects.filter(kind="account.cotermed", subject=f"/accounts/{line.account.code}/")
    return told.count() == 1


def committed(line):
    change_term(subscription=line.subscription, term_months=6, on=APRIL)


def the_term_is_told_once(line) -> bool:
    subject = f"/subscriptions/{line.subscription.code}/"
    return Told.objects.filter(kind="subscription.term_changed", subject=subject).count() == 1


RACES = {
    "change, cancel": Race(upgraded, (changes, "holding"), cancelled, nothing_is_held),
    "renew, cancel": Race(renewed, (renewal, "holding"), cancelled, nothing_is_held),
    "renew, change": Race(renewed, (renewal, "holding"), upgraded, the_upgrade_is_kept),
    "change, change": Race(upgraded, (changes, "holding"), more, both_are_kept),
    "coterm, coterm": Race(together, (consolidation, "consolidation"), together, it_is_told_once),
    "term, term": Race(committed, (terms, "preview_term"), committed, the_term_is_told_once),
}


@pytest.fixture
def shop():
    """Basic at 29, 49 from April on, and Pro at 99."""
    basic = a_charge(29, plan__code="basic", plan__rank=1)
    costs(basic, 49, on=APRIL)
    pro = a_charge(99, plan__code="pro", plan__rank=2, plan__product=basic.plan.product)
    return basic, pro


def customer(basic, pro) -> SubscriptionLine:
    """A monthly line of Basic, beside a yearly subscription that renews in March."""
    account = AccountFactory()
    agreement = SubscriptionFactory(account=account, starts_on=DAY)
    yearly = SubscriptionFactory(account=account, starts_on=DAY, term_months=12)
    sell(pro, subscription=yearly)
    (line,) = sell(basic, subscription=agreement)
    line.pro = pro
    return line


def run(race: Race, line: SubscriptionLine, monkeypatch, *, patience: float) -> None:
    """The slow one waits, after it has read, until the quick one is done or patience ends."""
    read, done, slow = Event(), Event(), []
    module, name = race.reads
    reading = getattr(module, name)

    def read_and_wait(*args, **facts):
        found = reading(*args, **facts)
        if get_ident() in slow and not read.is_set():
            read.set()
            done.wait(patience)
        return found

    def first():
        slow.append(get_ident())
        with suppress(DomainError, IntegrityError):  # what came of it is looked at below
            race.slow(line)
        connection.close()

    again = copy(line)

    def second():
        read.wait(10)
        with suppress(DomainError, IntegrityError):
            race.quick(again)
        done.set()
        connection.close()

    with monkeypatch.context() as patched, ThreadPoolExecutor(2) as pool:
        patched.setattr(module, name, read_and_wait)
        for each in [pool.submit(first), pool.submit(second)]:
            each.result()


def test_whoever_comes_second_sees_what_the_first_has_done(shop, monkeypatch):
    lines = {name: customer(*shop) for name in RACES}

    for name, race in RACES.items():
        run(race, lines[name], monkeypatch, patience=0.2)

    assert [name for name, race in RACES.items() if not race.is_right(lines[name])] == []
    assert all(in_force(line.account) == told_again(line.account) for line in lines.values())
    assert not [v for entry in invariants.values() for v in entry.violations()]


def test_without_the_accounts_lock_every_pair_goes_wrong(shop, monkeypatch):
    lines = {name: customer(*shop) for name in RACES}
    monkeypatch.setattr(Recording, "touch", touch_without_lock)

    for name, race in RACES.items():
        run(race, lines[name], monkeypatch, patience=10)

    assert [name for name, race in RACES.items() if race.is_right(lines[name])] == []
