import os
import signal

import psutil
import pytest

from config.localpg import locks, server
from config.localpg.server import ensure, status, stop
from config.localpg.watcher import idle_seconds
from tests.config.localpg.life import ENSURE, processes, session, until, watchers

# Whoever started the tests may have had signals ignored, as `nohup` does: that is inherited.
CONNECT = """
import signal
for each in (signal.SIGHUP, signal.SIGINT):
    signal.signal(each, signal.SIG_DFL)
from config.localpg.server import ensure
from tests.config.localpg.life import session
held = session(ensure())
print("up", flush=True)
input()
"""


def test_an_idle_server_is_stopped_and_its_watcher_ends(stopped, monkeypatch):
    monkeypatch.setenv("PORTICO_IDLE_SECONDS", "0.5")

    at = ensure()

    until(lambda: not processes(at) and not watchers(at))
    assert not at.pid_file.exists()


@pytest.mark.parametrize("death", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_whatever_ends_the_owner_the_server_ends_when_idle(stopped, python, death):
    owner = python(CONNECT, PORTICO_IDLE_SECONDS="0.3")
    assert owner.stdout.readline() == "up\n"

    os.killpg(owner.pid, death)
    owner.wait(timeout=20)

    until(lambda: not processes(stopped) and not watchers(stopped))


def test_an_owner_killed_before_the_server_is_up_leaves_nothing(stopped, python):
    owner = python(ENSURE, PORTICO_IDLE_SECONDS="0.3")
    until(lambda: watchers(stopped))

    owner.kill()
    owner.wait()

    until(lambda: not processes(stopped) and not watchers(stopped))


def test_a_watcher_that_came_before_the_server_gives_it_its_time(stopped):
    def waits_to_start(watcher: psutil.Process) -> bool:
        return str(stopped.home / locks.START) in [file.path for file in watcher.open_files()]

    with locks.starting(stopped):
        server.finish(server.watch(stopped))
        (watcher,) = watchers(stopped)
        until(lambda: waits_to_start(watcher))
        server.start(stopped)

    until(lambda: not waits_to_start(watcher))
    assert status().running


def test_a_connected_client_keeps_the_server_running(stopped, monkeypatch):
    monkeypatch.setenv("PORTICO_IDLE_SECONDS", "0.3")
    at = ensure()
    with session(at) as client:
        (watcher,) = watchers(at)
        with pytest.raises(psutil.TimeoutExpired):
            watcher.wait(timeout=1)
        assert client.execute("SELECT 1").fetchone() == (1,)

    until(lambda: not processes(at))


def test_clients_that_come_and_go_keep_the_server_running(stopped, monkeypatch):
    monkeypatch.setenv("PORTICO_IDLE_SECONDS", "1")
    at = ensure()
    (watcher,) = watchers(at)

    for _ in range(5):
        session(at).close()
        with pytest.raises(psutil.TimeoutExpired):
            watcher.wait(timeout=0.3)

    assert status().running


def test_a_killed_watcher_is_replaced_by_the_next_who_asks(running):
    (watcher,) = watchers(running)
    watcher.kill()
    until(lambda: not locks.is_watched(running))

    ensure()

    assert len(watchers(running)) == 1


def test_a_killed_server_takes_its_watcher_along(running):
    (watcher,) = watchers(running)

    for pid in processes(running):
        psutil.Process(pid).kill()

    until(lambda: not watcher.is_running(), seconds=15)


def test_a_stop_spares_those_who_are_connected_if_asked_to(running):
    with session(running):
        assert not stop(if_idle=True)
        assert status().clients == 1

    until(lambda: status().clients == 0)
    assert stop(if_idle=True)
    assert stop()


def test_the_owners_terminal_is_not_the_servers(running):
    assert all(psutil.Process(pid).terminal() is None for pid in processes(running))
    assert all(os.getsid(pid) != os.getsid(0) for pid in processes(running))
    assert all(os.getsid(watcher.pid) != os.getsid(0) for watcher in watchers(running))


def test_idle_means_ten_minutes_and_thirty_seconds_under_ci(monkeypatch):
    monkeypatch.delenv("PORTICO_IDLE_SECONDS", raising=False)
    monkeypatch.delenv("CI", raising=False)
    assert idle_seconds() == 600

    monkeypatch.setenv("CI", "true")
    assert idle_seconds() == 30
