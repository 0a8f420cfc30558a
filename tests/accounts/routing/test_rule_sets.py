"""Rule sets from draft to archive, and what keeps one from being activated."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import (
    Member,
    PoolMember,
    RoutingDecision,
    RoutingRule,
    RuleSetState,
    Strategy,
)
from accounts.routing.rule_sets import (
    LeavesAccountsWithoutOwner,
    NotInState,
    NotSimulated,
    activate,
    draft,
    gaps_of,
    shadowed,
)
from accounts.routing.simulation import simulate
from accounts.routing.world import rules_of
from portfolio.models import OwnerModel
from tests.factories import AccountFactory, MemberFactory, SegmentFactory, UserFactory
from tests.factories.routing import (
    DAY,
    active_rules,
    csm_led,
    members_of,
    pool_of,
    routed,
    rule_set_of,
)

pytestmark = pytest.mark.django_db


def activated(rules):
    return activate(rule_set=rules, by=UserFactory(), on=DAY)


def gaps(*rules) -> str:
    return " ".join(gaps_of(rule_set_of(*rules), on=DAY))


def test_a_set_that_was_not_simulated_is_not_activated():
    with pytest.raises(NotSimulated, match="simulate it"):
        activated(rule_set_of({"member": MemberFactory()}))


@pytest.mark.parametrize("edit", ["a rule", "the set", "a pool"])
def test_a_set_that_was_edited_since_is_simulated_again(edit):
    pool = pool_of(1, 1)
    rules = simulate(rule_set=rule_set_of({"pool": pool}), on=DAY)
    if edit == "a rule":
        rules.rules.update(name="Another")
        rules.rules.update(sticky=True)
    elif edit == "the set":
        rules.large_from = 900_000
        rules.save()
    else:
        PoolMember.objects.filter(position=2).update(weight=7)

    with pytest.raises(NotSimulated):
        activated(rules)
    assert activated(simulate(rule_set=rules, on=DAY)).state == RuleSetState.ACTIVE


def test_an_edit_makes_it_a_draft_again():
    rules = simulate(rule_set=rule_set_of({"member": MemberFactory()}), on=DAY)
    assert rules.state == RuleSetState.SIMULATED

    rules.rules.update(sticky=True)

    rules.refresh_from_db()
    assert rules.state == RuleSetState.DRAFT


def test_without_rules_or_a_last_one_for_all_it_is_not_activated_and_says_why():
    assert "no rules" in gaps()
    assert "not for every account" in gaps({"country": "DE", "member": MemberFactory()})
    assert "not for every account" in gaps(csm_led())
    with pytest.raises(LeavesAccountsWithoutOwner, match="not for every account"):
        activated(rule_set_of({"country": "DE", "member": MemberFactory()}))


def test_a_last_rule_whose_members_leave_is_a_gap():
    leaving, staying = pool_of(1), pool_of(1, 0)
    Member.objects.filter(pools__pool=leaving).update(ends_on="2027-01-01")

    assert "nobody takes turns who stays" in gaps({"pool": leaving})
    assert gaps({"pool": staying}) == ""
    assert "leaves or has left" in gaps({"member": members_of(leaving)[0]})


def test_a_last_rule_by_room_is_a_gap_for_it_can_be_full():
    assert "can be full" in gaps({"pool": pool_of(1, capacity=5), "strategy": Strategy.CAPACITY})


def test_the_database_lets_no_set_without_a_last_rule_leave_draft():
    rules = rule_set_of({"country": "DE", "member": MemberFactory()})

    with pytest.raises(IntegrityError, match="last rule must be for every account"):
        type(rules).objects.filter(pk=rules.pk).update(
            state="simulated", report={}, content_hash="x", simulated_on=DAY
        )


def test_the_database_refuses_two_active_sets():
    active_rules({"member": MemberFactory()})
    second = simulate(rule_set=rule_set_of({"member": MemberFactory()}), on=DAY)

    with pytest.raises(IntegrityError, match="routingruleset_one_is_active"):
        type(second).objects.filter(pk=second.pk).update(state="active")


def test_an_active_set_is_never_edited_simulated_or_deleted():
    rules = active_rules({"member": MemberFactory()})

    for change in (
        lambda: rules.rules.update(sticky=True),
        lambda: type(rules).objects.filter(pk=rules.pk).update(title="x"),
        lambda: rules.rules.all().delete(),
        lambda: RoutingRule.objects.create(
            rule_set=rules, rank=9, member=MemberFactory(), strategy="fixed"
        ),
    ):
        with pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
            change()
    with pytest.raises(NotInState):
        simulate(rule_set=rules, on=DAY)
    with pytest.raises(NotInState):
        activated(rules)


def test_decisions_are_kept_as_they_were_made():
    active_rules({"member": MemberFactory()})
    decision = routed()

    for change in (
        lambda: RoutingDecision.objects.update(how="named"),
        lambda: RoutingDecision.objects.filter(pk=decision.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_the_next_set_begins_as_a_copy():
    first = active_rules(csm_led(), {"pool": pool_of(1)}, small_below=7)

    second = draft(title="Next", by=UserFactory(), copy=first)

    assert (second.number, second.state, second.small_below) == (first.number + 1, "draft", 7)
    assert [rule.pool_id for rule in rules_of(second)] == [rule.pool_id for rule in rules_of(first)]


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({}, "says one thing"),
        ({"sets_owner_model": "csm_led", "sticky": True}, "keeps nobody"),
        ({"sets_owner_model": "csm_led", "strategy": "fixed"}, "no strategy"),
        ({"member": True, "owner_model": "hybrid"}, "settled by size"),
        ({"member": True, "deal_from": 5, "deal_below": 5}, "No deal is of such a size"),
        ({"member": True, "employees_from": 5, "employees_to": 4}, "cannot be below"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(rule, sentence):
    if rule.get("member"):
        rule = {**rule, "member": MemberFactory()}
    with pytest.raises(Exception, match=sentence):
        rule_set_of(rule)


def test_rules_may_trade_ranks():
    first, second = MemberFactory(), MemberFactory()
    rules = rule_set_of({"country": "DE", "member": first}, {"member": second})
    one, two = rules.rules.order_by("rank")

    with transaction.atomic():
        RoutingRule.objects.filter(pk=one.pk).update(rank=2)
        RoutingRule.objects.filter(pk=two.pk).update(rank=1)

    assert [rule.pk for rule in rules_of(rules)] == [two.pk, one.pk]


def test_rules_that_an_earlier_one_hides_are_found():
    segment, boss = SegmentFactory(), MemberFactory()
    rules = rules_of(
        rule_set_of(
            {"segment": segment, "sets_owner_model": OwnerModel.SALES_LED},
            {"segment": segment, "country": "DE", "sets_owner_model": OwnerModel.CSM_LED},
            {"deal_from": 10, "member": boss},
            {"deal_from": 20, "deal_below": 30, "member": boss},
            {"deal_below": 30, "member": boss},
            {"owner_model": OwnerModel.CSM_LED, "employees_to": 9, "member": boss},
            {"employees_to": 5, "member": boss},
            {"member": boss},
        )
    )

    ranks = {rule.pk: rule.rank for rule in rules}
    found = {ranks[hidden]: hider.rank for hidden, hider in shadowed(rules).items()}

    assert found == {2: 1, 4: 3}


def test_nobody_is_without_an_owner_while_the_set_is_active():
    active_rules(csm_led(), {"pool": pool_of(1, 1)})

    assert all(routed(AccountFactory()).member_id for _ in range(3))
