"""Who asks."""

from uuid import uuid4

from django.contrib.auth.models import Group
from django.test import Client
from factory import Sequence
from factory.django import DjangoModelFactory

from config.access.keys import issue
from config.access.models import User
from config.access.roles import write_groups
from config.access.scopes import Scope


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = Sequence("user-{}@example.org".format)


class Program(Client):
    """A careful program: every write has a key and a reason, and names the version it saw."""

    def generic(self, method, path, data="", content_type="application/json", **extra):
        headers = dict(extra.pop("headers", None) or {})
        if method in ("POST", "PATCH", "DELETE"):
            headers.setdefault("Idempotency-Key", uuid4().hex)
            headers.setdefault("Change-Reason", "test")
        if method in ("PATCH", "DELETE"):
            seen = self.get(path).headers.get("ETag")
            headers |= {"If-Match": seen} if seen and "If-Match" not in headers else {}
        return super().generic(method, path, data, content_type, headers=headers, **extra)


def program(role: str = "", *scopes: str) -> Client:
    """A client with the key of a new user: of one role, or a superuser."""
    owner = UserFactory(is_superuser=not role)
    if role:
        write_groups()
        owner.groups.add(Group.objects.get(name=role))
    _, text = issue(name=role or "everything", owner=owner, scopes=scopes or Scope.values)
    return Program(headers={"Authorization": f"Bearer {text}"}, raise_request_exception=False)


def of_role(*roles: str, **facts) -> User:
    """Somebody with the roles who may enter the admin."""
    write_groups()
    user = UserFactory(is_staff=True, **facts)
    user.groups.add(*Group.objects.filter(name__in=roles))
    return user


def program_of(owner: User) -> Client:
    """A client with a key of the user that has every scope."""
    _, text = issue(name="theirs", owner=owner, scopes=Scope.values)
    return Program(headers={"Authorization": f"Bearer {text}"}, raise_request_exception=False)
