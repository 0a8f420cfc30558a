"""Issue an API key from the command line."""

from argparse import ArgumentParser
from datetime import timedelta

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from config.access.keys import issue
from config.access.models import User
from config.access.roles import ROLE_FOR_SCOPE
from config.access.scopes import Scope

SERVICE_OWNER = "integrations@localhost"


class Command(BaseCommand):
    help = "Prints a new API key once, and nothing else. The key acts for its owner."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the key is used for")
        parser.add_argument("--scopes", required=True, help=f"of {', '.join(Scope)}; with commas")
        parser.add_argument("--owner", help=f"e-mail of a user; default: {SERVICE_OWNER}")
        parser.add_argument("--days", type=int, help="days until it expires; default: never")

    @transaction.atomic
    def handle(self, *, name: str, scopes: str, owner: str | None, days: int | None, **_) -> None:
        wanted = _scopes(scopes)
        if not name.strip() or len(name) > 100:
            raise CommandError("Give the key a name of at most 100 characters.")
        _, text = issue(
            name=name,
            owner=_owner(owner) if owner else _service_owner(wanted),
            scopes=wanted,
            expires_at=_expiry(days),
        )
        self.stdout.write(text)


def _scopes(text: str) -> list[Scope]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = sorted(set(names) - set(Scope.values))
    if unknown or not names:
        problem = f"Unknown: {', '.join(unknown)}." if unknown else "Name at least one scope."
        raise CommandError(f"{problem} Scopes are: {', '.join(Scope.values)}.")
    return [Scope(name) for name in names]


def _owner(email: str) -> User:
    user = User.objects.filter(email=email).first()
    if user is None or not user.is_active:
        raise CommandError(f"There is no active user {email}.")
    return user


def _service_owner(scopes: list[Scope]) -> User:
    """The service account, with the roles that its keys' scopes need and no more."""
    user = User.objects.filter(email=SERVICE_OWNER).first()
    if user is None:
        user = User.objects.create_user(SERVICE_OWNER, name="Integrations")
    roles = {ROLE_FOR_SCOPE[scope] for scope in scopes}
    user.groups.add(*Group.objects.filter(name__in=roles))
    return user


def _expiry(days: int | None):
    if days is None:
        return None
    if not 1 <= days <= 36_500:
        raise CommandError("--days must be from 1 to 36500.")
    return timezone.now() + timedelta(days=days)
