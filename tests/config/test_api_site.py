import re

import jsonschema
import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import URLPattern, get_resolver
from drf_spectacular.validation import validate_schema

from config import health
from config.api.document import document

PUBLIC = {"", "healthz", "readyz", "api/schema/", "api/docs/"}
ELSEWHERE = ("admin/", "signin/", "^api/")


def addresses(resolver=None, prefix: str = "") -> list[str]:
    """Every address of the site with something in place of each variable."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if path.startswith(ELSEWHERE):
            continue
        found += [_filled(path)] if isinstance(entry, URLPattern) else addresses(entry, path)
    return found


VARIABLE = re.compile(r"\(\?P<\w+>(?P<pattern>(?:[^()]|\([^)]*\))*)\)|<[^>]+>")


def _filled(path: str) -> str:
    path = VARIABLE.sub(lambda found: _fitting(found["pattern"] or "."), path)
    return path.replace("^", "").replace("$", "").replace(r"\Z", "").replace("\\", "")


def _fitting(pattern: str) -> str:
    return next(text for text in ("1", "a", "2026-01-01") if re.fullmatch(pattern, text))


@pytest.mark.django_db
@pytest.mark.parametrize("path", sorted(set(addresses()) - PUBLIC))
def test_nothing_is_told_without_credentials(path):
    for method in ("get", "post", "patch", "delete"):
        answer = getattr(Client(), method)(f"/{path}")
        assert answer.status_code == 401, (method, path)
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["WWW-Authenticate"] == "Bearer"


def test_s126_the_one_document_is_valid_openapi():
    validate_schema(document("config.urls"))

    assert document("config.urls")["openapi"].startswith("3.1")


def test_every_operation_says_how_it_can_refuse():
    for path, operations in document("config.urls")["paths"].items():
        for method, operation in operations.items():
            statuses = {"400", "401", "403", "503"}
            statuses |= {"404"} if "{" in path else set()
            statuses |= {"409", "413", "415"} if "requestBody" in operation else set()
            assert statuses <= operation["responses"].keys(), (method, path)


@pytest.mark.urls("tests.config.door")
@pytest.mark.django_db
def test_answers_are_as_the_document_says(curator):
    schema = curator.get("/api/schema/").json()
    assert schema["components"]["schemas"]["ProductRequest"]["additionalProperties"] is False
    problem = schema["components"]["schemas"]["Problem"]
    jsonschema.validate(curator.get("/api/v1/products/?x=1").json(), problem)

    body = {"code": "p", "name": "P"}
    row = curator.post("/api/v1/portfolios/", body, content_type="application/json").json()
    components = {"components": schema["components"]}
    page = {"$ref": "#/components/schemas/PaginatedPortfolioList", **components}
    jsonschema.validate(row, {"$ref": "#/components/schemas/Portfolio", **components})
    jsonschema.validate(curator.get("/api/v1/portfolios/").json(), page)


@pytest.mark.urls("tests.config.door")
@pytest.mark.django_db
def test_the_document_knows_parameters_and_schemes(curator):
    schema = curator.get("/api/schema/").json()
    listed = schema["paths"]["/api/v1/products/"]["get"]
    asked = schema["paths"]["/api/v1/segments/question/"]["get"]

    assert {parameter["name"] for parameter in listed["parameters"]} == {
        "limit",
        "cursor",
        "ordering",
        "portfolio",
        "role",
        "is_core",
        "available_from",
        "available_before",
    }
    assert {parameter["name"] for parameter in asked["parameters"]} == {"on", "quantity", "firm"}
    assert listed["security"] == [{"apiKey": []}, {"session": []}]
    assert schema["components"]["securitySchemes"]["apiKey"]["scheme"] == "bearer"


@pytest.mark.django_db
def test_every_parameter_that_a_question_knows_is_documented(admin_client):
    questions = {
        path: {
            each["name"] for each in methods["get"].get("parameters", []) if each["in"] == "query"
        }
        for path, methods in document("config.urls")["paths"].items()
        if "get" in methods and "{" not in path
    }
    assert len(questions) > 80
    for path, documented in questions.items():
        refused = admin_client.get(path, {"no-such": "1"})
        known = re.search("Known here: (.*)[.]$", refused.json()["detail"])
        taken = set(known[1].split(", ")) if known else set()
        assert (refused.status_code, taken - {"format"}) == (400, documented - {"format"}), path


@pytest.mark.parametrize(
    ("query", "kind"),
    [("", "json"), ("?format=json", "json"), ("?format=yaml", "openapi")],
)
def test_the_document_is_json_unless_yaml_is_asked_for(client, query, kind):
    answer = client.get(f"/api/schema/{query}")

    assert answer.status_code == 200
    assert kind in answer["Content-Type"]


def test_a_format_that_is_none_is_wrong_input(client):
    assert client.get("/api/schema/?format=xml").status_code == 400


def test_pages_run_scripts_of_this_site_only(client):
    page = client.get("/api/docs/")
    policy = page["Content-Security-Policy"]

    assert "script-src 'self';" in policy + ";"
    assert "http" not in policy
    assert not re.search(rb"<script(?![^>]*\ssrc=)", page.content)
    assert all(url.startswith("/") for url in re.findall(r'(?:src|href)="([^"]+)"', page.text))
    script = client.get("/api/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")


@pytest.mark.django_db
def test_only_the_admin_evaluates(client):
    assert "'unsafe-eval'" in client.get("/admin/login/")["Content-Security-Policy"]
    for path in ("/api/docs/", "/healthz", "/nothing/", "/api/v1/"):
        assert "unsafe-eval" not in client.get(path)["Content-Security-Policy"]


@pytest.mark.django_db
def test_the_probes_tell_life_from_readiness(client, monkeypatch):
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready"}

    def missing():
        raise health.MigrationsMissing

    def down():
        raise OperationalError

    for fault, status in ((missing, "migrations"), (down, "database")):
        monkeypatch.setattr(health, "_require_migrations", fault)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()) == (503, {"status": status})
        assert "Retry-After" in answer


def test_the_first_page_is_the_admin(client):
    assert client.get("/")["Location"] == "/admin/"


def operation(path: str, method: str) -> dict:
    return document("config.urls")["paths"][f"/api/v1/{path}/"][method]


def headers(path: str, method: str) -> dict[str, bool]:
    """The headers that a call takes, and whether it must have them."""
    found = operation(path, method).get("parameters", [])
    return {p["name"]: p.get("required", False) for p in found if p["in"] == "header"}


def test_the_document_says_which_headers_a_write_takes():
    optional = {"Change-Reason": False, "Idempotency-Key": False}
    assert headers("products", "post") == optional
    assert headers("subscriptions", "post") == {**optional, "Idempotency-Key": True}
    assert headers("subscriptions/{code}/cancel", "post") == {
        "Change-Reason": False,
        "Idempotency-Key": True,
        "If-Match": False,
    }
    assert headers("plans/{code}", "patch") == {"Change-Reason": False, "If-Match": True}
    assert headers("plan-versions/{id}", "delete") == {"Change-Reason": True, "If-Match": True}
    assert headers("products/{code}", "get") == {"If-None-Match": False}
    assert headers("products", "get") == headers("subscription-lines/{id}", "get") == {}


@pytest.mark.parametrize(
    ("path", "method", "statuses"),
    [
        ("products", "get", {"429"}),
        ("products/{code}", "get", {"304", "404", "429"}),
        ("products", "post", {"422", "429"}),
        ("products/{code}", "patch", {"412", "429"}),
        ("plans/{code}", "patch", {"412", "428", "429"}),
        ("subscriptions/{code}/cancel", "post", {"412", "422", "429"}),
        ("accounts/batch", "post", {"201", "409", "422", "429"}),
    ],
)
def test_the_document_says_what_headers_can_lead_to(path, method, statuses):
    named = operation(path, method)["responses"].keys()

    assert statuses <= named
    assert named & {"412", "422", "428"} <= statuses


def test_the_document_says_which_headers_come_back():
    row = operation("products/{code}", "get")["responses"]["200"]["headers"]
    made = operation("products", "post")["responses"]["201"]["headers"]
    listed = operation("products", "get")["responses"]["200"]["headers"]

    assert row.keys() >= {"ETag", "X-Request-Id", "RateLimit-Remaining"}
    assert made.keys() >= {"ETag", "Idempotent-Replayed"}
    assert "ETag" not in listed


def test_the_document_knows_the_rows_of_a_batch():
    schemas = document("config.urls")["components"]["schemas"]
    rows = schemas["StartBatchRequest"]["properties"]["rows"]

    assert rows == {
        "type": "array",
        "items": {"$ref": "#/components/schemas/StartInputRequest"},
        "maxItems": 500,
        "minItems": 1,
    }
    assert "ClassificationBatchRequest" in schemas
    assert schemas["AccountResults"]["properties"]["results"]["items"]["$ref"].endswith("/Account")
