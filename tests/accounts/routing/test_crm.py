"""The book of a fictitious CRM: converted, routed, explained; dirty names told, nothing lost."""

import pytest

from accounts.models import Account, Assignment, Pool, RoutingDecision
from accounts.routing.assigning import explain
from accounts.routing.simulation import simulate
from accounts.routing.subjects import Question
from portfolio.models import OwnerModel
from tests.accounts.routing.crm import FOLDER, convert
from tests.factories.routing import DAY, active_rules, routed, rule_set_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no book to route in {FOLDER}"),
]


@pytest.fixture
def book(db):
    return convert()


def offices() -> list[dict]:
    """Sales by regional office: America, Europe, and everybody else."""
    east, west, central = (Pool.objects.get(code=code) for code in ("East", "West", "Central"))
    return [
        {"sets_owner_model": OwnerModel.SALES_LED},
        {"country": "DE", "pool": east, "sticky": True},
        {"industry": "technology", "pool": west, "sticky": True, "inherit_from_parent": True},
        {"employees_from": 5000, "pool": east, "strategy": "weighted"},
        {"pool": central, "strategy": "weighted", "inherit_from_parent": True},
    ]


def test_every_row_is_taken_or_named(book):
    lost = book.problems["deal_without_account"] + book.problems.get("deal_of_nobody", [])

    assert (book.read["accounts.csv"], book.taken["accounts.csv"]) == (85, 85)
    assert (book.read["sales_teams.csv"], book.taken["sales_teams.csv"]) == (35, 35)
    assert book.read["sales_pipeline.csv"] == 8800
    assert book.taken["sales_pipeline.csv"] + len(lost) == 8800


def test_dirty_names_are_corrected_and_told(book):
    problems = {kind: len(rows) for kind, rows in book.problems.items()}

    assert set(book.problems["sector_corrected"]) == {"technolgy"}
    assert set(book.problems["country_corrected"]) == {"Philipines"}
    assert set(book.problems["product_corrected"]) == {"GTXPro"}
    assert problems["product_corrected"] == 1480
    assert problems["deal_without_account"] == 1425
    assert problems["deal_without_date"] == 500
    assert problems["agent_without_deals"] == 5
    assert not {"sector_unknown", "country_unknown", "product_unknown"} & set(problems)


def test_the_whole_book_is_rehearsed_routed_and_explained(book):
    rehearsed = simulate(rule_set=rule_set_of(*offices()), on=DAY).report
    active_rules(*offices())
    order = sorted(Account.objects.all(), key=lambda each: (each.parent_id is not None, each.pk))

    for account in order:
        told = explain(account=account, question=Question(on=DAY))
        decision = routed(account)
        assert decision.trace == told.trace
        assert decision.member_id == told.outcome.pick.member

    assert (rehearsed["accounts"], rehearsed["unmatched"]) == (85, 0)
    assert RoutingDecision.objects.count() == 85
    after = {row["member"]: row["accounts_after"] for row in rehearsed["members"]}
    owners = Assignment.objects.in_force(on=DAY).values_list("member", "account")
    assert {member: after[member] for member, _ in owners} == {
        member: sum(1 for other, _ in owners if other == member) for member, _ in owners
    }
