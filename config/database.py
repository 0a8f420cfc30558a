"""Which database: DATABASE_URL if it is set, else the embedded server."""

import os

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from config.localpg.place import APPLICATION, NAME, OWNER, PORT, place


def databases() -> dict:
    """The setting DATABASES, with the application's login; computes only, starts nothing.

    Raises ImproperlyConfigured.
    """
    if url := os.environ.get("DATABASE_URL"):
        where = parse(url, variable="DATABASE_URL")
    elif os.environ.get("DATABASE_OWNER_URL"):
        raise ImproperlyConfigured("Set DATABASE_URL too: DATABASE_OWNER_URL names its owner only.")
    elif os.environ.get("DEBUG") == "0":
        raise ImproperlyConfigured(
            "Set DATABASE_URL: with DEBUG=0 Portico does not start a PostgreSQL of its own."
        )
    else:
        where = embedded(APPLICATION)
    return {"default": {**where, "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}}


def owner() -> dict:
    """The login that owns the tables, in the same form.

    Raises ImproperlyConfigured.
    """
    url = os.environ.get("DATABASE_URL")
    if not url:
        return embedded(OWNER)
    login = parse(url, variable="DATABASE_URL")
    owner_url = os.environ.get("DATABASE_OWNER_URL")
    if not owner_url:
        return login
    owner_login = parse(owner_url, variable="DATABASE_OWNER_URL")
    if owner_login["NAME"] != login["NAME"]:
        raise ImproperlyConfigured("DATABASE_URL and DATABASE_OWNER_URL name different databases.")
    return owner_login


def embedded(user: str) -> dict:
    return described(
        {"dbname": NAME, "user": user, "host": str(place().socket), "port": PORT},
    )


def parse(url: str, *, variable: str) -> dict:
    """Django's settings for a libpq address.

    Raises ImproperlyConfigured.
    """
    try:
        given = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    except ProgrammingError as wrong:
        raise ImproperlyConfigured(f"{variable} is not a PostgreSQL address: {wrong}") from None
    if not given.get("dbname"):
        raise ImproperlyConfigured(f"{variable} names no database.")
    return described(given)


def described(given: dict[str, str]) -> dict:
    """What libpq understands, in Django's words; what Django has no word for is an option."""
    return {
        "ENGINE": "config.postgresql",
        "NAME": given.pop("dbname"),
        "USER": given.pop("user", ""),
        "PASSWORD": given.pop("password", ""),
        "HOST": given.pop("host", ""),
        "PORT": given.pop("port", ""),
        "OPTIONS": given,
    }
