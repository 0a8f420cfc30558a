"""Issuing API keys, and telling a right one from a wrong one."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from django.db import connection, transaction

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
    key = _live(prefix)
    known = key.hash if key else "0" * 64
    right = compare_digest(_hash(secret), known)
    return key if key and right and not key.has_expired(at=at) else None


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


KEY = [field.attname for field in ApiKey._meta.concrete_fields]
OWNER = [field.attname for field in User._meta.concrete_fields if field.name != "password"]
COLUMNS = ", ".join([*(f"key.{name}" for name in KEY), *(f"owner.{name}" for name in OWNER)])
# Written out because every request asks it: building it anew took longer than all the rest.
LIVE = f"""
    SELECT {COLUMNS},
           ARRAY(
               SELECT app_label || '.' || codename
               FROM auth_permission permission
               JOIN django_content_type model ON model.id = permission.content_type_id
               WHERE permission.id IN (
                   SELECT permission_id FROM access_user_groups
                   JOIN auth_group_permissions USING (group_id)
                   WHERE user_id = owner.id
                   UNION ALL
                   SELECT permission_id FROM access_user_user_permissions
                   WHERE user_id = owner.id
               )
           )
    FROM access_apikey key
    JOIN access_user owner ON owner.id = key.owner_id
    WHERE key.prefix = %s
      AND key.revoked_at IS NULL
      AND owner.is_active
"""  # noqa: S608  (columns of our own models)


def _live(prefix: str) -> ApiKey | None:
    with connection.prepared_cursor() as cursor:
        cursor.execute(LIVE, [prefix])
        row = cursor.fetchone()
    if row is None:
        return None
    key = ApiKey.from_db(connection.alias, KEY, row[: len(KEY)])
    key.owner = User.from_db(connection.alias, OWNER, row[len(KEY) : -1])
    # Where Django's ModelBackend keeps what it has looked up: saves its two queries per request.
    key.owner._perm_cache = set(row[-1])
    return key
