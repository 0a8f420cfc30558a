import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.api import handler  # noqa: F401  (loads every kind of refusal)
from config.api.problems import KINDS
from config.api.translation import flatten, refusal_for
from config.errors import DomainError
from portfolio.models import Segment
from tests.config.hostile import BODIES, TOO_LONG

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.config.door")]


@pytest.mark.parametrize(
    ("trouble", "status", "code"),
    [
        ("rule", 409, "too_late"),
        ("trigger", 409, "refused"),
        ("unnamed", 409, "conflict"),
        ("data", 400, "invalid"),
        ("recursion", 400, "invalid"),
        ("too_large", 400, "invalid"),
        ("timeout", 503, "busy"),
        ("deadlock", 503, "busy"),
        ("locked", 503, "busy"),
        ("serialisation", 503, "busy"),
    ],
)
def test_every_trouble_is_a_problem_with_its_code(curator, trouble, status, code):
    answer = curator.get(f"/api/v1/trouble/{trouble}/")
    problem = answer.json()

    assert (answer.status_code, problem["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert problem["instance"] == f"/api/v1/trouble/{trouble}/"
    assert {"type", "title", "status", "detail"} <= problem.keys()
    assert (status == 503) == ("Retry-After" in answer)


def test_a_number_beyond_all_reckoning_is_said_to_be_one():
    refusal = refusal_for(OverflowError("date value out of range"))

    assert (refusal.kind.status, refusal.kind.code) == (400, "invalid")
    assert refusal.detail == "A day or a number lies beyond what can be reckoned with."


def test_a_rule_and_a_trigger_speak_for_themselves(curator):
    assert curator.get("/api/v1/trouble/rule/").json()["detail"] == "The day has passed."
    detail = curator.get("/api/v1/trouble/trigger/").json()["detail"]
    assert detail == "A published price stays."


@pytest.mark.parametrize("path", ["/api/", "/api/v1/nothing/", "/api/v1/segments", "/api/v1/%00/"])
@pytest.mark.parametrize("debug", [True, False])
def test_an_address_that_is_none_is_a_problem_in_debug_mode_too(client, settings, path, debug):
    settings.DEBUG = debug
    for method in (client.get, client.post):
        answer = method(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_another_kind_of_body_is_refused(curator):
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "x" * 300,
    ):
        answer = curator.post("/api/v1/segments/", "a=1", content_type=kind)
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_a_body_beyond_a_mebibyte_is_too_large(curator):
    answer = curator.post("/api/v1/segments/", TOO_LONG, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_body_in_chunks_is_refused_rather_than_read_as_none(curator):
    Segment.objects.create(code="xs", name="Extra small", rank=901)
    answer = curator.patch("/api/v1/segments/xs/", headers={"Transfer-Encoding": "chunked"})

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_more_parameters_than_anybody_needs_are_wrong_input(curator):
    answer = curator.get("/api/v1/segments/?" + "&".join(f"a{number}=1" for number in range(2000)))

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_hostile_body_is_wrong_input(curator, body):
    answer = curator.post("/api/v1/segments/everything/", body, content_type="application/json")

    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert body == b""


def test_what_a_constraint_forbids_is_wrong_input_or_a_conflict(curator):
    curator.post("/api/v1/portfolios/", {"code": "p", "name": "P"}, content_type="application/json")

    def send(**facts):
        body = {"code": "crm", "name": "CRM", "portfolio": "p", **facts}
        return curator.post("/api/v1/products/", body, content_type="application/json")

    alone = send(available_from="2026-01-01")
    assert alone.status_code == 400
    assert alone.json()["errors"] == [
        {
            "path": "",
            "code": "product_has_a_role_when_it_is_sold",
            "message": "Decide the role before the product is sold.",
        }
    ]
    assert send().status_code == 201
    again = send()
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert again.json()["errors"][0]["path"] == "code"


def test_a_race_that_only_the_database_sees_is_the_same_conflict(curator, monkeypatch):
    Segment.objects.create(code="xs", name="Extra small", rank=901)
    monkeypatch.setattr("config.api.serializers.ModelSerializer.check", lambda self, row: None)
    body = {"code": "xs", "name": "Again", "rank": 902}
    answer = curator.post("/api/v1/segments/", body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert answer.json()["detail"] == "Another segment has this value already."


def test_unknown_and_read_only_members_are_refused(curator):
    body = {"code": "xs", "name": "Extra small", "rank": 901, "id": 5, "colour": "red"}
    answer = curator.post("/api/v1/segments/", body, content_type="application/json")

    assert {fault["path"] for fault in answer.json()["errors"]} == {"id", "colour"}


def test_what_is_referred_to_stays_and_the_rest_can_go(curator):
    for path, body in (
        ("portfolios", {"code": "p", "name": "P"}),
        ("products", {"code": "crm", "name": "CRM", "portfolio": "p"}),
    ):
        curator.post(f"/api/v1/{path}/", body, content_type="application/json")

    refused = curator.delete("/api/v1/portfolios/p/")
    assert (refused.status_code, refused.json()["code"]) == (409, "in_use")
    assert curator.delete("/api/v1/products/crm/").status_code == 204
    assert curator.delete("/api/v1/portfolios/p/").status_code == 204
    assert curator.get("/api/v1/portfolios/p/").status_code == 404


def test_a_change_in_part_leaves_the_rest(curator):
    Segment.objects.create(code="xs", name="Extra small", rank=901)
    answer = curator.patch("/api/v1/segments/xs/", {"name": "XS"}, content_type="application/json")

    assert answer.json() == {"code": "xs", "name": "XS", "rank": 901}


def test_nested_faults_have_one_path_each():
    detail = {
        "lines": [{}, {"amount": ["Wrong."], "__all__": ["Both."]}],
        "code": ["No.", "Never."],
    }

    assert [fault.path for fault in flatten(detail)] == [
        "lines.1.amount",
        "lines.1",
        "code",
        "code",
    ]


@pytest.mark.urls("config.urls")
def test_elsewhere_a_missing_page_is_a_page(client):
    assert client.get("/nothing/")["Content-Type"].startswith("text/html")


def test_a_fault_of_ours_is_a_problem_and_says_nothing(person, monkeypatch):
    client = Client(raise_request_exception=False)
    client.force_login(person("viewer"))
    monkeypatch.setattr("tests.config.door.TROUBLE", {})
    answer = client.get("/api/v1/trouble/secret/")

    assert answer.status_code == 500
    assert json.loads(answer.content)["code"] == "internal_error"
    assert b"secret" not in answer.content.replace(b"/api/v1/trouble/secret/", b"")


def test_the_codes_in_the_documentation_are_those_of_the_frame():
    text = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (.+?) \|$", text, re.MULTILINE)

    assert rows == [(kind.code, str(kind.status), kind.title) for kind in KINDS.values()]


def test_refusals_of_the_domain_do_not_take_a_code_of_the_frame():
    def all_of(family):
        return {sub for own in family.__subclasses__() for sub in {own, *all_of(own)}}

    taken = {kind.code for kind in KINDS.values() if kind.code != DomainError.code}
    assert not {refusal.code for refusal in all_of(DomainError)} & taken


def test_a_change_locks_its_row_so_that_none_is_lost(curator):
    Segment.objects.create(code="xs", name="Extra small", rank=901)
    with CaptureQueriesContext(connection) as queries:
        curator.patch("/api/v1/segments/xs/", {"name": "XS"}, content_type="application/json")

    assert any("FOR NO KEY UPDATE" in query["sql"] for query in queries)
