"""The demo as a visitor runs it: a process of its own, with a server and data of its own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Timer
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.conf import settings

from config.localpg.place import place
from config.localpg.server import answers, stop
from metrics.demo.people import PASSWORD, PERSONAS

MANAGE = [sys.executable, "-u", str(settings.BASE_DIR / "manage.py"), "demo"]
UNWANTED = ("DATABASE_URL", "DATABASE_OWNER_URL", "DEBUG", "DJANGO_SETTINGS_MODULE")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def status(url: str, **headers: str) -> int:
    try:
        with urlopen(Request(url, headers=headers), timeout=30) as answer:  # noqa: S310
            return answer.status
    except HTTPError as error:
        return error.code


@pytest.fixture(scope="module")
def environment():
    folder = Path(tempfile.mkdtemp(prefix="portico-demo-test-"))
    folder.chmod(0o755)  # the server's account must get to its data
    facts = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    yield {**facts, "PORTICO_DATA": str(folder), "PORTICO_IDLE_SECONDS": "20"}
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PORTICO_DATA", str(folder))
        stop()  # only a failed test has left it running
        shutil.rmtree(place().socket, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def first(environment):
    """What the first run said."""
    command = [*MANAGE, "--no-serve", "--rows", "200"]
    run = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    return run.stdout


TELL = """
from django.db import transaction
from config.outbox import emit
with transaction.atomic():
    emit("product.changed", "/products/crm/", {"change": "changed"})"""


def first_line_with(word: str, run: subprocess.Popen) -> str:
    """What is said up to the word; gives up after half a minute."""
    timer = Timer(30, run.kill)
    timer.start()
    said = []
    for line in run.stdout:
        said.append(line)
        if word in line:
            break
    timer.cancel()
    return "".join(said)


@pytest.fixture(scope="module")
def second(first, environment):
    """What a second run said, what it answered, and how it ended."""
    port, said = free_port(), []
    command = [*MANAGE, "--rows", "300", "--port", str(port)]
    run = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    for line in run.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            break
    site = f"http://127.0.0.1:{port}"
    key = re.search(r"API key +(\S+)", first)[1]
    answers = {
        "/readyz": status(f"{site}/readyz"),
        "/admin/login/": status(f"{site}/admin/login/"),
        "/static/admin/css/base.css": status(f"{site}/static/admin/css/base.css"),
        "/api/v1/products/": status(f"{site}/api/v1/products/", Authorization=f"Bearer {key}"),
    }
    tell = [*MANAGE[:-1], "shell", "-c", TELL]
    subprocess.run(tell, env=environment, check=True, capture_output=True, timeout=60)
    said.append(first_line_with("Webhook", run))
    run.send_signal(signal.SIGTERM)
    said.append(run.communicate(timeout=30)[0])
    return "".join(said), answers, run.returncode


def test_the_first_run_says_where_to_look(first):
    assert "http://127.0.0.1:8000/admin/" in first
    assert "http://127.0.0.1:8000/api/docs/" in first
    assert "README.md" in first


def test_the_first_run_says_who_to_be(first):
    assert PASSWORD in first
    assert all(persona.email in first for persona in PERSONAS)


def test_the_first_run_makes_a_key(first):
    assert re.search(r"API key +[0-9a-f]{12}\.\S{43}\n", first)


def test_the_first_run_says_how_long_everything_took(first):
    assert len(re.findall(r"\d+\.\d s$", first, re.MULTILINE)) >= 5


def test_the_second_run_keeps_what_is_there(second):
    said, *_ = second

    assert "200 customers are there already" in said
    assert "create_api_key" in said
    assert not re.search(r"[0-9a-f]{12}\.\S{43}", said)


def test_the_second_run_serves_pages_files_and_programs(second):
    _, answered, _ = second

    assert set(answered.values()) == {200}, answered


def test_what_happens_arrives_as_a_webhook(second):
    said, *_ = second

    assert "Webhook    product.changed /products/crm/ changed\n" in said


def test_nothing_runs_after_it_was_told_to_stop(second, environment, monkeypatch):
    said, _, code = second
    monkeypatch.setenv("PORTICO_DATA", environment["PORTICO_DATA"])

    assert (code, said.rstrip().endswith("Stopped.")) == (0, True)
    assert not answers(place())


def test_a_port_that_is_taken_is_said_in_a_sentence(second, environment):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = subprocess.run(
            [*MANAGE, "--port", str(taken.getsockname()[1])],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert run.returncode == 1
    assert re.fullmatch(
        r"CommandError: Port \d+ is not free; name another with --port\.\n", run.stderr
    )
