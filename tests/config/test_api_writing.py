from urllib.parse import quote

import pytest
from django.db import OperationalError, connection

from config.api import writing
from portfolio.models import Portfolio, Product, Segment
from pricing.models import Plan, PlanVersion

SEGMENT = {"code": "xs", "name": "Extra small", "rank": 901}


def failing(state: str, times: int):
    """Fails that often with the state in the database, then lets the write go on."""
    left = iter(range(times))

    def check():
        if next(left, None) is not None:
            with connection.cursor() as cursor:
                cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$")

    return check


@pytest.mark.parametrize("state", ["55P03", "40P01", "40001"])
@pytest.mark.parametrize(("times", "status"), [(3, 201), (4, 503)])
@pytest.mark.django_db
def test_what_passes_is_tried_again_three_times(curator, monkeypatch, state, times, status):
    monkeypatch.setattr(writing, "check_constraints", failing(state, times))
    monkeypatch.setattr(writing, "PAUSE", 0)
    answer = curator.post("/api/v1/segments/", SEGMENT, content_type="application/json")

    assert answer.status_code == status
    assert Segment.objects.filter(code="xs").count() == (status == 201)
    assert (status == 503) == ("Retry-After" in answer)


@pytest.mark.django_db
def test_what_does_not_pass_is_not_tried_again(curator, monkeypatch):
    calls = []

    def check():
        calls.append(1)
        raise OperationalError("the server is gone")

    monkeypatch.setattr(writing, "check_constraints", check)
    answer = curator.post("/api/v1/segments/", SEGMENT, content_type="application/json")

    assert (answer.status_code, len(calls)) == (503, 1)


@pytest.fixture
def version():
    shop = Portfolio.objects.create(code="shop", name="Shop")
    product = Product.objects.create(code="crm", name="CRM", portfolio=shop)
    plan = Plan.objects.create(code="crm-pro", name="Pro", product=product, rank=1)
    return PlanVersion.objects.create(plan=plan, number=1, starts_on="2026-01-01")


def change(client, version, **headers):
    return client.patch(
        f"/api/v1/plan-versions/{version.pk}/",
        {"ends_on": "2027-01-01"},
        content_type="application/json",
        headers={"If-Match": '"1"', **headers},
    )


@pytest.mark.django_db
@pytest.mark.parametrize("sent", [{}, {"Change-Reason": ""}, {"Change-Reason": "%20%0A"}])
def test_what_a_plan_includes_changes_for_a_reason(curator, version, sent):
    answer = change(curator, version, **sent)

    assert (answer.status_code, answer.json()["code"]) == (400, "change_reason_required")


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["New list 2027", "Größer & 100 %", "x" * 500, "😀" * 500])
def test_a_reason_reaches_the_request(curator, version, reason):
    answer = change(curator, version, **{"Change-Reason": quote(reason)})

    assert answer.status_code == 200
    assert answer.wsgi_request.change_reason == reason


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent", ["%", "%zz", "100 %", "%ff", "%00", "%ed%a0%80", "ü", "x" * 501, "%F0%9F%98%80" * 501]
)
def test_a_reason_is_percent_encoded_utf8_and_not_long(curator, version, sent):
    answer = change(curator, version, **{"Change-Reason": sent})

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "Change-Reason")
    assert PlanVersion.objects.get().ends_on is None
