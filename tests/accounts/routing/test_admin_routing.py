"""Routing in the admin: rules ranked and rehearsed, why an owner, books, boards, rebalancing."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from time_machine import travel

from accounts.models import Assignment, RebalancingProposal, RoutingDecision, RoutingRuleSet
from accounts.ownership import assign
from accounts.routing.simulation import simulate
from tests.factories import AccountFactory, MemberFactory
from tests.factories.people import of_role
from tests.factories.routing import (
    DAY,
    AbsenceFactory,
    active_rules,
    csm_led,
    members_of,
    pool_of,
    routed,
    rule_set_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with travel("2026-06-01T12:00:00Z"):
        yield


@pytest.fixture
def revops(client):
    client.force_login(of_role("revops"))
    return client


def page(row, verb: str = "change") -> str:
    return reverse(f"admin:accounts_{row._meta.model_name}_{verb}", args=[row.pk])


def editor(rules, *ranks: int, **more) -> dict:
    """The form of a rule set, with its rules at these ranks."""
    rows = list(rules.rules.order_by("rank"))
    data = {
        "title": rules.title,
        "currency": "USD",
        "small_below": 1,
        "large_from": 2,
        "opened": rules.version,
        "rules-TOTAL_FORMS": len(rows),
        "rules-INITIAL_FORMS": len(rows),
    }
    for place, (row, rank) in enumerate(zip(rows, ranks, strict=True)):
        given = {
            "id": row.pk,
            "rank": rank,
            "opened": row.version,
            "country": row.country,
            "member": row.member_id,
            "strategy": row.strategy,
        }
        data |= {f"rules-{place}-{name}": value for name, value in given.items()}
    return data | more


def test_rules_trade_ranks_on_their_page(revops):
    rules = rule_set_of({"country": "DE", "member": MemberFactory()}, {"member": MemberFactory()})

    answer = revops.post(page(rules), editor(rules, 2, 1))

    assert answer.status_code == 302, answer.context["errors"]
    assert [rule.country for rule in rules.rules.order_by("rank")] == ["", "DE"]


def test_two_rules_of_one_rank_are_refused_beside_them(revops):
    rules = rule_set_of({"country": "DE", "member": MemberFactory()}, {"member": MemberFactory()})

    answer = revops.post(page(rules), editor(rules, 1, 1))

    assert answer.status_code == 200
    assert "duplicate" in answer.text


def test_a_set_is_simulated_and_activated_from_its_page(revops):
    pool = pool_of(1, 1)
    rules = rule_set_of(csm_led(), {"pool": pool})
    AccountFactory()

    assert revops.post(page(rules, "simulate")).status_code == 302
    said = revops.get(page(rules)).text
    assert "Get their first owner" in said
    revops.post(page(rules, "activate"))

    rules.refresh_from_db()
    assert rules.state == "active"


def test_a_set_that_leaves_accounts_without_owner_says_why_on_its_page(revops):
    rules = rule_set_of({"country": "DE", "member": MemberFactory()})

    assert "not for every account" in revops.get(page(rules)).text
    simulate(rule_set=rules, on=DAY)
    assert "not for every account" in revops.post(page(rules, "activate")).text


def test_the_next_set_is_drafted_from_an_active_one(revops):
    rules = active_rules({"member": MemberFactory()})

    revops.post(page(rules, "copy"), {"title": "Next year"})

    assert RoutingRuleSet.objects.get(title="Next year").rules.count() == 1


def test_the_account_says_why_its_owner_is_and_who_was_before(revops):
    pool = pool_of(1)
    before = MemberFactory()
    account = AccountFactory()
    assign(account=account, role=before.role, member=before, starts_on=date(2026, 1, 1))
    active_rules(csm_led(), {"pool": pool})
    routed(account)

    said = revops.get(page(account)).text

    assert "Why this owner" in said
    assert "The longest without a turn goes next" in said
    assert str(members_of(pool)[0]) in said
    assert "Hand-over history" in said
    assert str(before) in said


def test_who_would_get_it_is_asked_and_nothing_is_written(revops):
    pool, account = pool_of(1), AccountFactory()
    active_rules(csm_led(), {"pool": pool})

    said = revops.get(page(account, "whose"), {"expected_mrr": "5000"}).text

    assert str(members_of(pool)[0]) in said
    assert not RoutingDecision.objects.exists()


def test_the_size_of_a_deal_is_typed_and_read_in_the_accounts_currency(revops):
    active_rules(csm_led(), {"pool": pool_of(1)})
    account, yen = AccountFactory(currency="EUR"), AccountFactory(currency="JPY")

    for where, typed, problem in (
        (account, "1,250.005", "An amount of EUR has at most 2 decimals."),
        (yen, "1250.5", "An amount of JPY has no decimals."),
        (account, "12,50", "Enter a number."),
        (account, "-1", "greater than or equal to 0"),
        (account, "10,000,000,000,000.01", "less than or equal to"),
    ):
        said = revops.get(page(where, "whose"), {"expected_mrr": typed})
        assert problem in said.text, typed
        assert not said.context["steps"], typed
    assert "A month, in JPY" in revops.get(page(yen, "whose")).text

    for where, typed, minor, read in (
        (account, "1,250.00", 125_000, "€1,250"),
        (yen, "1,250", 1_250, "¥1,250"),
    ):
        revops.post(page(where, "route"), {"expected_mrr": typed, "on": "2026-06-01"})
        decision = RoutingDecision.objects.get(account=where)
        assert decision.expected_mrr == minor
        address = reverse("admin:accounts_routingdecision_change", args=[decision.pk])
        assert read in revops.get(address).text


def test_without_active_rules_the_page_says_so(revops):
    said = revops.get(page(AccountFactory(), "whose"), {"expected_mrr": "1"}).text

    assert "No rule set is active" in said


def test_an_account_and_a_list_of_them_are_routed(revops):
    active_rules(csm_led(), {"pool": pool_of(1, 1)})
    account = AccountFactory()
    revops.post(page(account, "route"), {"on": "2026-06-01"})
    chosen = [AccountFactory().pk for _ in range(4)]

    answer = revops.post(
        reverse("admin:accounts_account_changelist"),
        {"action": "route_chosen", "_selected_action": chosen},
        follow=True,
    )

    assert "4 accounts are routed" in answer.text
    assert Assignment.objects.count() == 5


def test_the_board_shows_what_everybody_carries_and_who_is_next(revops):
    pool = pool_of(1, 1, 1, capacity=4)
    first, _, third = members_of(pool)
    assign(account=AccountFactory(), role=first.role, member=first, starts_on=date(2026, 1, 1))
    AbsenceFactory(member=third)

    said = revops.get(page(pool)).text

    assert "1 of 4" in said
    assert ">away<" in said
    assert ">next<" in said


def test_a_book_shows_the_accounts_of_its_owner(revops):
    member = MemberFactory()
    account = AccountFactory(name="Acme Works")
    assign(account=account, role=member.role, member=member, starts_on=date(2026, 1, 1))

    assert "Acme Works" in revops.get(page(member)).text


def test_rebalancing_is_proposed_and_approved_by_somebody_else(revops, client):
    pool = pool_of(1, 1)
    first, second = members_of(pool)
    for _ in range(4):
        assign(account=AccountFactory(), role=first.role, member=first, starts_on=date(2026, 1, 1))
    asked = {"on": "2026-06-01", "tolerance": 10, "recent_days": 30, "renewal_days": 90}
    revops.post(page(pool, "rebalance"), asked)
    proposal = RebalancingProposal.objects.get()

    assert "you proposed it" in revops.post(page(proposal, "approve")).text
    client.force_login(of_role("revops"))
    client.post(page(proposal, "approve"))

    assert Assignment.objects.filter(member=second).count() == 2
    assert "Would carry" in client.get(page(proposal)).text


def test_accounts_without_owner_wait_on_the_home_page(revops):
    AccountFactory()

    assert "accounts have no owner" in revops.get("/admin/").text


@pytest.mark.parametrize("model", ["pool", "member", "routingdecision", "routingruleset"])
def test_a_list_costs_the_same_however_long_it_is(revops, model):
    counts = []
    url = reverse(f"admin:accounts_{model}_changelist")
    active_rules({"pool": pool_of(1)})
    for rows in (1, 8):
        for _ in range(rows):
            rule_set_of({"pool": pool_of(1, 1)})
            routed()
        revops.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert revops.get(url).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
