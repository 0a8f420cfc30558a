"""Teams, members and assignments over REST."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import travel

from accounts.models import Assignment, Team
from tests.factories import (
    AccountFactory,
    MemberFactory,
    ProductFactory,
    TeamFactory,
    UserFactory,
    owned_by,
    program,
)

pytestmark = pytest.mark.django_db

JSON = "application/json"


@pytest.fixture
def revops():
    return program("revops")


@pytest.fixture
def post(revops):
    return lambda path, body: revops.post(f"/api/v1/{path}/", body, content_type=JSON)


@pytest.fixture
def member():
    return MemberFactory(user=UserFactory(email="ann@example.org"), team=TeamFactory(code="north"))


def body(member, **facts) -> dict:
    given = {"account": "acme", "role": "csm", "member": member.pk, "starts_on": "2026-05-01"}
    return {**given, **facts}


def test_a_team_is_made_with_its_member(post, revops):
    UserFactory(email="ann@example.org")
    team = post("teams", {"code": "north", "name": "North"})
    made = post(
        "members",
        {"team": "north", "user": "ann@example.org", "role": "ae", "starts_on": "2026-01-01"},
    )

    assert (team.status_code, made.status_code) == (201, 201)
    assert revops.get("/api/v1/members/?team=north&on=2026-02-01").json()["results"] == [
        made.json()
    ]
    assert revops.get("/api/v1/members/?user=bob@example.org").json()["results"] == []
    ended = revops.patch(
        f"/api/v1/members/{made.json()['id']}/", {"ends_on": "2026-03-01"}, content_type=JSON
    )
    assert ended.json()["ends_on"] == "2026-03-01"


def test_a_member_stays_with_person_and_team(revops, member):
    TeamFactory(code="south")

    answer = revops.patch(f"/api/v1/members/{member.pk}/", {"team": "south"}, content_type=JSON)

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "stays with its person and team" in answer.json()["detail"]


def test_being_in_a_team_twice_is_a_conflict(post, member):
    facts = {"team": "north", "user": "ann@example.org", "role": "am", "starts_on": "2026-01-01"}

    answer = post("members", facts)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (
        409,
        "member_one_at_a_time",
    )


def test_an_account_is_assigned_reassigned_and_released(post, revops, member):
    AccountFactory(code="acme")
    first = post("assignments", body(member))
    next_one = post("assignments", body(MemberFactory(), starts_on="2026-06-01"))

    assert first.status_code == 201
    assert first.json() == {
        "id": first.json()["id"],
        "account": "acme",
        "product": None,
        "role": "csm",
        "member": member.pk,
        "owner": "ann@example.org",
        "name": "",
        "team": "north",
        "source": "manual",
        "starts_on": "2026-05-01",
        "ends_on": None,
    }
    ends = [row["ends_on"] for row in revops.get("/api/v1/assignments/").json()["results"]]
    assert ends == ["2026-06-01", None]
    ended = post(f"assignments/{next_one.json()['id']}/end", {"on": "2026-07-01"})
    assert (ended.status_code, ended.json()["ends_on"]) == (200, "2026-07-01")


def test_refusals_have_codes_of_their_own(post, member):
    AccountFactory(code="acme")
    made = post("assignments", body(member)).json()["id"]

    for path, given, code in (
        ("assignments", body(member, starts_on="2019-01-01"), "member_not_active"),
        ("assignments", body(MemberFactory(), starts_on="2026-04-01"), "later_owner"),
        (f"assignments/{made}/end", {"on": "2026-05-01"}, "not_begun"),
    ):
        answer = post(path, given)
        assert (answer.status_code, answer.json()["code"]) == (409, code)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("account", "nobody"),
        ("member", 987654321),
        ("member", "1"),
        ("role", "boss"),
        ("starts_on", "2026-5-1"),
        ("product", "nothing"),
        ("source", "rule"),
    ],
)
def test_a_wrong_member_of_an_assignment_is_named(post, member, name, value):
    AccountFactory(code="acme")

    answer = post("assignments", {**body(member), name: value})

    assert answer.status_code == 400
    assert {error["path"] for error in answer.json()["errors"]} == {name}


def test_assignments_are_never_edited_nor_deleted(revops, member):
    owned_by(member.user, team=member.team)
    url = f"/api/v1/assignments/{Assignment.objects.get().pk}/"

    assert revops.patch(url, {"role": "ae"}, content_type=JSON).status_code == 405
    assert revops.delete(url).status_code == 405


def test_a_team_with_members_is_in_use(revops, member):
    answer = revops.delete("/api/v1/teams/north/")

    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
    assert Team.objects.exists()


def test_owners_are_those_of_the_day(revops, post, member):
    AccountFactory(code="acme")
    ProductFactory(code="crm")
    post("assignments", body(member))
    post("assignments", body(MemberFactory(), product="crm", starts_on="2026-06-01"))

    def owners(question=""):
        rows = revops.get(f"/api/v1/accounts/acme/owners/{question}").json()["results"]
        return [row["product"] for row in rows]

    assert owners("?on=2026-05-15") == [None]
    assert sorted(owners("?on=2026-06-01"), key=str) == [None, "crm"]
    with travel("2026-04-30T12:00:00Z"):
        assert owners() == []
    assert revops.get("/api/v1/accounts/acme/owners/?day=2026-01-01").status_code == 400


def test_accounts_are_found_by_owner_on_a_day(revops, member):
    AccountFactory()
    mine = owned_by(member.user, team=member.team)

    def found(question):
        rows = revops.get(f"/api/v1/accounts/?{question}").json()["results"]
        return [row["code"] for row in rows]

    assert found("owner=Ann@example.org") == [mine.code]
    assert found("owner=ann@example.org&on=2019-01-01") == []


@pytest.mark.parametrize(
    ("question", "hits"),
    [
        ("team=north", 1),
        ("team=south", 0),
        ("owner=ann@example.org", 1),
        ("role=csm", 1),
        ("role=ae", 0),
        ("on=2020-01-01", 1),
        ("on=2019-12-31", 0),
        ("source=manual", 1),
    ],
)
def test_assignments_are_found_by_what_they_say(revops, member, question, hits):
    owned_by(member.user, team=member.team)

    assert len(revops.get(f"/api/v1/assignments/?{question}").json()["results"]) == hits


READERS = {
    "revops": (200, 200),
    "viewer": (200, 200),
    "auditor": (200, 200),
    "sales_manager": (200, 200),
    "sales": (403, 200),
    "csm": (403, 200),
    "product_ops": (403, 200),
    "finance_preparer": (403, 200),
    "user_admin": (403, 403),
}


@pytest.mark.parametrize("role", READERS)
def test_who_may_look_at_teams_and_at_assignments(role):
    client, (teams, assignments) = program(role), READERS[role]

    assert client.get("/api/v1/teams/").status_code == teams
    assert client.get("/api/v1/members/").status_code == teams
    assert client.get("/api/v1/assignments/").status_code == assignments


def test_a_key_needs_the_scope_to_assign(member):
    AccountFactory(code="acme")
    for scopes, status in ((["subscriptions:write"], 403), (["routing:execute"], 201)):
        answer = program("revops", *scopes).post(
            "/api/v1/assignments/", body(member), content_type=JSON
        )
        assert answer.status_code == status


@pytest.mark.parametrize("path", ["teams", "members", "assignments", "accounts/acme/owners"])
def test_a_list_costs_the_same_however_long_it_is(revops, path):
    account, counts = AccountFactory(code="acme"), []
    for rows in (1, 20):
        for _ in range(rows):
            owned_by(UserFactory(), account=account, product=ProductFactory())
        revops.get(f"/api/v1/{path}/")
        with CaptureQueriesContext(connection) as queries:
            assert len(revops.get(f"/api/v1/{path}/").json()["results"]) >= rows
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 3
