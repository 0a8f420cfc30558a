"""People and programs for the tests of the frame."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client

from config.access.keys import issue
from config.access.models import User
from config.access.roles import write_groups
from config.access.scopes import Scope
from config.database import owner
from tests.factories.people import of_role


@pytest.fixture
def own_login(db):
    """With one login for both, the application could take its role off: docs/database.md."""
    if owner()["USER"] == connection.settings_dict["USER"]:
        pytest.skip("one login for the application and the owner")


@pytest.fixture
def roles(db):
    write_groups()


@pytest.fixture
def person(roles):
    """Makes a user with the named roles."""

    def make(*names: str, email: str = "ann@example.org", **facts) -> User:
        user = User.objects.create_user(email, "secret", **facts)
        user.groups.add(*Group.objects.filter(name__in=names))
        return user

    return make


@pytest.fixture
def program(person):
    """Makes a client that sends the key of a new user with the role."""

    def make(role: str, *scopes: str, **facts) -> Client:
        owner = person(role, email=f"{role}@example.org", **facts)
        _, text = issue(name=role, owner=owner, scopes=scopes or Scope.values)
        return Client(headers={"Authorization": f"Bearer {text}"}, raise_request_exception=False)

    return make


@pytest.fixture
def curator(program):
    return program("product_ops")


@pytest.fixture
def key(transactional_db) -> dict[str, str]:
    """The header of a key that may do everything, for requests that commit."""
    boss = User.objects.create_superuser("boss@example.org")
    return {"Authorization": f"Bearer {issue(name='race', owner=boss, scopes=Scope.values)[1]}"}


@pytest.fixture
def ops(client):
    client.force_login(of_role("product_ops"))
    return client
