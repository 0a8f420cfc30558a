"""Own, other's, absent: what each role finds of customers, over REST and in the admin."""

import re
from dataclasses import dataclass
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import (
    Account,
    AccountProfile,
    Assignment,
    LedgerEntry,
    Subscription,
    SubscriptionLine,
)
from accounts.profiles import classify
from config.access.models import User
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    LineFactory,
    MemberFactory,
    SubscriptionFactory,
    TeamFactory,
    UserFactory,
    owned_by,
)
from tests.factories.people import of_role, program_of

pytestmark = pytest.mark.django_db

SELLERS = ["sales", "csm", "sales_manager"]
JSON = "application/json"
ABSENT = 987_654_321
OTHER = "zebra"  # in the name and code of everything that belongs to somebody else


@dataclass
class World:
    """Two accounts with one of everything: that of the asker, or of their team, and another's."""

    user: User
    own: Account
    other: Account

    def row(self, model, whose: str):
        account = {"own": self.own, "other": self.other}[whose]
        return account if model is Account else model.objects.filter(account=account).first()


@pytest.fixture
def world(db):
    def make(role: str) -> World:
        user, team = of_role(role), TeamFactory()
        MemberFactory(user=user, team=team)
        charge = ChargeFactory()
        owner = UserFactory() if role == "sales_manager" else user
        own, other = (
            _customer(code, charge, by)
            for code, by in (("mine", (owner, team)), (OTHER, (UserFactory(), TeamFactory())))
        )
        return World(user, own, other)

    return make


def _customer(code: str, charge, by) -> Account:
    account = AccountFactory(code=code, parent=AccountFactory(code=f"{code}-parent"))
    LineFactory(subscription=SubscriptionFactory(account=account, code=f"{code}-1"), charge=charge)
    classify(account=account, segment=None, region=None, starts_on=date(2024, 1, 1))
    return owned_by(by[0], account=account, team=by[1])


RESOURCES = {
    "accounts": Account,
    "account-profiles": AccountProfile,
    "subscriptions": Subscription,
    "subscription-lines": SubscriptionLine,
    "assignments": Assignment,
}


def address(path: str, row) -> str:
    return f"/api/v1/{path}/{getattr(row, 'code', row.pk)}/"


def told(answer, *parts: object) -> tuple:
    """Status, body and where to go, without the key of the row that was asked for."""
    said = f"{answer.get('Location')} {answer.content.decode()}"
    for part in parts:
        said = re.sub(rf"(?<=[/=]){part}\b", "KEY", said)
    return answer.status_code, said


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
def test_lists_hold_what_is_seen_and_no_more(world, role):
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


ADMIN = [Account, AccountProfile, Subscription, SubscriptionLine, LedgerEntry, Assignment]
VIEWS = ["change", "history", "delete"]


def page(model, view: str, pk: int) -> str:
    return reverse(f"admin:accounts_{model._meta.model_name}_{view}", args=[pk])


def entered(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("model", ADMIN)
@pytest.mark.parametrize("role", SELLERS)
def test_anothers_page_is_absent_in_the_admin(world, role, model):
    here = world(role)
    client, theirs = entered(here.user), here.row(model, "other")

    assert client.get(page(model, "change", here.row(model, "own").pk)).status_code == 200
    for view in VIEWS:
        found, missing = (client.get(page(model, view, pk)) for pk in (theirs.pk, ABSENT))
        assert told(found, theirs.pk) == told(missing, ABSENT), view
        assert found.status_code in (302, 403, 404), view


ACTIONS = [
    (Account, "assign"),
    (Account, "classify"),
    (Account, "subscribe"),
    (Account, "entries"),
    (Subscription, "cancel"),
    (SubscriptionLine, "end"),
    (Assignment, "end"),
]


@pytest.mark.parametrize(("model", "action"), ACTIONS)
@pytest.mark.parametrize("role", SELLERS)
def test_actions_do_not_tell_anothers_row_from_none(world, role, model, action):
    here = world(role)
    client, theirs = entered(here.user), here.row(model, "other")

    found, missing = (client.get(page(model, action, pk)) for pk in (theirs.pk, ABSENT))

    assert told(found, theirs.pk) == told(missing, ABSENT)
    assert found.status_code in (302, 403, 404)


@pytest.mark.parametrize("model", ADMIN)
@pytest.mark.parametrize("role", SELLERS)
def test_lists_of_the_admin_name_no_other(world, role, model):
    here = world(role)
    answer = entered(here.user).get(reverse(f"admin:accounts_{model._meta.model_name}_changelist"))

    assert answer.context["cl"].result_count == 1
    assert OTHER not in answer.text


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (Subscription, "account__id__exact"),
        (SubscriptionLine, "account__id__exact"),
        (LedgerEntry, "account__id__exact"),
        (Assignment, "account__id__exact"),
        (Account, "owner"),
    ],
)
@pytest.mark.parametrize("role", SELLERS)
def test_a_filter_of_a_list_names_no_other(world, role, model, name):
    here = world(role)
    client = entered(here.user)
    pk = here.other.pk if model is not Account else here.other.assignments.get().member.user_id
    url = reverse(f"admin:accounts_{model._meta.model_name}_changelist")

    found, missing = (client.get(url, {name: key}) for key in (pk, ABSENT))

    assert found.context["cl"].result_count == missing.context["cl"].result_count == 0
    assert OTHER not in found.text
    assert len(re.findall("<option", found.text)) == len(re.findall("<option", missing.text))


@pytest.mark.parametrize("role", SELLERS)
def test_search_and_autocomplete_find_no_other(world, role):
    here = world(role)
    client = entered(here.user)
    which = {"app_label": "accounts", "model_name": "subscription", "field_name": "account"}

    for term, found in ((OTHER, []), ("mine", [str(here.own.pk)])):
        answer = client.get(reverse("admin:autocomplete"), {**which, "term": term})
        assert [row["id"] for row in answer.json()["results"]] == found
    for term, links in ((OTHER, 0), ("mine", 1)):
        palette = client.get(reverse("admin:search"), {"s": term, "extended": 1})
        assert palette.text.count(page(Account, "change", here.own.pk)) == links
        assert page(Account, "change", here.other.pk) not in palette.text


def test_revops_opens_everybodys_page(world):
    here = world("revops")
    client = entered(here.user)

    for model in ADMIN:
        for whose in ("own", "other"):
            pk = here.row(model, whose).pk
            assert client.get(page(model, "change", pk)).status_code == 200


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
