"""How an owner is found: whose turn it is, and what is kept of a decision."""

from collections import Counter

import pytest

from accounts.models import (
    Absence,
    Assignment,
    Member,
    RoutingDecision,
    RoutingRuleSet,
    Strategy,
)
from accounts.routing.assigning import KeyUsed, NoActiveRuleSet, NoOwnerFound, assign_by_rules
from accounts.routing.subjects import Question
from tests.accounts.routing.asking import asked, owned, who
from tests.factories import AccountFactory, MemberFactory, ProductFactory
from tests.factories.routing import (
    DAY,
    AbsenceFactory,
    PoolMemberFactory,
    active_rules,
    csm_led,
    members_of,
    pool_of,
    routed,
)

pytestmark = pytest.mark.django_db

# Turns, live


def test_a_bulk_of_100_rotates_exactly():
    pool = pool_of(1, 1, 1, 1, 1)
    active_rules(csm_led(), {"pool": pool})

    order = [routed().member for _ in range(100)]

    assert order == members_of(pool) * 20


def test_weights_200_100_100_over_60_accounts_give_30_15_15():
    pool = pool_of(200, 100, 100)
    active_rules(csm_led(), {"pool": pool, "strategy": Strategy.WEIGHTED})

    counts = Counter(routed().member for _ in range(60))

    assert [counts[member] for member in members_of(pool)] == [30, 15, 15]


def test_a_weight_of_nothing_takes_no_turn():
    pool = pool_of(1, 0)
    active_rules(csm_led(), {"pool": pool})

    assert {routed().member for _ in range(4)} == {members_of(pool)[0]}


def test_where_all_weights_are_nothing_the_next_rule_is_asked():
    rest = MemberFactory()
    active_rules(csm_led(), {"country": "DE", "pool": pool_of(0, 0)}, {"member": rest})

    decision = routed(AccountFactory(country="DE"))

    assert decision.member == rest
    assert any("no_eligible_member" in step["reason"] for step in decision.trace)


def test_who_was_away_comes_back_where_the_pool_stands():
    pool = pool_of(1, 1, 1)
    first, second, third = members_of(pool)
    active_rules(csm_led(), {"pool": pool})
    absence = AbsenceFactory(member=third)

    assert [routed().member for _ in range(4)] == [first, second] * 2
    Absence.objects.filter(pk=absence.pk).delete()

    assert Counter(routed().member for _ in range(6)) == {first: 2, second: 2, third: 2}


def test_a_new_member_begins_where_the_pool_stands():
    pool = pool_of(1, 1)
    active_rules(csm_led(), {"pool": pool})
    for _ in range(7):
        routed()
    new = PoolMemberFactory(pool=pool, position=9).member

    counts = Counter(routed().member for _ in range(6))

    assert counts[new] == 2


def test_who_is_deactivated_gets_nothing_from_then_on():
    pool = pool_of(1, 1)
    first, second = members_of(pool)
    active_rules(csm_led(), {"pool": pool})
    assert [routed().member for _ in range(2)] == [first, second]

    first.user.is_active = False
    first.user.save()

    assert {routed().member for _ in range(3)} == {second}


def test_room_goes_by_what_everybody_carries_now():
    pool = pool_of(1, 1, capacity=3)
    first, second = members_of(pool)
    active_rules(
        csm_led(), {"country": "DE", "pool": pool, "strategy": "capacity"}, {"pool": pool_of(1)}
    )
    owned(first), owned(first)

    given = [routed(AccountFactory(country="DE")).member for _ in range(5)]

    assert given[:4] == [second, second, first, second]
    assert given[4] not in (first, second)


def test_rules_that_are_replaced_hold_until_the_next_ones_are_active():
    old, new = MemberFactory(), MemberFactory()
    active_rules({"member": old})
    assert routed().member == old

    active_rules({"member": new})

    assert routed().member == new
    assert [rules.state for rules in RoutingRuleSet.objects.order_by("number")] == [
        "archived",
        "active",
    ]


def test_the_last_rule_gives_to_somebody_away_rather_than_to_nobody():
    pool = pool_of(1)
    active_rules(csm_led(), {"pool": pool})
    AbsenceFactory(member=members_of(pool)[0])

    assert routed().member == members_of(pool)[0]


def test_where_everybody_has_left_nobody_is_found_and_nothing_written():
    pool = pool_of(1)
    active_rules(csm_led(), {"pool": pool})
    Member.objects.update(ends_on=DAY)

    with pytest.raises(NoOwnerFound, match="nobody with this role is present"):
        routed()
    assert not Assignment.objects.exists()


# Decisions


def test_a_decision_is_made_once_for_a_key():
    active_rules(csm_led(), {"pool": pool_of(1, 1)})
    account = AccountFactory()

    assert routed(account, key="a") == routed(account, key="a")
    assert RoutingDecision.objects.count() == 1
    with pytest.raises(KeyUsed):
        routed(AccountFactory(), key="a")


def test_the_same_inputs_give_the_same_trace():
    active_rules(csm_led(), {"pool": pool_of(3, 1), "strategy": Strategy.WEIGHTED})
    account = AccountFactory(country="DE")

    foretold = asked(account)
    assert asked(account).trace == foretold.trace
    decision = routed(account)

    assert decision.trace == foretold.trace
    assert decision.member_id == foretold.outcome.pick.member


def test_explaining_writes_nothing():
    active_rules(csm_led(), {"pool": pool_of(1, 1)})
    account = AccountFactory()

    assert who(account) == who(account) == routed(account).member
    assert Assignment.objects.count() == 1


def test_a_trace_names_no_person():
    pool = pool_of(1)
    active_rules(csm_led(), {"pool": pool})

    member = members_of(pool)[0]
    said = str(routed().trace)

    assert member.user.email not in said
    assert f"member #{member.pk}" in said


def test_without_active_rules_nothing_is_decided():
    with pytest.raises(NoActiveRuleSet):
        routed()


def test_an_owner_of_one_product_is_found_for_it_alone():
    pool, product = pool_of(1), ProductFactory()
    active_rules(csm_led(), {"pool": pool})
    account = AccountFactory()

    routed(account, product=product)

    assert Assignment.objects.get().product == product


def test_a_decision_costs_the_same_number_of_queries_in_a_large_pool(django_assert_max_num_queries):
    active_rules(csm_led(), {"pool": pool_of(*[1] * 20)})
    account = AccountFactory()
    routed()

    with django_assert_max_num_queries(36):
        assign_by_rules(account=account, question=Question(on=DAY), key="x")
