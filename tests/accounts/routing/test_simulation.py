"""A rehearsal on every account tells what would happen, and does nothing."""

from collections import Counter
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Assignment, RoutingDecision, Strategy, Turn
from accounts.ownership import assign
from accounts.profiles import classify
from accounts.routing.rule_sets import activate
from accounts.routing.simulation import rehearse, simulate
from portfolio.models import Motion, OwnerModel
from tests.factories import (
    AccountFactory,
    LineFactory,
    MemberFactory,
    SegmentFactory,
    SubscriptionFactory,
    UserFactory,
)
from tests.factories.routing import (
    DAY,
    AbsenceFactory,
    NamedAccountFactory,
    active_rules,
    csm_led,
    members_of,
    pool_of,
    routed,
    rule_set_of,
)

pytestmark = pytest.mark.django_db
SINCE = date(2026, 1, 1)


def owned(member, **facts) -> Account:
    account = AccountFactory(**facts)
    assign(account=account, role=member.role, member=member, starts_on=SINCE)
    return account


def report(*rules) -> dict:
    return rehearse(rule_set=rule_set_of(*rules), on=DAY)


def verdicts(found: dict) -> list[str]:
    return [rule["verdict"] for rule in found["rules"]]


def test_before_and_after_of_every_member_with_their_revenue():
    pool, leaver = pool_of(1, 1), MemberFactory()
    first, second = members_of(pool)
    for _ in range(4):
        account = owned(leaver)
        LineFactory(subscription=SubscriptionFactory(account=account), amount=10)

    found = report(csm_led(), {"pool": pool})

    after = {row["member"]: row for row in found["members"]}
    assert (found["accounts"], found["moved"], found["unmatched"]) == (4, 4, 0)
    assert (after[leaver.pk]["accounts_before"], after[leaver.pk]["accounts_after"]) == (4, 0)
    assert after[leaver.pk]["revenue_before"] == {"USD": 4000}
    assert [after[m.pk]["accounts_after"] for m in (first, second)] == [2, 2]
    assert after[first.pk]["revenue_after"] == {"USD": 2000}
    assert {(flow["to"], flow["accounts"]) for flow in found["flows"]} == {
        (first.pk, 2),
        (second.pk, 2),
    }
    assert len(found["moved_accounts"]) == 4


def test_it_foretells_what_assigning_does_then():
    """The same accounts in the same order, by every kind of rule there is."""
    segment, pools = SegmentFactory(), [pool_of(3, 1, 2), pool_of(1, 1), pool_of(5, 0, 3)]
    limited = pool_of(1, 1, capacity=4)
    gone = MemberFactory()
    parent = owned(gone, country="FR")
    accounts = [
        AccountFactory(
            country=["DE", "FR", "US", "IT"][number % 4],
            employees=number * 3,
            parent=parent if number % 7 == 0 else None,
        )
        for number in range(40)
    ]
    for account in accounts[::3]:
        classify(account=account, segment=segment, region=None, starts_on=SINCE)
    for account in accounts[1::5]:
        assign(account=account, role="csm", member=members_of(pools[1])[0], starts_on=SINCE)
    NamedAccountFactory(account=accounts[2])
    AbsenceFactory(member=members_of(pools[0])[1])
    rules = simulate(
        rule_set=rule_set_of(
            {"country": "IT", "sets_owner_model": OwnerModel.SALES_LED},
            csm_led(),
            {"segment": segment, "pool": pools[0], "strategy": Strategy.WEIGHTED},
            {"country": "US", "pool": limited, "strategy": Strategy.CAPACITY},
            {"employees_to": 60, "pool": pools[1], "sticky": True, "inherit_from_parent": True},
            {"pool": pools[2], "strategy": Strategy.WEIGHTED, "inherit_from_parent": True},
        ),
        on=DAY,
    )
    foretold = {row["member"]: row["accounts_after"] for row in rules.report["members"]}

    activate(rule_set=rules, by=UserFactory(), on=DAY)
    for account in sorted(
        Account.objects.all(), key=lambda each: (each.parent_id is not None, each.pk)
    ):
        routed(account)

    owners = Assignment.objects.in_force(on=DAY).values_list("member", "account").distinct()
    counted = Counter(member for member, _ in owners)
    assert {m: n for m, n in foretold.items() if n} == dict(counted)
    assert rules.report["how"] == dict(
        Counter(RoutingDecision.objects.values_list("how", flat=True))
    )


def test_nothing_live_is_written_or_locked():
    pool = pool_of(1, 1)
    rules = rule_set_of(csm_led(), {"pool": pool})
    AccountFactory(), AccountFactory()

    with CaptureQueriesContext(connection) as queries:
        rehearse(rule_set=rules, on=DAY)

    said = " ".join(query["sql"].upper() for query in queries)
    assert not any(word in said for word in ("INSERT", "UPDATE", "DELETE", "FOR SHARE", " LOCK "))
    assert not Assignment.objects.exists()
    assert not Turn.objects.exists()


def test_it_costs_the_same_number_of_statements_for_more_accounts():
    rules, counts = rule_set_of(csm_led(), {"pool": pool_of(1, 1)}), []
    for _ in range(2):
        for _ in range(20):
            AccountFactory()
        with CaptureQueriesContext(connection) as queries:
            rehearse(rule_set=rules, on=DAY)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_rules_for_no_account_are_dead_and_hidden_ones_shadowed():
    AccountFactory(country="DE")
    boss = MemberFactory()

    found = report(
        {"country": "FR", "member": boss},
        {"country": "DE", "member": boss},
        {"country": "DE", "industry": "x", "member": boss},
        {"motion": Motion.TIER_UPSELL, "member": boss},
        {"member": boss},
    )

    assert verdicts(found) == ["dead", "used", "shadowed", "deals", "shadowed"]
    assert found["rules"][2]["shadowed_by"] == 2


def test_the_share_of_the_last_rule_and_accounts_without_owner_are_told():
    AccountFactory(country="DE")
    alone = AccountFactory()

    some = report({"country": "DE", "member": MemberFactory()}, {"member": MemberFactory()})
    none = report({"country": "DE", "member": MemberFactory()})

    assert (some["catch_all"], some["catch_all_share"]) == (1, 0.5)
    assert (none["unmatched"], none["without_owner"]) == (1, [alone.code])
    assert none["gaps"]


def test_a_set_with_gaps_is_rehearsed_and_stays_a_draft():
    rules = simulate(rule_set=rule_set_of({"country": "DE", "member": MemberFactory()}), on=DAY)

    assert (rules.state, bool(rules.report["gaps"])) == ("draft", True)


def test_a_report_names_no_person():
    member = MemberFactory()
    owned(member)

    assert member.user.email not in str(report(csm_led(), {"member": member}))


def test_it_begins_where_the_live_queues_stand():
    pool = pool_of(1, 1)
    first, second = members_of(pool)
    active_rules(csm_led(), {"pool": pool})
    taken = routed()
    assert taken.member == first

    found = report(csm_led(), {"pool": pool})

    assert [row["member"] for row in found["members"] if row["accounts_after"]] == [second.pk]
