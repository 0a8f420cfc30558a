import os
import shutil
import signal
import socket
import subprocess

import pytest

from config.localpg import leftovers
from config.localpg.leftovers import own_socket_folder
from config.localpg.place import NoServer
from config.localpg.server import ensure, status, stop
from tests.config.localpg.life import postmaster, processes, session, starts, until


@pytest.fixture
def stranger():
    """A program that has nothing to do with PostgreSQL."""
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        process.kill()


def test_a_killed_postmaster_is_replaced(running):
    with session(running, dbname="portico", user="portico_owner") as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    os.kill(postmaster(running), signal.SIGKILL)

    ensure()

    with session(running, user="portico_owner") as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


def test_children_of_a_dead_postmaster_are_waited_for(running):
    dead = postmaster(running)
    (child, *_) = [pid for pid in processes(running) if pid != dead]
    os.kill(child, signal.SIGSTOP)
    os.kill(dead, signal.SIGKILL)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGCONT))
    signal.setitimer(signal.ITIMER_REAL, 0.5)

    ensure()

    assert child not in processes(running)
    assert starts(running) == 3


def test_a_stale_pid_that_belongs_to_another_program_is_no_server(stopped, stranger):
    stopped.pid_file.write_text(f"{stranger.pid}\n{stopped.data}\n0\n5432\n{stopped.socket}\n")

    ensure()

    assert status().running
    assert stop()
    assert stranger.poll() is None


@pytest.mark.parametrize("content", ["", "12", "garbage\n", "-1\n"])
def test_a_broken_pid_file_is_removed(stopped, content):
    stopped.pid_file.write_text(content)

    ensure()

    assert postmaster(stopped) in processes(stopped)


def test_stale_socket_files_are_removed(stopped, stranger):
    own_socket_folder(stopped)
    door = stopped.socket / ".s.PGSQL.5432"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(door))
    door.with_name(door.name + ".lock").write_text(f"{stranger.pid}\n{stopped.data}\n")

    ensure()

    assert status().running


def test_a_socket_that_somebody_else_answers_at_is_left_alone(stopped):
    own_socket_folder(stopped)
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(stopped.socket / ".s.PGSQL.5432"))
        other.listen()

        with pytest.raises(NoServer, match="Another server"):
            ensure()

        assert (stopped.socket / ".s.PGSQL.5432").exists()


def test_a_data_folder_removed_under_its_server_is_made_anew(running):
    orphan = postmaster(running)
    shutil.rmtree(running.home)

    at = ensure()

    assert postmaster(at) != orphan
    until(lambda: orphan not in processes(at))
    with session(at) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_server_that_is_shutting_down_is_waited_for(running):
    held = session(running)
    os.kill(postmaster(running), signal.SIGTERM)  # smart: no new clients, the old may stay
    until(lambda: not status().running)
    signal.signal(signal.SIGALRM, lambda *_: held.close())
    signal.setitimer(signal.ITIMER_REAL, 0.3)

    ensure()

    assert status().running


def test_a_server_that_never_answers_is_named(running, monkeypatch):
    monkeypatch.setattr(leftovers, "PATIENCE", 0.1)

    with pytest.raises(NoServer, match=rf"{postmaster(running)}.* do not answer"):
        leftovers.settle(running, lambda: False)


def test_a_lock_that_is_a_link_is_not_followed(stopped, folder):
    (stopped.home / "start.lock").symlink_to(folder / "elsewhere")

    with pytest.raises(NoServer, match="could not be started"):
        ensure()

    (stopped.home / "start.lock").unlink()
    assert not (folder / "elsewhere").exists()
