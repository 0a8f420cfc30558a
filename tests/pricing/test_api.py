"""Plans, their versions and charges over REST."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from pricing.models import PlanVersion
from tests.factories import (
    ChargeFactory,
    LineFactory,
    PlanFactory,
    PlanVersionFactory,
    ProductFactory,
    published,
)

pytestmark = pytest.mark.django_db

JSON = "application/json"
PRO = {"code": "crm-pro", "name": "Pro", "product": "crm", "rank": 2}
VERSION = {"plan": "crm-base", "number": 1, "starts_on": "2025-01-01"}
NEVER = "A published plan version is never edited; end it and publish the next."
SEATS = {"plan": "crm-base", "code": "seats", "cadence": "usage"}


@pytest.fixture
def base():
    return PlanFactory(code="crm-base", product=ProductFactory(code="crm"), rank=1)


@pytest.fixture
def post(api, base):
    return lambda path, body: api.post(f"/api/v1/{path}/", body, content_type=JSON)


@pytest.fixture
def patch(api, base):
    return lambda path, body: api.patch(f"/api/v1/{path}/", body, content_type=JSON)


@pytest.mark.parametrize(
    ("path", "body", "change"),
    [
        ("plans", PRO, {"name": "Professional", "available_from": "2025-01-01"}),
        ("plan-versions", VERSION, {"existing_treatment": "policy", "ends_on": "2026-01-01"}),
        ("charges", SEATS, {"cadence": "one_time"}),
    ],
)
def test_a_row_is_added_read_changed_and_deleted(api, post, patch, path, body, change):
    row = post(path, body).json()
    assert row.items() >= body.items()
    place = f"{path}/{row['code'] if path == 'plans' else row['id']}"

    changed = patch(place, change)

    assert changed.json() == {**row, **change}
    assert api.get(f"/api/v1/{place}/").json() == changed.json()
    assert api.delete(f"/api/v1/{place}/").status_code == 204
    assert api.get(f"/api/v1/{place}/").status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "member"),
    [
        ("plans", {**PRO, "product": "nothing"}, "product"),
        ("plans", {**PRO, "kind": "licence"}, "kind"),
        ("plans", {**PRO, "rank": -1}, "rank"),
        ("plans", {**PRO, "price": "9"}, "price"),
        ("plan-versions", {**VERSION, "number": 0.5}, "number"),
        ("plan-versions", {**VERSION, "ends_on": "2025-01-01"}, "ends_on"),
        ("plan-versions", {**VERSION, "state": "published"}, "state"),
        ("plan-versions", {**VERSION, "id": 7}, "id"),
        ("plan-versions", {**VERSION, "existing_treatment": ""}, "existing_treatment"),
        ("charges", {**SEATS, "code": "a b"}, "code"),
        ("charges", {**SEATS, "code": "x" * 41}, "code"),
        ("charges", {**SEATS, "cadence": "weekly"}, "cadence"),
    ],
)
def test_wrong_input_is_named(post, path, body, member):
    answer = post(path, body)

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, member)


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        (
            "plans",
            {**PRO, "end_of_sale_on": "2025-02-01", "end_of_life_on": "2025-01-01"},
            "The dates must follow one another: available, end of sale, end of life.",
        ),
        (
            "plans",
            {**PRO, "kind": "bundle"},
            "A bundle, a platform or a credit pack belongs to a portfolio, and to no product.",
        ),
        (
            "plans",
            {**PRO, "kind": "platform", "product": None, "rank": None},
            "A bundle, a platform or a credit pack belongs to a portfolio, and to no product.",
        ),
        *(
            (
                "plans",
                {**PRO, "kind": kind, "product": None},
                "A tier, an add-on or a capacity pack belongs to a product, and only to that.",
            )
            for kind in ("tier", "add_on", "capacity")
        ),
        ("plans", {**PRO, "rank": None}, "A tier needs a rank."),
    ],
)
def test_a_row_that_contradicts_itself_is_wrong_input(post, path, body, sentence):
    answer = post(path, body)

    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (400, sentence)


@pytest.mark.parametrize(
    ("path", "first", "second", "sentence"),
    [
        ("plans", None, {**PRO, "rank": 1}, "Another tier of this product has this rank."),
        ("plans", None, {**PRO, "code": "crm-base"}, "Plan with this Code already exists."),
        (
            "plan-versions",
            VERSION,
            {**VERSION, "starts_on": "2026-01-01"},
            "The plan has a version of this number already.",
        ),
        ("charges", SEATS, SEATS, "The plan has a charge of this code already."),
    ],
)
def test_a_row_that_contradicts_another_is_a_conflict(post, path, first, second, sentence):
    if first:
        assert post(path, first).status_code == 201
    answer = post(path, second)

    assert (answer.status_code, answer.json()["detail"]) == (409, sentence)


def test_drafts_may_cover_the_days_of_a_published_version(base, post):
    published(base)

    assert post("plan-versions", {**VERSION, "number": 2}).status_code == 201


@pytest.mark.parametrize(
    "change",
    [{"number": 5}, {"starts_on": "2025-02-01"}, {"existing_treatment": "policy"}],
)
def test_a_published_version_is_never_edited(api, base, patch, change):
    row = api.get(f"/api/v1/plan-versions/{published(base).pk}/").json()
    answer = patch(f"plan-versions/{row['id']}", change)

    assert (answer.status_code, answer.json()["detail"]) == (409, NEVER)
    assert api.get(f"/api/v1/plan-versions/{row['id']}/").json() == row


def test_a_published_version_is_never_deleted_and_may_end(api, base, patch):
    version = published(base)
    answer = api.delete(f"/api/v1/plan-versions/{version.pk}/")

    assert (answer.status_code, answer.json()["detail"]) == (409, NEVER)
    assert patch(f"plan-versions/{version.pk}", {"ends_on": "2026-01-01"}).status_code == 200


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pricing_planversion SET number = 9",
        "UPDATE pricing_planversion SET state = 'draft'",
        "UPDATE pricing_planversion SET starts_on = '2024-01-01'",
        "UPDATE pricing_planversion SET id = id + 1",
        "DELETE FROM pricing_planversion",
    ],
)
def test_a_published_version_is_never_edited_in_sql(base, statement):
    PlanVersionFactory(plan=base, state="published", existing_treatment="keep")

    refused = pytest.raises(IntegrityError, match="A published plan version is never edited")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert PlanVersion.objects.get().number == 1


def test_what_is_referred_to_cannot_be_deleted(api):
    charge = ChargeFactory(plan__code="crm-base")
    LineFactory(charge=charge)
    for path in ("plans/crm-base", f"charges/{charge.pk}"):
        answer = api.delete(f"/api/v1/{path}/")
        assert (answer.status_code, answer.json()["code"]) == (409, "in_use")


@pytest.mark.parametrize(
    ("path", "question", "found"),
    [
        ("plans", "product=crm", 2),
        ("plans", "portfolio=home", 3),
        ("plans", "kind=tier", 3),
        ("plans", "is_public=false", 1),
        ("plans", "on_sale_on=2019-12-31", 0),
        ("plans", "on_sale_on=2024-12-31", 3),
        ("plans", "on_sale_on=2025-01-01", 2),
        ("plan-versions", "plan=crm-base", 2),
        ("plan-versions", "state=published", 1),
        ("plan-versions", "on=2024-12-31&plan=crm-base", 1),
        ("plan-versions", "on=2025-01-01&plan=crm-base", 2),
        ("charges", "plan=crm-base&code=base", 1),
        ("charges", "cadence=usage", 0),
    ],
)
def test_lists_are_asked_about(api, base, path, question, found):
    PlanFactory(product=base.product, is_public=False)
    PlanFactory(end_of_sale_on="2025-01-01")
    PlanVersionFactory(plan=base, state="published", existing_treatment="keep")
    PlanVersionFactory(plan=base, number=2, starts_on="2025-01-01")
    ChargeFactory(plan=base)

    rows = api.get(f"/api/v1/{path}/?{question}").json()["results"]

    assert len(rows) == found


@pytest.mark.parametrize(
    ("path", "factory"),
    [("plans", PlanFactory), ("plan-versions", PlanVersionFactory), ("charges", ChargeFactory)],
)
def test_a_list_costs_the_same_however_long_it_is(api, path, factory):
    counts = []
    for rows in (1, 49):
        factory.create_batch(rows)
        api.get(f"/api/v1/{path}/")
        with CaptureQueriesContext(connection) as queries:
            assert len(api.get(f"/api/v1/{path}/?limit=200").json()["results"]) >= rows
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 3
