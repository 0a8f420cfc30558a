import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from config.access.keys import issue
from config.access.models import ApiKey
from config.access.scopes import Scope
from portfolio.models import Segment

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.config.door")]
SEGMENT = {"code": "xs", "name": "Extra small", "rank": 901}


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer x",
        "Bearer x.y",
        "Basic YTpi",
        "Bearer \xff\xfe",
        "Bearer " + "x" * 9000,
    ],
)
def test_without_a_right_key_nothing_is_told(client, header):
    answer = client.get("/api/v1/segments/", headers={"Authorization": header} if header else {})

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_revoked_key_is_refused_at_once(program):
    client = program("viewer")
    assert client.get("/api/v1/segments/").status_code == 200

    ApiKey.objects.update(revoked_at="2020-01-01T00:00:00Z")
    answer = client.get("/api/v1/segments/")

    assert answer.status_code == 401
    assert answer.json()["code"] == "bad_credentials"


def test_a_key_needs_the_scope_and_its_owner_the_permission(program):
    reader = program("product_ops", Scope.CATALOG_READ)
    viewer = program("viewer", *Scope.values)
    metrics = program("auditor", Scope.METRICS_READ)

    assert reader.get("/api/v1/segments/").status_code == 200
    assert metrics.get("/api/v1/segments/").json()["code"] == "scope_missing"
    refused = reader.post("/api/v1/segments/", SEGMENT, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    refused = viewer.post("/api/v1/segments/", SEGMENT, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


def test_even_reading_needs_the_permission(program):
    assert program("user_admin").get("/api/v1/segments/").status_code == 403


def test_a_person_with_a_session_may_do_what_the_role_says(person):
    client = Client()
    client.force_login(person("product_ops"))

    assert client.get("/api/v1/segments/").status_code == 200
    made = client.post("/api/v1/segments/", SEGMENT, content_type="application/json")
    assert made.status_code == 201


def test_a_session_that_writes_proves_that_the_page_was_ours(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("product_ops"))
    answer = client.post("/api/v1/segments/", SEGMENT, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert not Segment.objects.filter(code="xs").exists()


@pytest.mark.urls("config.urls")
def test_a_key_never_enters_the_admin(person):
    boss = person("viewer", is_staff=True, is_superuser=True)
    _, text = issue(name="till", owner=boss, scopes=Scope.values)
    answer = Client().get("/admin/", headers={"Authorization": f"Bearer {text}"})

    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_a_request_with_a_key_costs_one_query_for_the_caller(program, django_assert_num_queries):
    client = program("viewer")
    client.get("/api/v1/segments/")

    with django_assert_num_queries(2):  # the key, the list
        client.get("/api/v1/segments/")
    assert not Session.objects.exists()


def test_methods_that_do_not_exist_are_named_so(curator):
    for method in ("put", "options", "trace"):
        answer = getattr(curator, method)("/api/v1/segments/")
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert curator.delete("/api/v1/segments/smb/").status_code == 405
