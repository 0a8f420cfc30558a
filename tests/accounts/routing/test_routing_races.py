"""Many who route at the same time: turns are taken one after another.

`ROUTING_RACE` is how many assignments each of eight threads makes (125 for a thousand).
"""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Event

import pytest
from django.db import connection

from accounts.models import (
    Assignment,
    Member,
    RoutingDecision,
    RoutingRuleSet,
    Strategy,
)
from accounts.routing import assigning
from accounts.routing.assigning import assign_by_rules
from accounts.routing.rule_sets import activate
from accounts.routing.simulation import simulate
from accounts.routing.subjects import Question
from tests.factories import AccountFactory, UserFactory
from tests.factories.routing import (
    DAY,
    active_rules,
    csm_led,
    members_of,
    pool_of,
    rule_set_of,
)

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, EACH = 8, int(os.environ.get("ROUTING_RACE", "4"))


def route(account) -> None:
    try:
        assign_by_rules(account=account, question=Question(on=DAY), key=account.code)
    finally:
        connection.close()


def route_all(accounts, meanwhile=None) -> None:
    """Eight at once; `meanwhile` happens once a third is done."""
    with ThreadPoolExecutor(THREADS) as threads:
        third = len(accounts) // 3
        list(threads.map(route, accounts[:third]))
        rest = threads.map(route, accounts[third:])
        if meanwhile:
            meanwhile()
        list(rest)


def accounts() -> list:
    return [AccountFactory() for _ in range(THREADS * EACH)]


def counts(pool) -> list[int]:
    found = Counter(Assignment.objects.values_list("member", flat=True))
    return [found[member.pk] for member in members_of(pool)]


def test_simultaneous_assignments_to_five_owners_differ_by_at_most_one():
    pool, every = pool_of(1, 1, 1, 1, 1), accounts()
    active_rules(csm_led(), {"pool": pool})

    route_all(every)

    assert sum(counts(pool)) == len(every)
    assert max(counts(pool)) - min(counts(pool)) <= 1


@pytest.fixture
def read_together(monkeypatch):
    """Pairs have read whose turn it is before either writes, if nothing keeps them apart."""
    both, keep = Barrier(2, timeout=1), assigning.keep_turns

    def wait_and_keep(*arguments):
        with suppress(BrokenBarrierError):  # the other one waits for our lock
            both.wait()
        return keep(*arguments)

    monkeypatch.setattr(assigning, "keep_turns", wait_and_keep)

    def run(pool) -> list[int]:
        active_rules(csm_led(), {"pool": pool})
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(route, [AccountFactory(), AccountFactory()]))
        return counts(pool)

    return run


def test_two_at_once_take_two_turns(read_together):
    assert read_together(pool_of(1, 1)) == [1, 1]


def test_without_the_lock_both_take_the_same_turn(read_together, monkeypatch):
    monkeypatch.setattr(assigning, "lock_pools", lambda pools: None)

    assert read_together(pool_of(1, 1)) == [2, 0]


def test_weights_hold_to_within_one():
    pool, every = pool_of(200, 100, 100), accounts()
    active_rules(csm_led(), {"pool": pool, "strategy": Strategy.WEIGHTED})

    route_all(every)

    for count, share in zip(counts(pool), (0.5, 0.25, 0.25), strict=True):
        assert abs(count - len(every) * share) <= 1


def test_who_is_deactivated_mid_run_gets_nothing_afterwards():
    pool, every = pool_of(1, 1, 1), accounts()
    gone = members_of(pool)[0]
    active_rules(csm_led(), {"pool": pool})
    last: list[int] = []

    def deactivate():
        Member.objects.filter(pk=gone.pk).update(ends_on=DAY)
        last.append(RoutingDecision.objects.order_by("-pk").values_list("pk", flat=True)[0])

    route_all(every, meanwhile=deactivate)

    assert not RoutingDecision.objects.filter(pk__gt=last[0], member=gone).exists()
    assert Assignment.objects.count() == len(every)


def test_no_decision_is_written_for_who_left_while_it_was_made(monkeypatch):
    pool = pool_of(1, 1)
    first = members_of(pool)[0]
    active_rules(csm_led(), {"pool": pool})
    hold, left = assigning._stays, Event()

    def leave_first(member, world):
        if not left.is_set():
            left.set()
            with ThreadPoolExecutor(1) as other:
                other.submit(_leave, first).result()
        return hold(member, world)

    monkeypatch.setattr(assigning, "_stays", leave_first)

    route(AccountFactory())

    assert counts(pool) == [0, 1]


def _leave(member) -> None:
    Member.objects.filter(pk=member.pk).update(ends_on=DAY)
    connection.close()


def test_rules_edited_mid_run_give_every_account_one_owner_by_one_set():
    old, new, every = pool_of(1, 1), pool_of(1, 1), accounts()
    active_rules(csm_led(), {"pool": old})
    following = simulate(rule_set=rule_set_of(csm_led(), {"pool": new}), on=DAY)
    by = UserFactory()

    route_all(every, meanwhile=lambda: activate(rule_set=following, by=by, on=DAY))

    assert Assignment.objects.count() == RoutingDecision.objects.count() == len(every)
    for decision in RoutingDecision.objects.select_related("rule"):
        assert decision.rule.rule_set_id == decision.rule_set_id
    assert RoutingRuleSet.objects.active().get() == following
    for pool in (old, new):
        assert max(counts(pool)) - min(counts(pool)) <= 1


def test_the_same_key_at_once_is_one_decision():
    active_rules(csm_led(), {"pool": pool_of(1, 1)})
    account = AccountFactory()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(route, [account] * 4))

    assert RoutingDecision.objects.count() == Assignment.objects.count() == 1
