"""Own, other's, absent: what each role finds of customers in the admin."""

import re

import pytest
from django.urls import reverse

from accounts.models import (
    Account,
    AccountProfile,
    Assignment,
    LedgerEntry,
    Subscription,
    SubscriptionLine,
)
from tests.accounts.own_world import ABSENT, OTHER, SELLERS, entered, told, world_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    return world_of


ADMIN = [Account, AccountProfile, Subscription, SubscriptionLine, LedgerEntry, Assignment]
VIEWS = ["change", "history", "delete"]


def page(model, view: str, pk: int) -> str:
    return reverse(f"admin:accounts_{model._meta.model_name}_{view}", args=[pk])


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
