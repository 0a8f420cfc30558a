"""Servers of the tests' own, each with its data in a folder that everybody may pass through."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from config.localpg.place import CHECKOUT, place
from config.localpg.server import ensure, stop

IDLE_SECONDS = "20"


@pytest.fixture
def folder():
    path = Path(tempfile.mkdtemp(prefix='portico test\'s "folder" '))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def nothing(folder, monkeypatch):
    """A place where no server ever was."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("PORTICO_DATA", str(folder / "data"))
    monkeypatch.setenv("PORTICO_IDLE_SECONDS", IDLE_SECONDS)
    at = place()
    yield at
    if at.home.exists():
        monkeypatch.setenv("PORTICO_DATA", str(folder / "data"))
        stop()
    shutil.rmtree(at.socket, ignore_errors=True)


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The folder of a cluster that was started once, to be copied."""
    path = Path(tempfile.mkdtemp(prefix="portico-test-"))
    path.chmod(0o755)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("PORTICO_DATA", str(path))
        monkeypatch.setenv("PORTICO_IDLE_SECONDS", IDLE_SECONDS)
        at = ensure()
        stop()
    yield path
    shutil.rmtree(path)
    shutil.rmtree(at.socket, ignore_errors=True)


@pytest.fixture
def stopped(nothing, made):
    """A place with data and without a server."""
    subprocess.run(["cp", "-a", made, nothing.home], check=True)
    for lock in nothing.home.glob("*.lock"):
        lock.unlink()
    return place()


@pytest.fixture
def running(stopped):
    return ensure()


@pytest.fixture
def python(stopped):
    """Starts Python code that finds our modules and means the place of the test."""
    started = []

    def start(code: str, **environment: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=CHECKOUT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
