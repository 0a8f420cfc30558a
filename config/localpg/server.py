"""When the embedded server is started and when it is stopped."""

import logging
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import psycopg

from config.localpg import leftovers, locks
from config.localpg.account import NOBODY_YET, account_for, make
from config.localpg.cluster import initialise, refuse_another_version
from config.localpg.place import CHECKOUT, PORT, NoServer, Place, place
from config.localpg.programs import programs, reason, run

logger = logging.getLogger(__name__)

OTHERS = """
    SELECT (SELECT count(*) FROM pg_stat_activity
            WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
              AND application_name <> 'portico watcher'),
           (SELECT coalesce(sum(sessions), 0) FROM pg_stat_database)
"""
SEEN: set[Place] = set()


class Status(NamedTuple):
    """What runs: whether a server answers, how many are connected, where the data are."""

    running: bool
    clients: int
    data: Path
    socket: Path


def connect(at: Place, application_name: str = "portico") -> psycopg.Connection:
    """A superuser's connection, possible only for those who may enter the socket's folder."""
    return psycopg.connect(
        host=str(at.socket),
        port=PORT,
        user="postgres",
        dbname="postgres",
        connect_timeout=10,
        application_name=application_name,
        autocommit=True,
    )


def answers(at: Place) -> bool:
    """Whether a server with our data answers."""
    try:
        if not at.pid_file.exists():
            return False
        with connect(at) as connection:
            (said,) = connection.execute("SHOW data_directory").fetchone()
    except (psycopg.OperationalError, PermissionError):
        return False
    return said == str(at.data)


def was_seen(at: Place) -> bool:
    """Whether this process once made sure of the server and nothing says that it is gone."""
    return at in SEEN and at.pid_file.exists()


def ensure() -> Place:
    """Makes a server answer, starting it if needed, and somebody watch over it.

    Raises NoServer.
    """
    at = prepared()
    try:
        if not answers(at):
            with locks.starting(at):
                start_watched(at)
        if not locks.is_watched(at):
            finish(watch(at))
    except OSError as refused:
        raise NoServer(f"The embedded PostgreSQL could not be started ({refused}).") from refused
    SEEN.add(at)
    return at


def start_watched(at: Place) -> None:
    if not answers(at):
        # The watcher first, so that no death in between leaves the server unwatched.
        watcher = watch(at)
        try:
            start(at)
        finally:
            finish(watcher)


def prepared() -> Place:
    """The place, with its account and its home folder made."""
    if os.name != "posix":
        raise NoServer("The embedded PostgreSQL needs Linux or macOS.")
    at = place()
    try:
        if at.account and at.account[0] == NOBODY_YET:
            make()
            at = replace(at, account=account_for(at.home))
        if not at.home.exists():
            at.home.mkdir(mode=0o755, parents=True, exist_ok=True)
            if at.account:
                os.chown(at.home, *at.account)
    except (OSError, subprocess.CalledProcessError) as refused:
        raise NoServer(f"The embedded PostgreSQL finds no home in {at.home} ({refused}).") from None
    return at


def start(at: Place) -> None:
    """Starts the server; the caller holds the start lock.

    Raises NoServer.
    """
    if leftovers.settle(at, lambda: answers(at)):
        return
    refuse_another_version(at)
    leftovers.own_socket_folder(at)
    if not (at.data / "PG_VERSION").exists():
        initialise(at)
    leftovers.remove_stale(at)
    options = f"-k {at.socket} -p {PORT} -c unix_socket_permissions=0700"
    control = [programs(at) / "pg_ctl", "--pgdata", at.folder, "--wait", "--timeout=120"]
    started = run(at, [*control, "--log", f"{at.folder}/{at.log.name}", "-o", options, "start"])
    if started.returncode != 0:
        written = at.log.read_text(errors="replace") if at.log.exists() else started.stdout
        raise NoServer(f"PostgreSQL did not start ({reason(written)}); its log is {at.log}.")


def watch(at: Place) -> subprocess.Popen:
    """Leaves one process behind that stops the server when nobody has been connected.

    It is ready when the process that is returned ends; one too many ends by itself.
    """
    paths = [str(CHECKOUT), os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        [sys.executable, "-m", "config.localpg.watcher"],
        cwd="/",
        env={
            **os.environ,
            "PORTICO_DATA": str(at.wanted),
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        },
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def finish(watcher: subprocess.Popen) -> None:
    if watcher.wait():
        logger.warning("Nobody watches the embedded PostgreSQL: it runs until it is stopped.")


def stop(*, if_idle: bool = False) -> bool:
    """Stops the server; with `if_idle` only when nobody is connected. Whether none runs now."""
    at = prepared()
    with locks.starting(at):
        return stop_locked(at, if_idle=if_idle)


def stop_locked(at: Place, *, if_idle: bool) -> bool:
    if not answers(at):
        return not leftovers.processes(at)
    if if_idle and clients(at):
        return False
    control = [programs(at) / "pg_ctl", "--pgdata", at.folder, "--wait", "--timeout=120"]
    stopped = run(at, [*control, "--mode=fast", "stop"]).returncode == 0
    with suppress(OSError):
        at.socket.rmdir()
    return stopped


def clients(at: Place) -> int:
    with connect(at) as connection:
        return connection.execute(OTHERS).fetchone()[0]


def status() -> Status:
    """What runs now; starts nothing."""
    at = place()
    running = answers(at)
    return Status(running, clients(at) if running else 0, at.data, at.socket)
