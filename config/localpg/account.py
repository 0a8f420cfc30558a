"""Which Unix account the embedded server runs as.

PostgreSQL refuses to run as root. Everybody else runs it as themselves; for root it is the owner
of the data folder (or of the nearest folder above that exists), else `portico`, else `postgres`,
and where neither exists a system account `portico` is made.
"""

import os
import shutil
import stat
import subprocess
from pathlib import Path

MADE = "portico"
NOBODY_YET = -1


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def account_for(folder: Path) -> tuple[int, int]:
    """The user and group the server has when root keeps its data in the folder.

    The user is `NOBODY_YET` while the account is still to be made.
    """
    import pwd  # noqa: PLC0415  (not on Windows)

    above = next(path for path in (folder, *folder.parents) if path.exists())
    for known in (above.stat().st_uid, MADE, "postgres"):
        if known == 0:
            continue
        try:
            found = pwd.getpwuid(known) if isinstance(known, int) else pwd.getpwnam(known)
        except KeyError:
            continue
        return found.pw_uid, found.pw_gid
    return NOBODY_YET, NOBODY_YET


def reachable(folder: Path, uid: int, gid: int) -> bool:
    """Whether that user may pass through every folder on the way, the last one included."""
    for path in (folder, *folder.parents):
        if path.exists():
            seen = path.stat()
            needed = stat.S_IXOTH
            if seen.st_uid == uid:
                needed = stat.S_IXUSR
            elif seen.st_gid == gid:
                needed = stat.S_IXGRP
            if not seen.st_mode & needed:
                return False
    return True


def make() -> None:
    """Makes the system account, with whichever tool the machine has.

    Raises OSError or CalledProcessError.
    """
    if shutil.which("useradd"):
        words = ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", MADE]
    else:
        words = ["adduser", "-S", "-D", "-H", "-s", "/bin/false", MADE]
    subprocess.run(words, check=True, capture_output=True)
