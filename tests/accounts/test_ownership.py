"""Who looks after an account from which day on, and whose accounts somebody sees."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from time_machine import travel

from accounts.models import Account, Assignment, LedgerEntry, Member, OwnerRole
from accounts.ownership import (
    AlreadyReleased,
    LaterOwner,
    MemberNotActive,
    NotBegun,
    assign,
    release,
)
from config.access.scoping import visible
from config.invariants import invariants
from tests.factories import (
    AccountFactory,
    LineFactory,
    MemberFactory,
    ProductFactory,
    TeamFactory,
    UserFactory,
    owned_by,
)
from tests.factories.people import of_role

pytestmark = pytest.mark.django_db

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
CSM = OwnerRole.CSM


def owners(account) -> list[tuple]:
    rows = account.assignments.order_by("starts_on", "id")
    return [(row.member, row.starts_on, row.ends_on) for row in rows]


def seen(user, model=Account) -> set:
    return set(visible(model.objects.all(), user))


def test_the_next_owner_ends_the_one_before():
    account, ann, bob = AccountFactory(), MemberFactory(), MemberFactory()
    assign(account=account, role=CSM, member=ann, starts_on=MAY)
    assign(account=account, role=CSM, member=bob, starts_on=JUNE)

    assert owners(account) == [(ann, MAY, JUNE), (bob, JUNE, None)]


def test_a_wrong_owner_of_the_same_day_is_replaced():
    account, ann, bob = AccountFactory(), MemberFactory(), MemberFactory()
    assign(account=account, role=CSM, member=ann, starts_on=MAY)
    assign(account=account, role=CSM, member=bob, starts_on=MAY)

    assert owners(account) == [(bob, MAY, None)]


def test_assigning_the_owner_again_changes_nothing():
    account, ann = AccountFactory(), MemberFactory()
    first = assign(account=account, role=CSM, member=ann, starts_on=MAY)

    assert assign(account=account, role=CSM, member=ann, starts_on=JUNE) == first
    assert owners(account) == [(ann, MAY, None)]


def test_roles_and_products_have_owners_of_their_own():
    account, product = AccountFactory(), ProductFactory()
    for role, of in ((CSM, None), (OwnerRole.AE, None), (CSM, product)):
        assign(account=account, role=role, member=MemberFactory(), starts_on=MAY, product=of)

    assert account.assignments.in_force(on=MAY).count() == 3


def test_history_is_written_in_order():
    account, member = AccountFactory(), MemberFactory()
    assign(account=account, role=CSM, member=member, starts_on=JUNE)

    with pytest.raises(LaterOwner, match="from 2026-06-01 on"):
        assign(account=account, role=CSM, member=MemberFactory(), starts_on=MAY)


@pytest.mark.parametrize("days", [{"starts_on": JUNE}, {"starts_on": MAY, "ends_on": JUNE}])
def test_a_member_is_active_on_the_first_day(days):
    member = MemberFactory(**days)
    first = MAY if member.starts_on == JUNE else JUNE

    with pytest.raises(MemberNotActive, match="is not active on"):
        assign(account=AccountFactory(), role=CSM, member=member, starts_on=first)


def test_a_stretch_ends_once_and_after_it_began():
    assignment = assign(account=AccountFactory(), role=CSM, member=MemberFactory(), starts_on=MAY)

    with pytest.raises(NotBegun):
        release(assignment=assignment, on=MAY)
    assert release(assignment=assignment, on=JUNE).ends_on == JUNE
    with pytest.raises(AlreadyReleased):
        release(assignment=assignment, on=JULY)


@pytest.mark.parametrize("of", [None, "product"])
def test_the_database_refuses_two_owners_on_one_day(of):
    product = ProductFactory() if of else None
    account, facts = AccountFactory(), {"role": CSM, "product": product}
    assign(account=account, member=MemberFactory(), starts_on=MAY, **facts)
    second = Assignment(account=account, member=MemberFactory(), starts_on=JUNE, **facts)

    with pytest.raises(ValidationError, match="Another owner in this role"):
        second.full_clean()
    with (
        pytest.raises(IntegrityError, match="assignment_one_owner_at_a_time"),
        transaction.atomic(),
    ):
        second.save()


def test_a_person_is_in_a_team_once_and_stays_that_person():
    member = MemberFactory()
    again = Member(user=member.user, team=member.team, role=OwnerRole.AE, starts_on=JUNE)
    with pytest.raises(ValidationError, match="on part of these days already"):
        again.full_clean()

    member.user = UserFactory()
    with pytest.raises(IntegrityError, match="stays with its person"), transaction.atomic():
        member.save()


def test_an_owner_who_was_no_member_then_is_found():
    account = owned_by(UserFactory(), starts_on=MAY)
    check = invariants["owners_were_members_when_they_began"].violations
    assert not list(check())

    Member.objects.update(starts_on=JUNE)

    assert list(check()) == [f"account {account.code}, owner from 2026-05-01"]


@pytest.mark.parametrize("role", ["sales", "csm"])
@pytest.mark.parametrize("facts", [{}, {"role": OwnerRole.SPECIALIST}, {"of": "product"}])
def test_a_seller_sees_what_they_own_in_any_role_or_for_any_product(role, facts):
    seller = of_role(role)
    facts = {"product": ProductFactory()} if facts.pop("of", None) else facts
    mine = owned_by(seller, **facts)
    owned_by(UserFactory())
    AccountFactory()

    assert seen(seller) == {mine}


def test_reassigning_moves_visibility_from_that_day():
    ann, bob = of_role("sales"), of_role("sales")
    account = owned_by(ann, starts_on=MAY)
    owned_by(bob, account=account, starts_on=JUNE)

    for day, sees, does_not in (("2026-05-31", ann, bob), ("2026-06-01", bob, ann)):
        with travel(f"{day}T12:00:00Z"):
            assert (seen(sees), seen(does_not)) == ({account}, set())


def test_who_leaves_the_team_sees_nothing_more():
    ann = of_role("sales")
    account = owned_by(ann, starts_on=MAY)
    Member.objects.update(ends_on=JULY)

    with travel("2026-06-30T12:00:00Z"):
        assert seen(ann) == {account}
    with travel("2026-07-01T12:00:00Z"):
        assert not seen(ann)


def test_a_manager_sees_what_the_members_of_their_teams_own():
    manager, team = of_role("sales_manager"), TeamFactory()
    MemberFactory(user=manager, team=team)
    of_the_team, own = owned_by(UserFactory(), team=team), owned_by(manager, team=team)
    owned_by(UserFactory())

    assert seen(manager) == {of_the_team, own}
    assert not seen(of_role("sales_manager"))


def test_a_seller_does_not_see_what_the_team_owns():
    seller, team = of_role("sales"), TeamFactory()
    MemberFactory(user=seller, team=team)
    owned_by(UserFactory(), team=team)

    assert not seen(seller)


def test_what_a_member_who_left_owned_is_no_longer_the_managers():
    manager, team = of_role("sales_manager"), TeamFactory()
    MemberFactory(user=manager, team=team)
    left = UserFactory()
    account = owned_by(left, team=team, starts_on=MAY)
    Member.objects.filter(user=left).update(ends_on=JULY)

    with travel("2026-06-30T12:00:00Z"):
        assert seen(manager) == {account}
    with travel("2026-07-01T12:00:00Z"):
        assert not seen(manager)


def test_roles_add_up():
    both, boss = of_role("sales", "revops"), UserFactory(is_superuser=True)
    others = {owned_by(UserFactory()), AccountFactory()}

    assert seen(both) == seen(boss) == seen(of_role("viewer")) == others
    assert not seen(of_role("user_admin"))


def test_everything_of_an_account_is_seen_with_it():
    ann = of_role("csm")
    mine, other = LineFactory(), LineFactory()
    owned_by(ann, account=mine.account)
    owned_by(UserFactory(), account=other.account)

    assert seen(ann, type(mine)) == {mine}
    assert seen(ann, type(mine.subscription)) == {mine.subscription}
    assert {entry.account for entry in seen(ann, LedgerEntry)} == {mine.account}
    assert {row.account for row in seen(ann, Assignment)} == {mine.account}


@pytest.mark.parametrize("role", ["sales", "csm", "sales_manager", "revops"])
def test_seeing_costs_one_query_however_many_are_owned(role, django_assert_num_queries):
    user, team = of_role(role), TeamFactory()
    for _ in range(5):
        owned_by(user, team=team)
    user.get_all_permissions()

    with django_assert_num_queries(1):
        assert len(visible(Account.objects.all(), user)) == 5
