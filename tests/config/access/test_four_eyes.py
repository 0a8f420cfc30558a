"""Preparer and approver are never one person: not by a form, not by SQL, not by two at once."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from config.access.invariants import nobody_prepares_and_approves
from config.access.keys import issue
from config.access.models import User
from config.access.roles import ROLES, write_groups
from config.access.scopes import Scope
from config.access.separation import APPROVER, FINANCE, GUARDED, NEVER_BOTH, PREPARER
from config.postgresql.owner import as_owner
from tests.config.racing import together
from tests.factories import UserFactory
from tests.factories.people import of_role

FUNCTION = "SELECT pg_get_functiondef('access_never_both'::regproc)"
LOCK = "PERFORM FROM access_user WHERE id = NEW.user_id FOR NO KEY UPDATE;"


def groups(*names: str) -> list[Group]:
    write_groups()
    return list(Group.objects.filter(name__in=names))


def roles_of(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def page_of(user: User) -> str:
    return reverse("admin:access_user_change", args=[user.pk])


def form(user: User, *names: str) -> dict:
    chosen = [group.pk for group in groups(*names)]
    return {"email": user.email, "name": user.name, "is_active": "on", "groups": chosen}


@pytest.mark.django_db
def test_the_roles_are_those_of_the_table():
    assert ROLES.keys() >= FINANCE


@pytest.mark.django_db
@pytest.mark.parametrize("first", [PREPARER, APPROVER])
def test_the_database_refuses_the_second_role(first):
    user = UserFactory()
    user.groups.add(*groups(first))

    with pytest.raises(IntegrityError, match="never one person"), transaction.atomic():
        user.groups.add(*groups(*FINANCE - {first}))
    assert roles_of(user) == {first}


@pytest.mark.django_db
def test_the_database_refuses_both_at_once_and_a_changed_one():
    user = UserFactory()
    with pytest.raises(IntegrityError, match="never one person"), transaction.atomic():
        user.groups.add(*groups(*FINANCE))

    user.groups.add(*groups(PREPARER, "viewer"))
    viewer, approver = (Group.objects.get(name=name) for name in ("viewer", APPROVER))
    links = User.groups.through.objects.filter(user=user, group=viewer)
    with pytest.raises(IntegrityError, match="never one person"), transaction.atomic():
        links.update(group=approver)


@pytest.mark.django_db
def test_one_may_take_the_others_place():
    user = UserFactory()
    user.groups.add(*groups(PREPARER))
    user.groups.set(groups(APPROVER))

    assert roles_of(user) == {APPROVER}


@pytest.mark.django_db
def test_who_is_both_by_an_older_state_is_found():
    user = UserFactory()
    user.groups.add(*groups(PREPARER))
    Group.objects.filter(name="viewer").update(name="spare")
    user.groups.add(*groups("spare"))
    Group.objects.filter(name=APPROVER).update(name="was")
    Group.objects.filter(name="spare").update(name=APPROVER)

    assert list(nobody_prepares_and_approves()) == [f"user {user.pk}"]


@pytest.fixture
def at_once(monkeypatch):
    """Two give one person a role each, and both have given it before either commits."""
    both_given = Barrier(2, timeout=2)

    def give(pair) -> Exception | None:
        user, group = pair
        try:
            with transaction.atomic():
                user.groups.add(group)
                with suppress(BrokenBarrierError):  # the other one waits for our lock
                    both_given.wait()
        except IntegrityError as refused:
            return refused
        return None

    def run() -> tuple[set[str], list[Exception]]:
        user, chosen = UserFactory(), groups(*FINANCE)
        answers = together(lambda number: give((user, chosen[number])), 2)
        return roles_of(user), [answer for answer in answers if answer]

    return run


@pytest.mark.django_db(transaction=True)
def test_of_two_who_give_a_role_each_one_is_refused(at_once):
    roles, refused = at_once()

    assert len(roles) == 1
    assert "never one person" in str(refused[0])


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_be_given(at_once):
    with connection.cursor() as cursor:
        cursor.execute(FUNCTION)
        (stored,) = cursor.fetchone()
    assert LOCK in stored
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(stored.replace(LOCK, ""))
    try:
        roles, refused = at_once()
    finally:
        with as_owner(connection), connection.cursor() as cursor:
            cursor.execute(stored)

    assert roles == FINANCE
    assert refused == []


@pytest.mark.django_db
def test_the_form_says_so_beside_the_roles(admin_client):
    user = UserFactory(name="Ann")

    answer = admin_client.post(page_of(user), form(user, *FINANCE))

    assert answer.context["adminform"].form.errors == {"groups": [NEVER_BOTH]}
    assert roles_of(user) == set()


@pytest.mark.django_db
def test_a_race_in_the_form_is_a_sentence_too(admin_client, monkeypatch):
    monkeypatch.setattr("config.access.admin.is_both", lambda names: False)
    user = UserFactory(name="Ann")

    answer = admin_client.post(page_of(user), form(user, *FINANCE))

    assert answer.status_code == 200
    assert NEVER_BOTH in answer.text
    assert roles_of(user) == set()


@pytest.fixture
def keeper(client):
    """Somebody who keeps people, and is no superuser."""
    client.force_login(of_role("user_admin"))
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(FINANCE))
def test_a_user_admin_makes_nobody_who_prepares_or_approves(keeper, role):
    user = UserFactory(name="Puppet")

    answer = keeper.post(page_of(user), form(user, role))

    assert "groups" in answer.context["adminform"].form.errors
    assert roles_of(user) == set()
    assert keeper.post(page_of(user), form(user, "viewer")).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(FINANCE))
def test_a_user_admin_lets_nobody_in_as_somebody_of_finance(keeper, role):
    user = of_role(role, name="Greta")
    secret = {"password1": "ein langer Satz 4711", "password2": "ein langer Satz 4711"}
    before = user.password

    new = keeper.post(reverse("admin:auth_user_password_change", args=[user.pk]), secret)
    page = keeper.post(page_of(user), {**form(user, "viewer"), "email": "me@example.org"})
    key = keeper.post(
        reverse("admin:access_apikey_add"),
        {"name": "x", "owner": user.pk, "scopes": [Scope.PRICES_WRITE]},
    )

    assert GUARDED in keeper.get(page_of(user)).text
    user.refresh_from_db()
    assert (new.status_code, page.status_code) == (403, 403)
    assert key.context["adminform"].form.errors.keys() == {"owner"}
    assert user.password == before
    assert user.email != "me@example.org"
    assert roles_of(user) == {role}


@pytest.mark.django_db
def test_a_superuser_does_all_of_that(admin_client):
    user = of_role(APPROVER, name="Greta")
    secret = {"password1": "ein langer Satz 4711", "password2": "ein langer Satz 4711"}

    address = reverse("admin:auth_user_password_change", args=[user.pk])
    assert admin_client.post(address, secret).status_code == 302
    assert admin_client.post(page_of(user), form(user, PREPARER)).status_code == 302
    assert roles_of(user) == {PREPARER}
    assert issue(name="x", owner=user, scopes=[Scope.PRICES_WRITE])
