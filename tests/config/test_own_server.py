import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from config.localpg.account import account_for, is_root
from config.localpg.place import CHECKOUT

ROLES = "tests/config/test_roles.py"
# Nobody logs in as the role that owns the audit trail; an owner that may not make it is given it.
AUDIT = "CREATE ROLE portico_audit NOLOGIN; GRANT portico_audit TO shop_owner"
PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("1[5-9]/bin"))), None)
pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="no PostgreSQL of the system's own")


@pytest.fixture(scope="module")
def socket():
    """The socket folder of a plain PostgreSQL, the oldest that is installed."""
    folder = Path(tempfile.mkdtemp(prefix="portico-own-"))
    account = {}
    if is_root():
        uid, gid = account_for(folder)
        os.chown(folder, uid, gid)
        account = {"user": uid, "group": gid, "extra_groups": []}
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, **account}
    data = folder / "data"
    subprocess.check_call(
        [PROGRAMS / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8"],
        **quiet,
    )
    options = f"-F -c listen_addresses= -k {folder}"
    control = [PROGRAMS / "pg_ctl", "-D", data, "-w"]
    subprocess.check_call([*control, "-l", folder / "log", "-o", options, "start"], **quiet)
    yield folder
    subprocess.check_call([*control, "-m", "immediate", "stop"], **quiet)
    shutil.rmtree(folder)


@pytest.fixture
def administrator(socket):
    """The superuser, on a server without our roles and databases."""
    with psycopg.connect(
        host=str(socket), user="postgres", dbname="postgres", autocommit=True
    ) as connection:
        for (name,) in connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE '%shop%'"
        ).fetchall():
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        for (name,) in connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'shop%' OR rolname LIKE 'portico%'"
        ).fetchall():
            connection.execute(f"DROP ROLE {name}")
        yield connection


def url(socket: Path, user: str, dbname: str = "shop") -> str:
    return f"postgresql://{user}@/{dbname}?host={socket}"


def run(*words: str, **urls: str) -> subprocess.CompletedProcess:
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DJANGO_SETTINGS_MODULE", "PYTEST_XDIST_WORKER", "DATABASE_OWNER_URL")
    }
    return subprocess.run(
        [sys.executable, *words],
        check=False,
        cwd=CHECKOUT,
        env={**environment, **urls},
        capture_output=True,
        text=True,
    )


def manage(*words: str, **urls: str) -> subprocess.CompletedProcess:
    return run("manage.py", *words, **urls)


def prove(**urls: str) -> None:
    """The tests of the roles, under these logins."""
    done = run("-m", "pytest", "-q", "-p", "no:cacheprovider", ROLES, **urls)
    assert done.returncode == 0, done.stdout


def test_one_superuser_is_enough(administrator, socket):
    prove(DATABASE_URL=url(socket, "postgres"))


def test_one_login_that_makes_roles_and_databases_is_enough(administrator, socket):
    administrator.execute("CREATE ROLE shop LOGIN CREATEDB CREATEROLE")

    prove(DATABASE_URL=url(socket, "shop"))


def test_two_logins_are_kept_apart(administrator, socket):
    administrator.execute("CREATE ROLE shop_owner LOGIN CREATEDB")
    administrator.execute("CREATE ROLE shop LOGIN")
    administrator.execute(AUDIT)

    prove(DATABASE_URL=url(socket, "shop"), DATABASE_OWNER_URL=url(socket, "shop_owner"))


def test_the_owners_address_is_not_needed_for_daily_work(administrator, socket):
    administrator.execute("CREATE ROLE shop_owner LOGIN")
    administrator.execute("CREATE ROLE shop LOGIN")
    administrator.execute("CREATE DATABASE shop OWNER shop_owner")
    administrator.execute(AUDIT)
    logins = {
        "DATABASE_URL": url(socket, "shop"),
        "DATABASE_OWNER_URL": url(socket, "shop_owner"),
    }
    assert manage("migrate", **logins).returncode == 0

    done = manage("showmigrations", "sessions", DATABASE_URL=logins["DATABASE_URL"])

    assert "[X] 0001_initial" in done.stdout, done.stderr


def test_a_login_that_may_not_make_the_role_is_told_what_to_run(administrator, socket):
    administrator.execute("CREATE ROLE shop LOGIN")
    administrator.execute("CREATE DATABASE shop OWNER shop")
    login = {"DATABASE_URL": url(socket, "shop")}

    refused = manage("migrate", **login)

    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    lines = [line for line in refused.stderr.splitlines() if line.endswith(";")]
    assert lines == [
        'CREATE ROLE "portico_app" NOLOGIN;',
        'GRANT "portico_app" TO "shop";',
        'CREATE ROLE "portico_audit" NOLOGIN;',
        'GRANT "portico_audit" TO "shop";',
    ]

    for line in lines:
        administrator.execute(line)
    assert manage("migrate", **login).returncode == 0


def test_an_owner_that_may_not_make_the_audit_role_is_told_what_to_run(administrator, socket):
    administrator.execute("CREATE ROLE shop_owner LOGIN")
    administrator.execute("CREATE ROLE shop LOGIN")
    administrator.execute("CREATE DATABASE shop OWNER shop_owner")
    logins = {
        "DATABASE_URL": url(socket, "shop"),
        "DATABASE_OWNER_URL": url(socket, "shop_owner"),
    }

    refused = manage("migrate", **logins)

    lines = [line for line in refused.stderr.splitlines() if line.endswith(";")]
    assert lines == [
        'CREATE ROLE "portico_audit" NOLOGIN;',
        'GRANT "portico_audit" TO "shop_owner";',
    ]
    for line in lines:
        administrator.execute(line)
    assert manage("migrate", **logins).returncode == 0
    assert manage("check_invariants", DATABASE_URL=logins["DATABASE_URL"]).returncode == 0


def test_the_application_never_works_with_the_owners_rights(administrator, socket):
    administrator.execute("CREATE ROLE shop LOGIN")
    administrator.execute("CREATE DATABASE shop OWNER shop")

    refused = manage("showmigrations", DATABASE_URL=url(socket, "shop"))

    assert refused.returncode == 1
    assert "run `python manage.py migrate` first" in refused.stderr


def test_an_owner_that_does_not_own_is_told_what_to_run(administrator, socket):
    administrator.execute("CREATE ROLE shop_owner LOGIN")
    administrator.execute("CREATE ROLE shop LOGIN")
    administrator.execute("CREATE DATABASE shop")

    refused = manage(
        "migrate",
        DATABASE_URL=url(socket, "shop"),
        DATABASE_OWNER_URL=url(socket, "shop_owner"),
    )

    assert 'ALTER DATABASE "shop" OWNER TO "shop_owner";' in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_database_that_the_owner_may_not_make_is_asked_for(administrator, socket):
    administrator.execute("CREATE ROLE shop_owner LOGIN")
    administrator.execute("CREATE ROLE shop LOGIN")

    refused = manage(
        "migrate",
        DATABASE_URL=url(socket, "shop"),
        DATABASE_OWNER_URL=url(socket, "shop_owner"),
    )

    assert 'CREATE DATABASE "shop";' in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_missing_login_is_asked_for(administrator, socket):
    administrator.execute("CREATE ROLE shop_owner LOGIN CREATEDB")

    refused = manage(
        "migrate",
        DATABASE_URL=url(socket, "shop"),
        DATABASE_OWNER_URL=url(socket, "shop_owner"),
    )

    assert 'CREATE ROLE "shop" LOGIN PASSWORD' in refused.stderr


def test_a_superuser_as_application_works_under_the_role(administrator, socket):
    login = {"DATABASE_URL": url(socket, "postgres")}
    assert manage("migrate", **login).returncode == 0

    done = manage(
        "shell",
        "-c",
        "from django.db import connection as c; k = c.cursor();"
        " k.execute('SELECT current_user, session_user'); print(*k.fetchone())",
        **login,
    )

    assert done.stdout.split()[-2:] == ["portico_app", "postgres"]
