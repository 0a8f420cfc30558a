"""Issuing API keys, and telling a right one from a wrong one."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from django.contrib.auth.models import Permission
from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Value
from django.db.models.functions import Concat

from config.access.models import ApiKey, User

TEXT = re.compile(r"([0-9a-f]{12})\.([A-Za-z0-9_-]{43})", re.ASCII)


def issue(
    *, name: str, owner: User, scopes: Iterable[str], expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A new key and its text `<prefix>.<secret>`, which is shown this once and kept nowhere.

    Raises ValidationError for an unknown scope or none at all.
    """
    secret = secrets.token_urlsafe(32)
    key = ApiKey(
        name=name,
        owner=owner,
        prefix=secrets.token_hex(6),
        hash=_hash(secret),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    key.full_clean()
    key.save()
    return key, f"{key.prefix}.{secret}"


def recognise(text: str, *, at: datetime) -> ApiKey | None:
    """The live key that the text belongs to, with its owner and the owner's permissions.

    One query. None says nothing about what was wrong with the key.
    """
    match = TEXT.fullmatch(text)
    if match is None:
        return None
    prefix, secret = match.groups()
    key = (
        ApiKey.objects.live(at=at)
        .select_related("owner")
        .annotate(
            by_role=_names(Permission.objects.filter(group__user=OuterRef("owner_id"))),
            direct=_names(Permission.objects.filter(user=OuterRef("owner_id"))),
        )
        .filter(prefix=prefix)
        .order_by()
        .first()
    )
    known = key.hash if key else "0" * 64
    if not compare_digest(_hash(secret), known) or key is None:
        return None
    # Where Django's ModelBackend keeps what it has looked up: saves its two queries per request.
    key.owner._perm_cache = {*key.by_role, *key.direct}
    return key


def note_use(key: ApiKey, *, at: datetime) -> None:
    """Remember when the key was last used, to the minute; a request never waits for this."""
    if key.last_used_at and at - key.last_used_at < timedelta(minutes=1):
        return
    with transaction.atomic():
        row = ApiKey.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=key.pk)
        ApiKey.objects.filter(pk__in=row.values("pk")).update(last_used_at=at)


def _hash(secret: str) -> str:
    # A fast hash is enough: the secret is 256 random bits, there is nothing to guess.
    return sha256(secret.encode()).hexdigest()


def _names(permissions: QuerySet[Permission]) -> ArraySubquery:
    """Names such as `portfolio.view_product`."""
    name = Concat("content_type__app_label", Value("."), "codename")
    return ArraySubquery(permissions.order_by().values_list(name))
