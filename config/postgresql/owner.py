"""Who may change tables: the owner, for the length of a with-statement."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import TransactionManagementError

from config.database import owner

CREDENTIALS = ("USER", "PASSWORD", "HOST", "PORT")


@contextmanager
def as_owner(connection: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    """Inside, the connection is the owner's; afterwards it is the application's again.

    Both are new connections, so it is refused inside a transaction. Nesting is harmless.
    Raises TransactionManagementError.
    """
    before = connection.settings_dict
    if is_owner(before):
        yield connection
        return
    if connection.in_atomic_block:
        raise TransactionManagementError("The owner takes over between transactions, not in one.")
    login = owner()
    options = {**login["OPTIONS"], "owner": True}
    connection.close()
    connection.settings_dict = {
        **before,
        **{key: login[key] for key in CREDENTIALS},
        "OPTIONS": options,
    }
    try:
        yield connection
    finally:
        connection.close()
        connection.settings_dict = before


def is_owner(settings_dict: dict) -> bool:
    return bool(settings_dict["OPTIONS"].get("owner"))
