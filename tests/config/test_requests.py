import json
import logging

import pytest
from django.test import Client

from config.logs import JSONFormatter

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(caplog):
    """What the log says, as the formatter writes it."""
    caplog.set_level(logging.INFO, logger="portico.requests")

    def read() -> list[dict]:
        records = [r for r in caplog.records if r.name == "portico.requests"]
        return [json.loads(JSONFormatter().format(record)) for record in records]

    return read


@pytest.mark.parametrize("given", ["abc-123", "~" * 100])
def test_the_callers_id_comes_back(curator, given):
    for path in ("/api/v1/segments/", "/api/v1/nothing/", "/healthz", "/admin/"):
        assert curator.get(path, headers={"X-Request-Id": given})["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 101, "é", "a\tb"])
def test_an_id_that_is_none_is_replaced(client, given):
    first = client.get("/api/v1/segments/", headers={"X-Request-Id": given})["X-Request-Id"]
    second = client.get("/api/v1/segments/", headers={"X-Request-Id": given})["X-Request-Id"]

    assert len(first) == len(second) == 32
    assert first != second


def test_every_request_to_the_api_is_a_line_without_bodies_and_secrets(curator, lines):
    body = {"code": "hush", "name": "Hush", "rank": 901}
    curator.post("/api/v1/segments/", body, content_type="application/json")
    curator.get("/healthz")
    (line,) = lines()

    assert line.pop("at")
    assert line.pop("milliseconds") > 0
    assert line.pop("queries") > 2
    assert line.pop("actor").startswith("key ")
    assert len(line.pop("request_id")) == 32
    assert line == {
        "level": "info",
        "logger": "portico.requests",
        "message": "request",
        "method": "POST",
        "route": "portfolio:segment-list",
        "status": 201,
    }


def test_refusals_and_faults_have_a_line_too(person, lines, monkeypatch):
    client = Client(raise_request_exception=False)
    client.get("/api/v1/segments/")
    user = person("viewer")
    client.force_login(user)
    monkeypatch.setattr("portfolio.api.views.SegmentViewSet.list", None)
    client.get("/api/v1/segments/", headers={"X-Request-Id": "broken"})
    refused, broken = lines()

    assert (refused["actor"], refused["status"]) == (None, 401)
    assert (broken["actor"], broken["status"]) == (f"user {user.pk}", 500)
    assert broken["request_id"] == "broken"


def test_a_line_is_one_line_whatever_it_says():
    record = logging.LogRecord("portico", logging.INFO, "", 1, "a\nb\u2028é", (), None)

    assert "\n" not in JSONFormatter().format(record)
    assert json.loads(JSONFormatter().format(record))["message"] == "a\nb\u2028é"
