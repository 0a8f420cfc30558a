"""What a dead server left behind, and when it may be removed."""

import os
import signal
import socket
import stat
import time
from contextlib import suppress
from pathlib import Path

from config.localpg.place import PORT, NoServer, Place

PATIENCE = 120


def processes(at: Place) -> list[int]:
    """PostgreSQL processes that work in the data folder, also in one that was deleted."""
    import psutil  # noqa: PLC0415  (comes with the binaries; not needed with DATABASE_URL)

    found = []
    for process in psutil.process_iter(["name", "cwd"]):
        if process.info["name"] == "postgres" and process.info["cwd"] == str(at.data):
            found.append(process.pid)
    return found


def settle(at: Place, answers) -> bool:
    """Waits until a server in the folder answers (True) or no process is left in it (False).

    A server that is starting or recovering gets there; the children of a killed one end by
    themselves; one whose folder was deleted under it has nothing to save and is ended.
    Raises NoServer after two minutes.
    """
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if answers():
            return True
        working = processes(at)
        if not working:
            return False
        if not (at.data / "PG_VERSION").exists():
            for pid in working:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGQUIT)
        time.sleep(0.02)
    raise NoServer(f"Processes {working} use {at.data} but do not answer at {at.socket}; end them.")


def remove_stale(at: Place) -> None:
    """Removes what would keep a new server from starting; call it when no process is left."""
    at.pid_file.unlink(missing_ok=True)
    name = at.socket / f".s.PGSQL.{PORT}"
    if listens(name):
        raise NoServer(f"Another server, not of {at.data}, answers at {name}; stop it.")
    name.unlink(missing_ok=True)
    name.with_name(name.name + ".lock").unlink(missing_ok=True)


def listens(name: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as door:
        try:
            door.connect(str(name))
        except OSError:
            return False
        return True


def own_socket_folder(at: Place) -> None:
    """Makes the folder of the socket, for the server's account alone.

    Raises NoServer when somebody else made it first.
    """
    with suppress(FileExistsError):
        at.socket.mkdir(mode=0o700)
        if at.account:
            os.chown(at.socket, *at.account, follow_symlinks=False)
    seen = at.socket.lstat()
    uid = at.account[0] if at.account else os.geteuid()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != uid or seen.st_mode & 0o077:
        raise NoServer(f"{at.socket} belongs to somebody else or is open to others; remove it.")
