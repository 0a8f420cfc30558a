"""Teams, assigning and ending in the admin, and who is shown to look after an account."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from time_machine import travel

from accounts.models import Assignment, Member, Team
from tests.factories import AccountFactory, MemberFactory, TeamFactory, UserFactory, owned_by
from tests.factories.people import of_role

pytestmark = pytest.mark.django_db

ROLES = ["viewer", "auditor", "product_ops", "finance_preparer", "finance_approver"]
SELLERS = ["sales", "csm", "sales_manager"]


@pytest.fixture
def enter(client):
    def as_role(role: str):
        client.force_login(of_role(role))
        return client

    return as_role


def assign_page(account) -> str:
    return reverse("admin:accounts_account_assign", args=[account.pk])


def given(member, **facts) -> dict:
    return {"member": member.pk, "role": "csm", "starts_on": "2026-05-01", **facts}


def members(**first) -> dict:
    """The members of a new team, as the page sends them."""
    return {
        "members-TOTAL_FORMS": 1,
        "members-INITIAL_FORMS": 0,
        **{f"members-0-{name}": value for name, value in first.items()},
    }


def test_revops_makes_a_team_with_its_member(enter):
    ann = UserFactory()

    enter("revops").post(
        reverse("admin:accounts_team_add"),
        {
            "code": "north",
            "name": "North",
            **members(user=ann.pk, role="csm", starts_on="2026-01-01"),
        },
    )

    assert Member.objects.get(team__code="north").user == ann


def test_a_member_does_not_become_somebody_else(enter):
    member = MemberFactory()
    form = {
        **members(
            id=member.pk, user=UserFactory().pk, role="csm", starts_on="2020-01-01", opened=1
        ),
        "members-INITIAL_FORMS": 1,
    }

    answer = enter("revops").post(
        reverse("admin:accounts_team_change", args=[member.team_id]),
        {"name": "x", "opened": 1, **form},
    )

    assert "A membership stays with its person and team" in answer.text
    assert Member.objects.get() == member


@pytest.mark.parametrize("role", ["viewer", "auditor", "sales_manager"])
def test_who_only_looks_at_teams_changes_none(enter, role):
    team = TeamFactory()
    client, url = enter(role), reverse("admin:accounts_team_change", args=[team.pk])

    assert client.get(url).status_code == 200
    assert client.post(url, {"name": "x", **members()}).status_code == 403
    assert client.get(reverse("admin:accounts_team_add")).status_code == 403


@pytest.mark.parametrize("role", ["sales", "csm", "product_ops", "user_admin"])
def test_others_do_not_open_teams(enter, role):
    page = reverse("admin:accounts_team_change", args=[TeamFactory().pk])

    assert enter(role).get(page).status_code == 403
    assert enter(role).get(reverse("admin:accounts_team_changelist")).status_code == 403


def test_an_account_is_assigned_from_its_page(enter):
    account, member = AccountFactory(), MemberFactory()
    client = enter("revops")

    assert str(member) in client.get(assign_page(account)).text
    answer = client.post(assign_page(account), given(member), follow=True)

    assert f"{account} is assigned." in answer.text
    assert (Assignment.objects.get().member, Assignment.objects.get().account) == (member, account)


def test_a_refused_assignment_says_why_and_loses_nothing(enter):
    answer = enter("revops").post(
        assign_page(AccountFactory()), given(MemberFactory(), starts_on="2019-01-01")
    )

    assert "is not active on 2019-01-01" in answer.text
    assert 'value="2019-01-01"' in answer.text
    assert not Assignment.objects.exists()


def test_an_assignment_is_ended_from_the_panel(enter):
    account = owned_by(UserFactory())
    client, assignment = enter("revops"), Assignment.objects.get()
    end = reverse("admin:accounts_assignment_end", args=[assignment.pk])

    assert end in client.get(reverse("admin:accounts_account_change", args=[account.pk])).text
    client.post(end, {"on": "2026-05-01"})

    assignment.refresh_from_db()
    assert assignment.ends_on == date(2026, 5, 1)


@pytest.mark.parametrize("role", [*ROLES, *SELLERS])
def test_who_only_looks_assigns_and_ends_nothing(client, role):
    user, team = of_role(role), TeamFactory()
    account = owned_by(user, team=team)
    client.force_login(user)
    end = reverse("admin:accounts_assignment_end", args=[Assignment.objects.get().pk])

    page = client.get(reverse("admin:accounts_account_change", args=[account.pk]))
    assert (end in page.text, "Assign an owner" in page.text) == (False, False)
    assert client.post(assign_page(account), given(MemberFactory())).status_code == 403
    assert client.post(end, {"on": "2026-05-01"}).status_code == 403
    assert Assignment.objects.get().ends_on is None


def test_the_page_says_who_looks_after_an_account_since_when(enter):
    account = owned_by(UserFactory(name="Ann Lee"), starts_on=date(2026, 5, 1))
    page = reverse("admin:accounts_account_change", args=[account.pk])
    client = enter("viewer")

    said = client.get(f"{page}?on=2026-05-01").text
    assert "Ann Lee" in said
    assert "since 2026-05-01" in said
    assert "Ann Lee" not in client.get(f"{page}?on=2026-04-30").text


def test_accounts_are_listed_by_owner(enter):
    ann = UserFactory(name="Ann Lee")
    mine, ended = owned_by(ann), owned_by(ann)
    Assignment.objects.filter(account=ended).update(ends_on=date(2026, 5, 1))
    client, url = enter("viewer"), reverse("admin:accounts_account_changelist")

    def listed(owner):
        return set(client.get(url, {"owner": owner}).context["cl"].queryset)

    with travel("2026-06-01T12:00:00Z"):
        assert "Ann Lee" in client.get(url).text
        assert listed(ann.pk) == {mine}
        assert listed("nobody") == {ended}
        assert listed("x'") == set()


def test_assignments_are_not_added_or_changed_by_hand(enter):
    owned_by(UserFactory())
    client = enter("revops")

    assert client.get(reverse("admin:accounts_assignment_add")).status_code == 403
    page = reverse("admin:accounts_assignment_change", args=[Assignment.objects.get().pk])
    assert client.post(page, {"role": "ae"}).status_code == 403


def test_a_seller_begins_with_their_accounts(client):
    seller = of_role("sales")
    client.force_login(seller)

    home = client.get("/admin/")

    assert "Your accounts" in home.text
    assert "nobody whom you look after today is a customer" in home.text
    assert "manage.py import_book" not in home.text


@pytest.mark.parametrize("model", ["team", "assignment"])
def test_a_list_costs_the_same_however_long_it_is(enter, model):
    client, counts = enter("revops"), []
    url = reverse(f"admin:accounts_{model}_changelist")
    for rows in (1, 20):
        for _ in range(rows):
            owned_by(UserFactory())
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert Team.objects.count() == 21
