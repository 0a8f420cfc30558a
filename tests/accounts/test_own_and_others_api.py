"""Own, other's, absent: what each role finds of customers over REST."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import (
    Account,
    AccountProfile,
    Assignment,
    Subscription,
    SubscriptionLine,
)
from tests.accounts.own_world import ABSENT, OTHER, SELLERS, entered, told, world_of
from tests.factories import TeamFactory, owned_by
from tests.factories.people import of_role, program_of

JSON = "application/json"
pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    return world_of


RESOURCES = {
    "accounts": Account,
    "account-profiles": AccountProfile,
    "subscriptions": Subscription,
    "subscription-lines": SubscriptionLine,
    "assignments": Assignment,
}


def address(path: str, row) -> str:
    return f"/api/v1/{path}/{getattr(row, 'code', row.pk)}/"


def absent(path: str) -> str:
    return f"/api/v1/{path}/{'nobody' if path in ('accounts', 'subscriptions') else ABSENT}/"


@pytest.mark.parametrize("path", RESOURCES)
@pytest.mark.parametrize("role", SELLERS)
def test_anothers_row_is_absent_over_rest(world, role, path):
    here, model = world(role), RESOURCES[path]
    client = program_of(here.user)
    theirs = here.row(model, "other")
    key = getattr(theirs, "code", theirs.pk)

    assert client.get(address(path, here.row(model, "own"))).status_code == 200
    missing = client.get(absent(path))
    assert missing.status_code == 404
    assert told(client.get(address(path, theirs)), key) == told(missing, "nobody", ABSENT)


@pytest.mark.parametrize("role", SELLERS)
def test_s127_lists_hold_what_is_seen_and_no_more(world, role):
    here = world(role)
    client = program_of(here.user)

    for path in RESOURCES:
        answer = client.get(f"/api/v1/{path}/")
        assert len(answer.json()["results"]) == 1, path
        assert OTHER not in answer.text


@pytest.mark.parametrize("path", RESOURCES)
def test_revops_sees_everybodys(world, path):
    here, model = world("revops"), RESOURCES[path]
    client = program_of(here.user)

    for whose in ("own", "other"):
        assert client.get(address(path, here.row(model, whose))).status_code == 200


FILTERS = [
    "accounts/?parent={}-parent",
    "accounts/?name={}",
    "account-profiles/?account={}",
    "subscriptions/?account={}",
    "subscription-lines/?account={}",
    "subscription-lines/?subscription={}-1",
    "assignments/?account={}",
]


@pytest.mark.parametrize("question", FILTERS)
@pytest.mark.parametrize("role", SELLERS)
def test_a_filter_by_anothers_row_answers_as_by_none(world, role, question):
    client = program_of(world(role).user)

    found, none, own = (
        client.get(f"/api/v1/{question.format(code)}") for code in (OTHER, "nobody", "mine")
    )

    assert told(found) == told(none)
    assert len(own.json()["results"]) == 1


@pytest.mark.parametrize("role", SELLERS)
def test_the_owners_of_anothers_account_are_absent(world, role):
    here = world(role)
    client = program_of(here.user)

    own = client.get("/api/v1/accounts/mine/owners/")
    assert [row["account"] for row in own.json()["results"]] == ["mine"]
    theirs = client.get(f"/api/v1/accounts/{OTHER}/owners/")
    missing = client.get("/api/v1/accounts/nobody/owners/")
    assert told(theirs, OTHER) == told(missing, "nobody")
    assert theirs.status_code == 404


@pytest.mark.parametrize("role", SELLERS)
def test_a_filter_by_owner_tells_nothing_of_others(world, role):
    here = world(role)
    email = here.other.assignments.get().member.user.email
    client = program_of(here.user)

    found = client.get("/api/v1/accounts/", {"owner": email})
    none = client.get("/api/v1/accounts/", {"owner": "nobody@example.org"})

    assert told(found) == told(none)


WRITES = {
    "accounts": {"code": "x", "name": "x", "currency": "EUR", "created_on": "2024-01-01"},
    "account-profiles": {"account": OTHER, "starts_on": "2026-01-01"},
    "subscriptions": {"code": "x", "account": OTHER, "starts_on": "2026-01-01", "lines": []},
    "assignments": {"account": OTHER, "role": "csm", "member": 1, "starts_on": "2026-01-01"},
    "teams": {"code": "x", "name": "x"},
    "members": {"team": "x", "user": "x", "role": "csm", "starts_on": "2026-01-01"},
}


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize("role", SELLERS)
def test_sellers_write_nothing(world, role, path):
    here = world(role)
    client = program_of(here.user)

    assert client.post(f"/api/v1/{path}/", WRITES[path], content_type=JSON).status_code == 403


@pytest.mark.parametrize("path", ["subscriptions/{}-1/cancel", "assignments/{}/end"])
@pytest.mark.parametrize("role", SELLERS)
def test_sellers_end_nothing_be_it_own_or_others(world, role, path):
    here = world(role)
    client = program_of(here.user)
    keys = (here.own, here.other)
    if path.startswith("assignments"):
        keys = [account.assignments.get().pk for account in keys]
    else:
        keys = ["mine", OTHER]

    for key in keys:
        url = f"/api/v1/{path.format(key)}/"
        assert client.post(url, {"on": "2026-01-01"}, content_type=JSON).status_code == 403


@pytest.mark.parametrize(
    "path", ["/api/v1/accounts/", "/api/v1/assignments/", "/admin/accounts/account/"]
)
@pytest.mark.parametrize("role", SELLERS)
def test_a_list_costs_the_same_however_much_is_owned(role, path):
    user, team = of_role(role), TeamFactory()
    client = entered(user) if "admin" in path else program_of(user)
    counts = []
    for more in (1, 20):
        for _ in range(more):
            owned_by(user, team=team)
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
