"""What the tests look at and wait for."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

import psutil
from psycopg import connect

from config.localpg import leftovers
from config.localpg.place import CHECKOUT, PORT, Place

ENSURE = "from config.localpg.server import ensure; ensure(); print('up', flush=True)"


def until(condition: Callable, seconds: float = 20):
    """What the condition gives as soon as it is true; fails after a deadline."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s")


def postmaster(at: Place) -> int:
    return int(at.pid_file.read_text().split()[0])


def processes(at: Place) -> list[int]:
    return leftovers.processes(at)


def watchers(at: Place) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        try:
            if "config.localpg.watcher" not in (process.info["cmdline"] or []):
                continue
            if process.environ().get("PORTICO_DATA") == str(at.wanted):
                found.append(process)
        except psutil.Error:
            continue
    return found


def starts(at: Place) -> int:
    return at.log.read_text().count("starting PostgreSQL")


def session(at: Place, user: str = "portico_app", dbname: str = "portico"):
    return connect(host=str(at.socket), port=PORT, user=user, dbname=dbname, autocommit=True)


def together(count: int, code: str) -> list[subprocess.CompletedProcess]:
    """Runs the code in that many processes, which wait for each other before the last line."""
    *before, last = code.strip().splitlines()
    ready = "\n".join([*before, "print(flush=True); input()", last])
    group = [
        subprocess.Popen(
            [sys.executable, "-c", ready],
            cwd=CHECKOUT,
            env=os.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(count)
    ]
    for process in group:
        process.stdout.readline()
    for process in group:
        process.stdin.write("\n")
        process.stdin.flush()
    done = []
    for process in group:
        out, err = process.communicate(timeout=60)
        done.append(subprocess.CompletedProcess(process.args, process.returncode, out, err))
    return done
