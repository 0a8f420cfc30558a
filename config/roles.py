"""Who owns the tables and who may use them: three database roles, made outside migrations.

The owner makes and changes tables. The application reads and writes rows: no tables of its own,
no truncation, no membership in the owner. Where one login is all there is, every connection of
the application takes on the role `portico_app`. The audit trail is owned by `portico_audit`, a
role that nobody logs in as; the owner is a member, the application is not.
"""

from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, ProgrammingError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import errors, sql

from config.localpg.place import ADMINISTRATOR, APPLICATION, AUDIT, place
from config.postgresql.dropping import drop_database
from config.postgresql.owner import as_owner

LOCK = 7_019_401_518  # any number will do, as long as it stays

FACTS = """
    SELECT mine.rolname,
           coalesce(login.rolname, ''),
           mine.rolsuper OR mine.rolcreaterole,
           pg_has_role(mine.oid, database.datdba, 'MEMBER')
             AND has_schema_privilege(mine.oid, 'public', 'CREATE'),
           coalesce(login.rolsuper OR pg_has_role(login.oid, mine.oid, 'MEMBER'), false),
           coalesce(pg_has_role(login.oid, role.oid, 'MEMBER'), false),
           coalesce(pg_has_role(mine.oid, audit.oid, 'MEMBER'), false)
    FROM pg_roles mine
    JOIN pg_database database ON database.datname = current_database()
    LEFT JOIN pg_roles login ON login.rolname = coalesce(nullif(%s, ''), session_user)
    LEFT JOIN pg_roles role ON role.rolname = %s
    LEFT JOIN pg_roles audit ON audit.rolname = %s
    WHERE mine.rolname = session_user
"""

PRIVILEGES = """
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    GRANT USAGE ON SCHEMA public TO {role};
    GRANT USAGE, CREATE ON SCHEMA public TO {audit};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public
        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {role};
"""

OWN = "ALTER DATABASE {} OWNER TO {};\nALTER SCHEMA public OWNER TO pg_database_owner;"
ROLE = """
    DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {name}) THEN
            CREATE ROLE {role} NOLOGIN;
        END IF;
    END $$;
"""
ALONE = "SET LOCAL lock_timeout = '60s'; SELECT pg_advisory_xact_lock({lock});"


class Facts(NamedTuple):
    """What the server says of the two logins, asked by the owner."""

    owner: str
    login: str
    owner_makes_roles: bool
    owner_owns: bool
    login_is_powerful: bool
    login_takes_role: bool
    owner_takes_audit: bool


def application_role(connection: BaseDatabaseWrapper) -> str:
    """The role whose privileges count for the application, for use in a migration.

    Raises ImproperlyConfigured when the login of DATABASE_URL does not exist.
    """
    facts = ask(connection)
    return APPLICATION if facts.login_takes_role else facts.login


def provision(connection: BaseDatabaseWrapper) -> None:
    """Makes the database, the role and the privileges that are missing; may be repeated.

    Raises ImproperlyConfigured with the SQL to run where the owner may not do it itself.
    """
    with as_owner(connection):
        make_database(connection)
        facts = ask(connection)
        name = sql.Identifier(connection.settings_dict["NAME"])
        if not facts.owner_owns:
            raise refusal(
                f"The login {facts.owner} must own the database and its schema",
                sql.SQL(OWN).format(name, sql.Identifier(facts.owner)),
            )
        if missing := missing_roles(facts):
            make_roles(connection, missing)
        role, audit = sql.Identifier(application_role(connection)), sql.Identifier(AUDIT)
        with connection.cursor() as cursor:
            one_at_a_time(cursor, sql.SQL(PRIVILEGES).format(role=role, audit=audit))


def recreate_database(connection: BaseDatabaseWrapper) -> None:
    """Drops the database with everything in it and makes an empty one, ready to migrate."""
    with as_owner(connection):
        connection.close()
        with connection._nodb_cursor() as cursor:
            drop_database(cursor, connection.settings_dict["NAME"])
    provision(connection)


def ask(connection: BaseDatabaseWrapper) -> Facts:
    login = connections.settings[connection.alias]["USER"]
    with connection.cursor() as cursor:
        cursor.execute(FACTS, [login, APPLICATION, AUDIT])
        facts = Facts(*cursor.fetchone())
    if not facts.login:
        raise refusal(
            "The login of DATABASE_URL does not exist",
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD '...';").format(sql.Identifier(login)),
        )
    return facts


def make_database(connection: BaseDatabaseWrapper) -> None:
    try:
        connection.ensure_connection()
    except OperationalError as unreachable:
        name = connection.settings_dict["NAME"]
        create = sql.SQL("CREATE DATABASE {};").format(sql.Identifier(name))
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone():
                raise unreachable from None
            try:
                cursor.execute(create)
            except ProgrammingError as refused:
                if isinstance(refused.__cause__, errors.InsufficientPrivilege):
                    raise refusal("The owner may not create databases", create) from None
                if not isinstance(refused.__cause__, errors.DuplicateDatabase):
                    raise


def missing_roles(facts: Facts) -> list[tuple[str, str]]:
    """The roles that are still to be made, each with the login that takes it on."""
    missing = []
    if facts.login_is_powerful and not facts.login_takes_role:
        missing.append((APPLICATION, facts.login))
    if not facts.owner_takes_audit:
        missing.append((AUDIT, facts.owner))
    return missing


def make_roles(connection: BaseDatabaseWrapper, missing: list[tuple[str, str]]) -> None:
    """Makes roles and lets the logins take them on; once per cluster."""
    grants = [
        sql.SQL("GRANT {} TO {};").format(sql.Identifier(role), sql.Identifier(login))
        for role, login in missing
    ]
    making = sql.Composed(
        sql.SQL(ROLE).format(role=sql.Identifier(role), name=role) + grant
        for (role, _), grant in zip(missing, grants, strict=True)
    )
    try:
        with administrator(connection)._nodb_cursor() as cursor:
            one_at_a_time(cursor, making)
    except ProgrammingError as refused:
        if not isinstance(refused.__cause__, errors.InsufficientPrivilege):
            raise
        lines = [
            sql.SQL("CREATE ROLE {} NOLOGIN;\n").format(sql.Identifier(role)) + grant
            for (role, _), grant in zip(missing, grants, strict=True)
        ]
        raise refusal(
            "The application works without the owner's rights, and the audit trail belongs to a "
            f"role that nobody logs in as; {connection.settings_dict['USER']} may not make them",
            sql.SQL("\n").join(lines),
        ) from None


def administrator(connection: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    """Who makes roles: the owner, and on the embedded server its superuser.

    Advisory locks belong to a database: the one every cluster has stands for the cluster.
    """
    settings = connection.settings_dict
    if settings["HOST"] != str(place().socket):
        return connection
    return connection.__class__({**settings, "USER": ADMINISTRATOR}, connection.alias)


def one_at_a_time(cursor, statements: sql.Composable) -> None:
    """Runs statements as one transaction that waits, a minute at most, for others like it."""
    cursor.execute(sql.SQL(ALONE).format(lock=LOCK) + statements)


def refusal(reason: str, statements: sql.Composable) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"{reason}. Let an administrator of the server run:\n\n{statements.as_string(None)}\n"
    )
