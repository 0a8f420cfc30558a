"""Who may start, stop or watch the embedded server: one process at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from config.localpg.place import NoServer, Place

START = "start.lock"
WATCH = "watch.lock"


def take(at: Place, name: str, *, wait: bool) -> int | None:
    """A lock as an open file; closing it, or dying, gives it back. None: somebody has it.

    Raises NoServer when the folder is not ours.
    """
    import fcntl  # noqa: PLC0415  (not on Windows)

    try:
        handle = os.open(at.home / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except PermissionError as refused:
        raise NoServer(f"The data folder {at.home} belongs to somebody else.") from refused
    if at.account:
        os.chown(handle, *at.account)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except BaseException:
        os.close(handle)
        raise
    return handle


@contextmanager
def starting(at: Place) -> Iterator[None]:
    """Nobody else starts or stops the server meanwhile."""
    handle = take(at, START, wait=True)
    try:
        yield
    finally:
        os.close(handle)


def is_watched(at: Place) -> bool:
    handle = take(at, WATCH, wait=False)
    if handle is None:
        return True
    os.close(handle)
    return False
