"""When the embedded server has been alone for long enough: the one process that watches it.

It lives apart from whoever started it, so that a killed owner leaves nothing running for ever.
"""

import os
import time

import psycopg

from config.localpg import leftovers, locks
from config.localpg.place import Place, place
from config.localpg.server import OTHERS, connect, stop_locked


def idle_seconds() -> float:
    return float(os.environ.get("PORTICO_IDLE_SECONDS") or (30 if os.environ.get("CI") else 600))


class Watch:
    """Looks at one server over a connection of its own."""

    def __init__(self, at: Place) -> None:
        self.at = at
        self.connection: psycopg.Connection | None = None
        self.seen: tuple[int, int] | None = None
        self.idle = False

    def look(self) -> tuple[int, int] | None:
        """How many are connected, and how many ever were; None when nothing answers."""
        try:
            if self.connection is None or self.connection.closed:
                self.connection = connect(self.at, "portico watcher")
            return self.connection.execute(OTHERS).fetchone()
        except psycopg.Error:
            self.connection = None
            return None

    def wait(self, seconds: float) -> None:
        """Returns when nobody has been connected for that long, or nothing answers."""
        self.idle, before, since = False, None, time.monotonic()
        while not self.idle:
            time.sleep(min(max(seconds / 10, 0.05), 5))
            self.seen = self.look()
            if self.seen is None:
                return
            if self.seen[0] or self.seen != before:
                before, since = self.seen, time.monotonic()
            self.idle = time.monotonic() > since + seconds

    def over(self) -> bool:
        """Whether no server is left to watch; one that is still alone is stopped.

        The caller holds the start lock: meanwhile a server may have come up, or somebody may
        have come and gone.
        """
        now = self.look()
        if now is None:
            return not leftovers.processes(self.at)
        return self.idle and now == self.seen and stop_locked(self.at, if_idle=True)


def main() -> None:
    at = place()
    handle = locks.take(at, locks.WATCH, wait=False)
    if handle is None:
        return
    if os.fork():  # the starter waits for this one only; the other, who keeps the lock, is
        os._exit(0)  # nobody's child
    watch = Watch(at)
    while True:
        watch.wait(idle_seconds())
        with locks.starting(at):
            if watch.over():
                # Given back before the start lock: whoever starts next finds nobody watching.
                os.close(handle)
                return


if __name__ == "__main__":
    main()
