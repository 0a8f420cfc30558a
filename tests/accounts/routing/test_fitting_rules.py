"""Which rules fit an account, and who goes before them: by name, by keeping, by the parent."""

from datetime import date, timedelta

import pytest

from accounts.models import Assignment, Member, PoolMember
from accounts.profiles import classify
from accounts.routing.assigning import explain
from accounts.routing.subjects import Question
from portfolio.models import Motion, OwnerModel
from tests.accounts.routing.asking import AE, CSM, owned, who
from tests.factories import (
    AccountFactory,
    MemberFactory,
    ProductFactory,
    RegionFactory,
    SegmentFactory,
)
from tests.factories.routing import (
    DAY,
    AbsenceFactory,
    NamedAccountFactory,
    PoolMemberFactory,
    active_rules,
    csm_led,
    members_of,
    pool_of,
    routed,
)

pytestmark = pytest.mark.django_db

# Which rules fit


@pytest.mark.parametrize(
    ("rule", "fits", "does_not"),
    [
        ({"country": "DE"}, {"country": "DE"}, {"country": "FR"}),
        ({"country": "DE"}, {"country": "DE"}, {}),
        ({"industry": "Retail"}, {"industry": "retail"}, {"industry": "Retail trade"}),
        ({"employees_from": 10}, {"employees": 10}, {"employees": 9}),
        ({"employees_to": 10}, {"employees": 10}, {"employees": 11}),
        ({"employees_to": 10}, {"employees": 10}, {"employees": None}),
    ],
)
def test_a_rule_is_for_accounts_that_meet_every_criterion(rule, fits, does_not):
    special, rest = MemberFactory(), MemberFactory()
    active_rules({**rule, "member": special}, {"member": rest})

    assert who(AccountFactory(**fits)) == special
    assert who(AccountFactory(**does_not)) == rest


def test_a_rule_about_a_deal_is_not_for_accounts_as_such():
    special, rest, product = MemberFactory(), MemberFactory(), ProductFactory()
    active_rules(
        {"motion": Motion.TIER_UPSELL, "product": product, "member": special}, {"member": rest}
    )
    account = AccountFactory()

    assert who(account) == rest
    assert who(account, product=product) == rest
    assert who(account, product=product, motion=Motion.TIER_UPSELL) == special


def test_segment_and_region_are_those_of_the_day():
    segment, region, special, rest = (
        SegmentFactory(),
        RegionFactory(),
        *(MemberFactory() for _ in range(2)),
    )
    active_rules({"segment": segment, "region": region, "member": special}, {"member": rest})
    account = AccountFactory()
    classify(account=account, segment=segment, region=region, starts_on=DAY + timedelta(days=1))

    assert who(account) == rest
    tomorrow = Question(on=DAY + timedelta(days=1))
    assert explain(account=account, question=tomorrow).outcome.pick.member == special.pk


def test_the_first_rule_by_rank_that_fits_decides():
    first, second = MemberFactory(), MemberFactory()
    active_rules({"country": "DE", "member": first}, {"member": second})

    assert who(AccountFactory(country="DE")) == first


def test_a_rule_that_asks_for_a_kind_of_owner_is_only_for_that():
    sales, rest = pool_of(1, role=AE), MemberFactory()
    active_rules(
        {"country": "DE", "sets_owner_model": OwnerModel.SALES_LED},
        csm_led(),
        {"owner_model": OwnerModel.SALES_LED, "pool": sales},
        {"member": rest},
    )

    assert who(AccountFactory(country="DE")) == members_of(sales)[0]
    assert who(AccountFactory()) == rest


def test_of_a_pool_only_those_with_the_right_role_take_turns():
    pool = pool_of(1, role=AE)
    csm = PoolMemberFactory(pool=pool, member=MemberFactory(role=CSM), position=9).member
    active_rules(csm_led(), {"country": "DE", "pool": pool}, {"member": MemberFactory()})

    given = [routed(AccountFactory(country="DE")).member for _ in range(3)]

    assert given == [csm] * 3


# Who goes before the rules


def test_a_named_account_is_theirs_whatever_the_rules_say():
    active_rules(csm_led(), {"pool": pool_of(1)})
    named = NamedAccountFactory()

    decision = routed(named.account)

    assert (decision.member, decision.how, decision.rule) == (named.member, "named", None)
    assert Assignment.objects.get().source == "named"


def test_whoever_is_named_and_away_is_passed_over_and_the_trace_says_so():
    active_rules(csm_led(), {"pool": pool_of(1)})
    named = NamedAccountFactory()
    AbsenceFactory(member=named.member)

    decision = routed(named.account)

    assert decision.member != named.member
    assert any("away or have left" in step["reason"] for step in decision.trace)


def test_an_account_named_in_another_role_goes_by_the_rules():
    active_rules(csm_led(), {"pool": pool_of(1)})
    named = NamedAccountFactory(member=MemberFactory(role=AE))

    assert routed(named.account).how == "catch_all"


@pytest.fixture
def sticky():
    pool = pool_of(1, 1)
    active_rules(csm_led(), {"pool": pool, "sticky": True})
    return pool


def test_a_sticky_rule_leaves_the_account_where_it_is_and_takes_no_turn(sticky):
    first, second = members_of(sticky)
    account = owned(second)

    decision = routed(account)

    assert (decision.member, decision.how) == (second, "sticky")
    assert Assignment.objects.get().starts_on == date(2026, 1, 1)
    assert routed().member == first


@pytest.mark.parametrize("gone", ["away", "left", "out of the pool", "without a weight"])
def test_nobody_keeps_an_account_who_is_not_there_for_it(sticky, gone):
    first, second = members_of(sticky)
    account = owned(second)
    if gone == "away":
        AbsenceFactory(member=second)
    elif gone == "left":
        Member.objects.filter(pk=second.pk).update(ends_on=DAY)
    elif gone == "out of the pool":
        PoolMember.objects.get(member=second).delete()
    else:
        PoolMember.objects.filter(member=second).update(weight=0)

    assert (routed(account).member, Assignment.objects.count()) == (first, 2)


def test_the_owner_of_the_parent_takes_it():
    pool, boss = pool_of(1), MemberFactory()
    active_rules(csm_led(), {"pool": pool, "inherit_from_parent": True})
    parent = owned(boss)

    decision = routed(AccountFactory(parent=parent))

    assert (decision.member, decision.how) == (boss, "parent")
    assert routed(AccountFactory(parent=AccountFactory())).how == "catch_all"
