"""A new cluster: whole, with its roles and its database, or not there at all."""

import os
import shutil
import tempfile
from pathlib import Path

from config.localpg.place import (
    ADMINISTRATOR,
    APPLICATION,
    AUDIT,
    NAME,
    OWNER,
    NoServer,
    Place,
)
from config.localpg.programs import programs, reason, run

# The built-in locale is the same on every machine; the wheel has no ICU.
CLUSTER = (
    f"--username={ADMINISTRATOR}",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
SETTINGS = {
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "max_connections": "100",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "listen_addresses": "",
}
# The owner may end the application's sessions and act as the application, never the reverse.
ROLES = f"""\
CREATE ROLE {OWNER} LOGIN CREATEDB;
CREATE ROLE {APPLICATION} LOGIN;
GRANT {APPLICATION} TO {OWNER};
CREATE ROLE {AUDIT} NOLOGIN;
GRANT {AUDIT} TO {OWNER};
CREATE DATABASE {NAME} OWNER {OWNER};
"""


def initialise(at: Place) -> None:
    """Makes the data folder beside its place, then renames it.

    Raises NoServer.
    """
    for interrupted in at.home.glob(".initdb-*"):
        shutil.rmtree(interrupted, ignore_errors=True)
    unfinished = Path(tempfile.mkdtemp(dir=at.home, prefix=".initdb-"))
    try:
        if at.account:
            os.chown(unfinished, *at.account, follow_symlinks=False)
        fill(at, unfinished.name)
        unfinished.rename(at.data)
    except OSError as refused:
        raise NoServer(f"PostgreSQL finds no room for its data in {at.home}: {refused}.") from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def fill(at: Place, folder: str) -> None:
    bin_folder = programs(at)
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    made = run(
        at,
        [bin_folder / "initdb", "--pgdata", folder, *CLUSTER, *settings],
    )
    if made.returncode == 0:
        made = run(
            at,
            [bin_folder / "postgres", "--single", "-D", folder, "postgres"],
            input=ROLES,
        )
    if made.returncode != 0 or "ERROR" in made.stdout:
        raise NoServer(f"PostgreSQL could not make its data in {at.home}: {reason(made.stdout)}.")


def refuse_another_version(at: Place) -> None:
    """Raises NoServer when the only data here was written by another major version."""
    others = sorted(path.parent for path in at.home.glob("postgresql-*/PG_VERSION"))
    if others and at.data not in others:
        written = others[-1].name.partition("-")[2]
        raise NoServer(
            f"The data in {others[-1]} was written by PostgreSQL {written} and this is "
            f"PostgreSQL {at.release}: dump it with the release that wrote it and restore it here "
            "(docs/database.md, Upgrade), or move that folder away to start with an empty one."
        )
