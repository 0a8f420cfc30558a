"""How an owner is found: which kind, then which person, with every step told."""

from collections import Counter
from datetime import date, timedelta

import pytest

from accounts.models import (
    Absence,
    Account,
    Assignment,
    Member,
    OwnerRole,
    PoolMember,
    RoutingDecision,
    RoutingRuleSet,
    Strategy,
)
from accounts.ownership import assign
from accounts.profiles import classify
from accounts.routing.assigning import (
    KeyUsed,
    NoActiveRuleSet,
    NoOwnerFound,
    assign_by_rules,
    explain,
)
from accounts.routing.subjects import Question
from portfolio.models import Motion, OwnerModel
from tests.factories import (
    AccountFactory,
    ChannelFactory,
    LineFactory,
    MemberFactory,
    ProductFactory,
    RegionFactory,
    SegmentFactory,
    SubscriptionFactory,
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
CSM, AE = OwnerRole.CSM, OwnerRole.AE


def asked(account, **facts):
    return explain(account=account, question=Question(on=DAY, **facts))


def kind(account, **facts) -> str:
    return asked(account, **facts).outcome.owner_model


def who(account, **facts) -> Member:
    return Member.objects.get(pk=asked(account, **facts).outcome.pick.member)


def in_segment(segment, **facts) -> Account:
    account = AccountFactory(**facts)
    classify(account=account, segment=segment, region=None, starts_on=date(2024, 1, 1))
    return account


def paying(mrr: int, **facts) -> Account:
    account = AccountFactory(**facts)
    LineFactory(subscription=SubscriptionFactory(account=account), amount=mrr)
    return account


# Which kind of owner


def test_s86_small_deals_are_product_led_middle_ones_csm_led_and_large_ones_sales_led():
    active_rules({"pool": pool_of(1)}, small_below=50_000, large_from=500_000)
    account = AccountFactory()

    kinds = [kind(account, expected_mrr=size) for size in (49_999, 50_000, 499_999, 500_000)]

    assert kinds == ["product_led", "csm_led", "csm_led", "sales_led"]
    active_rules({"pool": pool_of(1)}, small_below=10_000, large_from=20_000)  # they are data
    found = asked(account, expected_mrr=20_000)
    assert found.outcome.owner_model == OwnerModel.SALES_LED
    assert "20000 a month against 10000 and 20000, in minor units of USD: Sales-led." in [
        step["reason"] for step in found.trace
    ]


def test_s87_small_upsells_go_to_the_queue_relations_to_success_and_complex_deals_to_specialists():
    queue, success, sales, experts = (
        pool_of(1, role=role)
        for role in (OwnerRole.PRODUCT_LED_QUEUE, CSM, AE, OwnerRole.SPECIALIST)
    )
    platform = {"motion": Motion.PLATFORM_CROSS_SELL}
    active_rules(
        {**platform, "sets_owner_model": OwnerModel.SALES_LED},
        {"owner_model": OwnerModel.PRODUCT_LED, "pool": queue},
        {"owner_model": OwnerModel.CSM_LED, "pool": success},
        {"owner_model": OwnerModel.SALES_LED, "pool": sales},
        {"pool": experts},
        small_below=50_000,
        large_from=500_000,
    )
    account = AccountFactory()

    def owner(motion, size):
        return [who(account, motion=motion, expected_mrr=size)]

    assert owner(Motion.TIER_UPSELL, 1_000) == members_of(queue)
    assert owner(Motion.TIER_UPSELL, 50_000) == members_of(success)
    assert owner(Motion.TIER_UPSELL, 500_000) == members_of(sales)
    assert owner(Motion.PLATFORM_CROSS_SELL, 1_000) == members_of(sales)


def test_without_a_deal_the_size_is_what_the_account_pays():
    active_rules({"pool": pool_of(1)}, small_below=50_000, large_from=500_000)

    assert kind(paying(100)) == OwnerModel.PRODUCT_LED
    assert kind(paying(5000)) == OwnerModel.SALES_LED


def test_a_deal_in_another_currency_is_in_the_middle_and_says_so():
    active_rules({"pool": pool_of(1)})
    account = AccountFactory(currency="EUR")

    found = asked(account, expected_mrr=10_000_000)

    assert found.outcome.owner_model == OwnerModel.CSM_LED
    assert any("in EUR, sizes are in USD" in step["reason"] for step in found.trace)


def test_s88_enterprise_and_procurement_are_sales_led_whatever_the_size():
    enterprise = SegmentFactory()
    active_rules(
        {"segment": enterprise, "sets_owner_model": OwnerModel.SALES_LED},
        {"procurement": True, "sets_owner_model": OwnerModel.SALES_LED},
        {"deal_below": 50_000, "sets_owner_model": OwnerModel.PRODUCT_LED},
        {"pool": pool_of(1)},
    )

    assert kind(in_segment(enterprise), expected_mrr=1) == OwnerModel.SALES_LED
    assert kind(AccountFactory(procurement_required=True), expected_mrr=1) == OwnerModel.SALES_LED
    assert kind(AccountFactory(), expected_mrr=1) == OwnerModel.PRODUCT_LED


def test_s18_and_s86_where_no_rule_says_the_most_exact_channel_does():
    product = ProductFactory()
    ChannelFactory(product=product, segment=None, motion=None, owner_model=OwnerModel.SALES_LED)
    active_rules({"pool": pool_of(1)})
    account = AccountFactory()

    assert kind(account, product=product, expected_mrr=1) == OwnerModel.SALES_LED
    assert kind(account, expected_mrr=1) == OwnerModel.PRODUCT_LED


def test_a_rule_of_the_first_stage_goes_before_channels():
    product = ProductFactory()
    ChannelFactory(product=product, segment=None, motion=None, owner_model=OwnerModel.SALES_LED)
    active_rules(csm_led(), {"pool": pool_of(1)})

    assert kind(AccountFactory(), product=product) == OwnerModel.CSM_LED


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


def owned(member, **facts) -> Account:
    account = AccountFactory(**facts)
    assign(account=account, role=member.role, member=member, starts_on=date(2026, 1, 1))
    return account


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
