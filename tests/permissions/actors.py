"""Everybody who may stand before a door."""

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from config.access.keys import issue
from config.access.models import User
from config.access.roles import ROLES, write_groups
from config.access.scopes import Scope
from tests.factories import UserFactory
from tests.factories.people import Program
from tests.permissions.doors import Door
from tests.permissions.table import Opening

STRANGER, PERSON, KEY = "stranger", "person", "key"


@dataclass(frozen=True)
class Actor:
    """Somebody with a way of asking; `role` is a role, "superuser", or "" for none at all."""

    name: str
    client: Client
    kind: str
    role: str = ""
    user: User | None = None
    scopes: frozenset[str] = frozenset()

    def may(self, door: Door, opening: Opening) -> str:
        """What the table promises: "all" rows, its "own", or "none"."""
        if "public" in opening.whom or ("signed-in" in opening.whom and self.kind == PERSON):
            return "all"
        if not self._comes_near(door, opening):
            return "none"
        if "staff" in opening.whom:
            return "all"
        if self.role == "superuser":
            return "none" if opening.whom == {"nobody"} else "all"
        return opening.role(self.role)

    def _comes_near(self, door: Door, opening: Opening) -> bool:
        """Whether it depends on the role at all."""
        if self.kind == STRANGER or "signed-in" in opening.whom:
            return False
        if self.kind == KEY:
            return door.of_api and opening.scope in self.scopes
        return door.of_api or self.user.is_staff


def everybody() -> list[Actor]:
    """Strangers, a person and a key of every role, and keys that have or lack one scope."""
    write_groups()
    users = {"nobody in particular": UserFactory(is_staff=True)}
    for role in ROLES:
        users[role] = UserFactory(is_staff=True)
        users[role].groups.add(Group.objects.get(name=role))
    boss = users["superuser"] = UserFactory(is_staff=True, is_superuser=True)
    roles = {name: name if name in ROLES or name == "superuser" else "" for name in users}
    people = [
        Actor(name, _session(users[name]), PERSON, roles[name], users[name]) for name in users
    ]
    outside = UserFactory(is_superuser=True)
    people.append(Actor("superuser off staff", _session(outside), PERSON, "superuser", outside))
    keys = [_key(f"key of {name}", users[name], roles[name], Scope.values) for name in users]
    for scope in Scope.values:
        others = [other for other in Scope.values if other != scope]
        keys.append(_key(f"key with {scope} alone", boss, "superuser", [scope]))
        keys.append(_key(f"key without {scope}", boss, "superuser", others))
    return [*_strangers(boss), *people, *keys]


def tries(actor: Actor, door: Door, opening: Opening) -> bool:
    """Whether it says anything that this actor tries.

    Of keys with odd scopes, those of the door's own; to the admin a key is a key.
    """
    if actor.kind != KEY:
        return True
    if not door.of_api:
        return actor.name == "key of superuser"
    odd = (f"key with {opening.scope} alone", f"key without {opening.scope}")
    return actor.name.startswith("key of ") or actor.name in odd


def _strangers(boss: User) -> list[Actor]:
    gone = UserFactory(is_staff=True, is_superuser=True)
    left = _session(gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    revoked, text = issue(name="revoked", owner=boss, scopes=Scope.values)
    revoked.revoked_at = timezone.now()
    revoked.save()
    return [
        Actor("anonymous", Program(raise_request_exception=False), STRANGER),
        Actor("person switched off", left, STRANGER),
        Actor("revoked key", _bearer(text), STRANGER),
    ]


def _session(user: User) -> Client:
    client = Program(raise_request_exception=False)
    client.force_login(user)
    return client


def _key(name: str, owner: User, role: str, scopes: list[str]) -> Actor:
    _, text = issue(name=name, owner=owner, scopes=scopes)
    return Actor(name, _bearer(text), KEY, role, owner, frozenset(scopes))


def _bearer(text: str) -> Client:
    return Program(headers={"Authorization": f"Bearer {text}"}, raise_request_exception=False)
