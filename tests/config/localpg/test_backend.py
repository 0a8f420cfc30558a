import os
import signal
import threading

import pytest
from django.db import OperationalError, close_old_connections, connections

from config.database import databases
from config.localpg.place import NoServer
from config.localpg.server import stop
from config.postgresql import base
from tests.config.localpg.life import postmaster, processes, starts, until


@pytest.fixture
def connection(stopped, django_db_blocker, monkeypatch):
    """The application's connection, turned to the server of the test."""
    for key, value in databases()["default"].items():
        monkeypatch.setitem(connections.settings["default"], key, value)
    connection = connections["default"]
    connection.close()
    with django_db_blocker.unblock():
        yield connection
    connection.close()


def answer(connection) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user || ' of ' || current_database()")
        return cursor.fetchone()[0]


def test_the_first_query_starts_the_server(connection):
    assert answer(connection) == "portico_app of portico"


def test_a_query_after_the_server_was_stopped_starts_it_again(connection):
    answer(connection)
    connection.close()
    stop()

    assert answer(connection) == "portico_app of portico"


def test_a_process_survives_the_death_of_the_server(connection, stopped):
    answer(connection)
    os.kill(postmaster(stopped), signal.SIGKILL)
    until(lambda: not processes(stopped))
    close_old_connections()  # as Django does before each request

    assert answer(connection) == "portico_app of portico"


def test_threads_that_connect_at_once_start_one_server(connection, stopped):
    answers = []

    def ask():
        answers.append(answer(connections["default"]))
        connections["default"].close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == ["portico_app of portico"] * 4
    assert starts(stopped) == 2  # once when the data were made


def test_a_server_that_cannot_run_is_an_operational_error(connection, monkeypatch):
    def refuse():
        raise NoServer("It is too cold here.")

    monkeypatch.setattr(base, "ensure", refuse)

    with pytest.raises(OperationalError, match=r"too cold here\. Or set DATABASE_URL"):
        answer(connection)


def test_another_server_is_not_ensured(connection, monkeypatch):
    monkeypatch.setattr(base, "ensure", lambda: pytest.fail("it was"))
    connection.settings_dict["HOST"] = "/nowhere"

    with pytest.raises(OperationalError, match="nowhere"):
        answer(connection)


def test_a_postgresql_that_is_too_old_is_refused(connection, monkeypatch):
    monkeypatch.setattr(type(connection), "get_database_version", lambda self: (14, 11))
    monkeypatch.setattr("django.db.backends.base.base.RAN_DB_VERSION_CHECK", set())

    with pytest.raises(Exception, match=r"PostgreSQL 15 or later is required \(found 14.11\)"):
        answer(connection)
