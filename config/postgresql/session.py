"""As whom, and how long at most, a connection works."""

import psycopg
from django.db import OperationalError, connections

from config.localpg.place import APPLICATION

LIMITS = {"lock_timeout": "3s", "idle_in_transaction_session_timeout": "30s"}
OURS = ("owner", "statement_timeout")

# The application runs as the role without rights over tables whenever its login may; a login
# that owns the database or is superuser must not run as itself.
BEGIN = """
    SELECT set_config('lock_timeout', %(lock_timeout)s, false),
           set_config('idle_in_transaction_session_timeout',
                      %(idle_in_transaction_session_timeout)s, false),
           set_config('statement_timeout',
                      coalesce(%(statement_timeout)s, current_setting('statement_timeout')), false),
           CASE
             WHEN %(owner)s THEN true
             WHEN pg_has_role(session_user, role.oid, 'MEMBER')
               THEN set_config('role', role.rolname, false) <> ''
             ELSE NOT login.rolsuper AND NOT pg_has_role(login.oid, database.datdba, 'MEMBER')
           END
    FROM pg_roles login
    JOIN pg_database database ON database.datname = current_database()
    LEFT JOIN pg_roles role ON role.rolname = %(role)s
    WHERE login.rolname = session_user
"""


def limit_statements(timeout: str) -> None:
    """From now on the application's statements end after that long, in this process."""
    for settings in connections.settings.values():
        settings["OPTIONS"].setdefault("statement_timeout", timeout)


def begin_session(connection: psycopg.Connection, options: dict) -> None:
    """Sets role and time limits of a new connection.

    Raises OperationalError rather than let the application work with the owner's rights.
    """
    values = {
        **LIMITS,
        "statement_timeout": options.get("statement_timeout"),
        "owner": bool(options.get("owner")),
        "role": APPLICATION,
    }
    *_, safe = connection.execute(BEGIN, values).fetchone()
    if not safe:
        raise OperationalError(
            f"The login of DATABASE_URL owns the database and there is no role {APPLICATION} for "
            "the application yet: run `python manage.py migrate` first, which makes it."
        )
