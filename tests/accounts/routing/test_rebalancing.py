"""Evening out what members carry: few moves, none of what should stay, done once approved."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Assignment, LoadMeasure, Member, Opportunity, OwnerRole, RebalancingMove
from accounts.ownership import assign
from accounts.routing.proposals import (
    DecidedAlready,
    NothingToEvenOut,
    OwnProposal,
    approve,
    propose,
    reject,
)
from accounts.routing.rebalancing import Bearer, Item, even_out
from accounts.routing.renewals import renewing
from tests.factories import (
    AccountFactory,
    LineFactory,
    MemberFactory,
    SubscriptionFactory,
    UserFactory,
)
from tests.factories.routing import DAY, NamedAccountFactory, members_of, pool_of

SINCE = date(2026, 1, 1)


def bearers(*loads: int, weights=None) -> list[Bearer]:
    weights = weights or [1] * len(loads)
    return [
        Bearer(n, weight, load, [Item(n * 1000 + i, 1) for i in range(load)])
        for n, (load, weight) in enumerate(zip(loads, weights, strict=True))
    ]


@pytest.mark.parametrize(
    ("loads", "tolerance", "moves"),
    [((10, 0), 0, 5), ((10, 0), 20, 4), ((5, 5), 0, 0), ((6, 5), 0, 0), ((9, 3, 3), 0, 4)],
)
def test_so_many_moves_even_it_out(loads, tolerance, moves):
    assert len(even_out(bearers(*loads), tolerance=tolerance)) == moves


def test_shares_go_by_weight():
    found = bearers(12, 0, weights=[2, 1])

    even_out(found, tolerance=0)

    assert [bearer.load for bearer in found] == [8, 4]


def fewest(loads: list[int], tolerance: int) -> int | None:
    """By trying every way to spread the same number of items: the fewest that must move."""
    share, best = sum(loads) / len(loads), None
    for after in product(range(sum(loads) + 1), repeat=len(loads)):
        fits = all(abs(load - share) <= share * tolerance / 100 + 1e-9 for load in after)
        if fits and sum(after) == sum(loads):
            moved = sum(max(0, b - a) for a, b in zip(after, loads, strict=True))
            best = moved if best is None else min(best, moved)
    return best


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 7), min_size=2, max_size=3), st.sampled_from([0, 10, 25, 50]))
def test_no_fewer_moves_of_accounts_would_do(loads, tolerance):
    found = bearers(*loads)
    least = fewest(loads, tolerance)

    moves = even_out(found, tolerance=tolerance)

    if least is not None:
        assert len(moves) == least


@given(
    st.lists(st.lists(st.integers(1, 100), max_size=6), min_size=2, max_size=4),
    st.integers(0, 30),
)
def test_nothing_is_lost_and_no_item_moves_back_and_forth(items, tolerance):
    found = [
        Bearer(n, 1, sum(mine), [Item(n * 100 + i, load) for i, load in enumerate(mine)])
        for n, mine in enumerate(items)
    ]
    total = sum(bearer.load for bearer in found)

    moves = even_out(found, tolerance=tolerance)

    assert sum(bearer.load for bearer in found) == total
    assert len({move.item.key for move in moves}) == len(moves)


@pytest.fixture
def pool(db):
    return pool_of(1, 1)


def owned(member, *, since=SINCE, **facts):
    account = AccountFactory(**facts)
    assign(account=account, role=member.role, member=member, starts_on=since)
    return account


def proposed(pool, **facts):
    return propose(pool=pool, on=DAY, by=UserFactory(), **facts)


def test_a_proposal_says_what_everybody_carries_before_and_after(pool):
    first, second = members_of(pool)
    for _ in range(4):
        owned(first)

    proposal = proposed(pool)

    assert proposal.moves.count() == 2
    assert proposal.figures["before"] == {first.pk: 4, second.pk: 0}
    assert set(proposal.figures["after"].values()) == {2}
    assert Assignment.objects.filter(member=second).count() == 0


def test_what_is_named_recent_about_to_buy_or_renews_soon_stays(pool):
    first, _ = members_of(pool)
    NamedAccountFactory(account=owned(first), member=first)
    owned(first, since=DAY - timedelta(days=29))
    renewed = owned(first)
    SubscriptionFactory(account=renewed, starts_on=DAY - timedelta(days=300), term_months=12)
    Opportunity.objects.create(
        code="late",
        account=owned(first),
        motion="tier_upsell",
        origin="import",
        stage="evaluating",
        opened_on=SINCE,
        stage_since=SINCE,
    )
    free = [owned(first), owned(first)]

    proposal = proposed(pool)

    assert {move.account for move in proposal.moves.all()} <= set(free)
    assert proposal.figures["stayed"] == {
        "named": 1,
        "assigned lately": 1,
        "renew soon": 1,
        "about to buy": 1,
    }


def test_where_nothing_may_move_it_says_how_many_stay_and_why(pool):
    first, _ = members_of(pool)
    for _ in range(3):
        owned(first, since=DAY)

    with pytest.raises(NothingToEvenOut, match="3 assigned lately"):
        proposed(pool)


def test_revenue_is_evened_out_where_that_is_the_measure(pool):
    first, second = members_of(pool)
    pool.measure = LoadMeasure.REVENUE
    pool.save()
    for amount in (100, 60, 40):
        account = owned(first)
        LineFactory(subscription=SubscriptionFactory(account=account), amount=amount)

    proposal = proposed(pool)

    assert proposal.figures["after"] == {first.pk: 10_000, second.pk: 10_000}


def test_roles_are_evened_out_each_for_itself(db):
    pool = pool_of(1)
    (csm,) = members_of(pool)
    pool.members.create(member=MemberFactory(role=OwnerRole.AE), position=5)
    for _ in range(4):
        owned(csm)

    with pytest.raises(NothingToEvenOut):
        proposed(pool)


def test_approved_by_somebody_else_it_becomes_dated_assignments(pool):
    first, second = members_of(pool)
    for _ in range(4):
        owned(first)
    proposal = proposed(pool)

    with pytest.raises(OwnProposal):
        approve(proposal=proposal, by=proposal.author)
    approve(proposal=proposal, by=UserFactory())

    moved = Assignment.objects.filter(member=second)
    assert {(row.starts_on, row.source) for row in moved} == {(DAY, "rebalance")}
    assert Assignment.objects.filter(member=first, ends_on=DAY).count() == 2
    with pytest.raises(DecidedAlready):
        approve(proposal=proposal, by=UserFactory())


def test_an_account_that_changed_hands_since_stays_and_the_move_says_so(pool):
    first, _ = members_of(pool)
    for _ in range(4):
        owned(first)
    proposal = proposed(pool)
    changed = proposal.moves.first()
    other = MemberFactory()
    assign(account=changed.account, role=other.role, member=other, starts_on=date(2026, 5, 1))

    approve(proposal=proposal, by=UserFactory())

    outcomes = list(proposal.moves.order_by("pk").values_list("outcome", flat=True))
    assert outcomes == ["changed_since", "moved"]


def test_a_taker_who_left_gets_nothing(pool):
    first, second = members_of(pool)
    for _ in range(4):
        owned(first)
    proposal = proposed(pool)
    Member.objects.filter(pk=second.pk).update(ends_on=DAY)

    approve(proposal=proposal, by=UserFactory())

    assert set(proposal.moves.values_list("outcome", flat=True)) == {"changed_since"}


def test_rejected_it_changes_nothing(pool):
    first, second = members_of(pool)
    for _ in range(4):
        owned(first)
    proposal = proposed(pool)

    reject(proposal=proposal, by=proposal.author)

    assert not Assignment.objects.filter(member=second).exists()
    with pytest.raises(DecidedAlready):
        approve(proposal=proposal, by=UserFactory())


def test_the_database_keeps_what_was_decided(pool):
    first, _ = members_of(pool)
    for _ in range(4):
        owned(first)
    proposal = proposed(pool)
    with pytest.raises(IntegrityError, match="approved_by_somebody_else"), transaction.atomic():
        type(proposal).objects.update(state="approved", approver=proposal.author)
    approve(proposal=proposal, by=UserFactory())

    for change in (
        lambda: type(proposal).objects.update(tolerance=1),
        lambda: RebalancingMove.objects.update(load=7),
    ):
        with pytest.raises(IntegrityError, match="propose anew"), transaction.atomic():
            change()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("starts_on", "months", "is_soon"),
    [
        ("2025-08-15", 12, True),
        ("2025-05-31", 12, False),
        ("2025-06-01", 12, True),
        ("2025-12-31", 3, True),
        ("2024-08-15", 36, False),
        ("2026-05-01", 1, False),
    ],
)
def test_a_renewal_is_at_hand_when_a_term_ends_within_the_days(starts_on, months, is_soon):
    account = AccountFactory()
    SubscriptionFactory(account=account, starts_on=starts_on, term_months=months)

    found = renewing(accounts=[account.pk], start=DAY, end=DAY + timedelta(days=90))

    assert (account.pk in found) == is_soon
