"""The session that docs/api.md shows an integrator, as it stands there."""

import re
import shlex
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client

from config.access.keys import issue
from config.access.scopes import Scope
from tests.factories import ProductFactory, UserFactory

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
SESSION = PAGE.split("## A first session")[1].split("```")[1]
PROMISED = PAGE.split("The answers: ")[1].split(". How")[0]


def commands() -> list[str]:
    text = SESSION.replace("\\\n", " ")
    return [line for line in text.splitlines() if line.startswith("curl ")]


def run(command: str, key: str) -> HttpResponse:
    """Sends what curl would send."""
    words = shlex.split(command.replace("$BASE", "/api/v1").replace("$KEY", key))[1:]
    method, headers, body, address = "", {}, None, ""
    while words:
        word = words.pop(0)
        if word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = words.pop(0)
        elif word == "-X":
            method = words.pop(0)
        elif word != "-i":
            address = word
    kind = headers.pop("Content-Type", "application/octet-stream")
    return Client(headers=headers).generic(
        method or ("POST" if body else "GET"), address, body or "", content_type=kind
    )


@pytest.mark.django_db
def test_the_session_of_the_docs_answers_what_they_promise():
    ProductFactory(role="anchor")
    scopes = [
        Scope.CATALOG_READ,
        Scope.SUBSCRIPTIONS_WRITE,
        Scope.METRICS_READ,
        Scope.EVENTS_READ,
    ]
    _, key = issue(name="docs", owner=UserFactory(is_superuser=True), scopes=scopes)
    sent = commands()

    answers = [run(command, key) for command in sent]

    assert [str(answer.status_code) for answer in answers] == re.findall(r"\b\d{3}\b", PROMISED)
    assert run(sent[1], key).headers["Idempotent-Replayed"] == "true"
    assert answers[2].headers["ETag"] == '"2"'
    assert answers[3].json()["code"] == "stale"
    assert answers[4].json()["errors"][0]["path"] == "nmae"
