"""What the figures were measured on: versions, settings, sizes, load."""

import os
import platform
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from time import process_time

from django.db import connection

PACKAGES = ("Django", "psycopg", "numpy", "duckdb", "gunicorn", "statsmodels")
SETTINGS = (
    "server_version",
    "shared_buffers",
    "work_mem",
    "effective_cache_size",
    "max_parallel_workers_per_gather",
    "jit",
)
TABLES = (
    "accounts_account",
    "accounts_subscriptionline",
    "accounts_ledgerentry",
    "accounts_productset",
)


NAMED = "SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name"


def versions() -> dict:
    return {"Python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def settings() -> dict:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, current_setting(name) FROM unnest(%s::text[]) name", [list(SETTINGS)]
        )
        return dict(cursor.fetchall())


def machine() -> dict:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"processors": os.cpu_count(), "memory_gib": round(memory, 1), "system": sys.platform}


def load() -> float:
    """How many processes wanted to run, on average over the last minute."""
    return round(os.getloadavg()[0], 2)


def processor_seconds() -> float:
    """What this process has used of a processor, and the one that PostgreSQL answers it by.

    The latter is left out where it runs on another machine, or Linux does not tell.
    """
    spent, session = process_time(), connection.connection
    if session is None or session.closed or not session.info.host.startswith("/"):
        return spent  # by a socket of this machine it is a process of this machine
    scheduled = Path(f"/proc/{session.info.backend_pid}/schedstat")
    with suppress(OSError):
        spent += int(scheduled.read_text().split()[0]) / 1e9
    return spent


def sizes() -> dict:
    """Rows and megabytes, indexes included, of the tables that matter."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'metrics_%%sum' "
            "OR relname = ANY(%s) ORDER BY 1",
            [list(TABLES)],
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(
                f"SELECT count(*), pg_total_relation_size(%s) / 1e6 FROM {table}", [table]
            )
            rows, megabytes = cursor.fetchone()
            found[table] = {"rows": rows, "megabytes": round(float(megabytes), 1)}
    return found
