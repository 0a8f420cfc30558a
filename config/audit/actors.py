"""How an event names who acted, and who that is today.

Events keep ids instead of e-mails: a person who is renamed or erased is so in all of history.
"""

import re
from collections.abc import Iterable

from django.http import HttpRequest

from config.access.models import ApiKey, User
from config.audit.context import Door
from config.requests import id_of

USER = re.compile(r"user:([0-9]{1,18})(?: key:([0-9a-f]{12}))?")


def actor_of(request: HttpRequest) -> str | None:
    """The reference of whoever makes a request, with the key it came with."""
    if request.user.pk is None:
        return None
    key = getattr(request, "auth", None)
    prefix = f" key:{key.prefix}" if isinstance(key, ApiKey) else ""
    return f"user:{request.user.pk}{prefix}"


def request_facts(request: HttpRequest, door: Door) -> dict[str, str | None]:
    """What a request states of its writes (`config.audit.context.stating`)."""
    return {
        "actor": actor_of(request),
        "reason": getattr(request, "change_reason", None),
        "request_id": id_of(request),
        "door": door,
    }


def names(references: Iterable[str | None]) -> dict[str, str]:
    """E-mails of today, with the key, for references to people; others stand for themselves."""
    found = {text: USER.fullmatch(text) for text in set(references) if text}
    ids = {int(match[1]) for match in found.values() if match}
    emails = dict(User.objects.filter(pk__in=ids).values_list("pk", "email")) if ids else {}
    return {text: _name(text, match, emails) for text, match in found.items()}


def _name(text: str, match: re.Match | None, emails: dict[int, str]) -> str:
    if match is None:
        return text.removeprefix("os:")
    email = emails.get(int(match[1]), f"user {match[1]}")
    return f"{email} (key {match[2]})" if match[2] else email


def references(text: str) -> tuple[str, str]:
    """The reference that an e-mail, a key's prefix or a reference stands for, and a beginning.

    References that begin with the latter mean the same: whatever a person did with any key.
    """
    user = User.objects.filter(email=text).values_list("pk", flat=True).first()
    if user is not None:
        return f"user:{user}", f"user:{user} key:"
    owner = ApiKey.objects.filter(prefix=text).values_list("owner", flat=True).first()
    exact = text if owner is None else f"user:{owner} key:{text}"
    return exact, exact
