"""S2, S3, S10, S15, S19-S21 over REST: how products belong together."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.models import Product, Threshold
from tests.factories import (
    IntegrationFactory,
    NeedFactory,
    OverrideFactory,
    PersonaFactory,
    ProductFactory,
    StepFactory,
    WorkflowEdgeFactory,
)

pytestmark = pytest.mark.django_db

JSON = "application/json"
ROWS = {
    "personas": {"code": "agent", "name": "Agent", "description": "Answers."},
    "needs": {"code": "answer", "name": "Answer requests", "description": ""},
    "integrations": {"product_a": "crm", "product_b": "desk", "depth": "deep"},
    "workflow-edges": {"from": "desk", "to": "crm", "description": "Leads."},
    "sequences": {"before": "crm", "after": "desk", "kind": "requires"},
    "coherence-overrides": {
        "product_a": "crm",
        "product_b": "desk",
        "question": "needs",
        "score": "0.75",
        "note": "Asked them.",
    },
}
CHANGES = {
    "personas": {"name": "Support agent"},
    "needs": {"description": "All of them."},
    "integrations": {"shares_data": True, "better_together": "One record.", "status": "planned"},
    "workflow-edges": {"description": "Leads and calls."},
    "sequences": {"kind": "recommended", "min_adoption": "0.8"},
    "coherence-overrides": {"score": "1", "note": "Asked again."},
}
FACTORIES = {
    "personas": PersonaFactory,
    "needs": NeedFactory,
    "integrations": IntegrationFactory,
    "workflow-edges": WorkflowEdgeFactory,
    "sequences": StepFactory,
    "coherence-overrides": OverrideFactory,
}


@pytest.fixture
def products(db):
    return [ProductFactory(code=code, name=code.upper()) for code in ("crm", "desk", "voice")]


@pytest.fixture
def post(api, products):
    return lambda path, body: api.post(f"/api/v1/{path}/", body, content_type=JSON)


@pytest.fixture
def patch(api, products):
    return lambda path, body: api.patch(f"/api/v1/{path}/", body, content_type=JSON)


def coherence(api, question: str = "") -> dict:
    answer = api.get(f"/api/v1/portfolios/home/coherence/{question}")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("path", ROWS)
def test_a_row_is_added_read_changed_and_deleted(api, post, path):
    added = post(path, ROWS[path])
    row = added.json()
    assert added.status_code == 201, row
    assert row.items() >= ROWS[path].items()
    address = f"/api/v1/{path}/{row.get('id', row.get('code'))}/"

    changed = api.patch(address, CHANGES[path], content_type=JSON)
    assert changed.json() == {**row, **CHANGES[path]}
    assert api.get(address).json() == changed.json()

    assert api.delete(address).status_code == 204
    assert api.get(address).status_code == 404


@pytest.mark.parametrize("path", ROWS)
def test_a_stale_version_changes_nothing(api, post, path):
    row = post(path, ROWS[path]).json()
    address = f"/api/v1/{path}/{row.get('id', row.get('code'))}/"

    answer = api.patch(address, CHANGES[path], content_type=JSON, headers={"If-Match": '"9"'})

    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    assert api.get(address).json() == row


@pytest.mark.parametrize("path", ROWS)
def test_a_second_one_of_the_same_is_a_conflict(post, path):
    post(path, ROWS[path])

    assert post(path, ROWS[path]).status_code == 409


@pytest.mark.parametrize("path", ROWS)
def test_every_member_that_is_needed_is_named(post, path):
    named = {error["path"] for error in post(path, {}).json()["errors"]}

    assert named == ROWS[path].keys() - {"description"}


@pytest.mark.parametrize("path", ROWS)
def test_a_list_costs_the_same_however_long_it_is(api, path):
    counts = []
    for rows in (1, 30):
        for _ in range(rows):
            FACTORIES[path]()
        api.get(f"/api/v1/{path}/")
        with CaptureQueriesContext(connection) as queries:
            assert len(api.get(f"/api/v1/{path}/?limit=200").json()["results"]) >= rows
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 3


def test_s19_a_pair_is_the_same_the_other_way_round(post):
    row = post("integrations", {"product_a": "desk", "product_b": "crm", "depth": "surface"}).json()

    assert (row["product_a"], row["product_b"]) == ("crm", "desk")
    assert row["status"] == "live"
    again = post("integrations", ROWS["integrations"])
    assert again.status_code == 409
    assert again.json()["detail"] == "These two products have an integration already."


@pytest.mark.parametrize(
    ("path", "sides", "sentence"),
    [
        ("integrations", ("product_a", "product_b"), "Choose two different products."),
        ("coherence-overrides", ("product_a", "product_b"), "Choose two different products."),
        ("workflow-edges", ("from", "to"), "Work flows from one product into another one."),
        ("sequences", ("before", "after"), "A product cannot come before itself."),
    ],
)
def test_a_product_has_no_relation_with_itself(post, path, sides, sentence):
    answer = post(path, {**ROWS[path], **dict.fromkeys(sides, "crm")})

    assert answer.status_code == 400
    assert sentence in [error["message"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"score": "1.1"}, ""),
        ({"score": "-0.1"}, ""),
        ({"score": 0.5}, "score"),
        ({"score": "0.1234"}, "score"),
        ({"note": ""}, "note"),
        ({"note": " "}, "note"),
        ({"note": None}, "note"),
        ({"question": "colour"}, "question"),
    ],
)
def test_s10_a_judgement_is_a_share_and_says_why(post, facts, path):
    answer = post("coherence-overrides", {**ROWS["coherence-overrides"], **facts})

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, path)


def test_s15_the_usual_adoption_is_that_of_the_threshold(post):
    assert post("sequences", ROWS["sequences"]).json()["min_adoption"] == "0.6"
    Threshold.objects.filter(code="sequence-min-adoption").delete()

    answer = post("sequences", {"before": "desk", "after": "voice", "kind": "requires"})

    assert (answer.status_code, answer.json()["code"]) == (409, "no_usual_adoption")


def test_s15_a_circle_is_refused_with_the_way_round(post, patch):
    post("sequences", ROWS["sequences"])
    post("sequences", {"before": "desk", "after": "voice", "kind": "requires"})

    answer = post("sequences", {"before": "voice", "after": "crm", "kind": "recommended"})

    assert answer.status_code == 409
    assert answer.json()["detail"].startswith(
        "This would go in a circle: VOICE -> CRM -> DESK -> VOICE."
    )
    assert answer.json()["errors"][0]["code"] == "sequence_goes_in_no_circle"


def test_s15_a_changed_step_closes_no_circle_either(api, post):
    post("sequences", ROWS["sequences"])
    row = post("sequences", {"before": "desk", "after": "voice", "kind": "requires"}).json()

    answer = api.patch(f"/api/v1/sequences/{row['id']}/", {"after": "crm"}, content_type=JSON)

    assert answer.status_code == 409
    assert "DESK -> CRM -> DESK" in answer.json()["detail"]


def test_s21_a_product_names_its_personas_and_needs(api, post, patch):
    for code in ("agent", "seller"):
        PersonaFactory(code=code)
    NeedFactory(code="answer")
    tag = api.get("/api/v1/products/crm/")["ETag"]

    row = patch("products/crm", {"personas": ["seller", "agent", "seller"], "needs": ["answer"]})

    assert row.json()["personas"] == ["agent", "seller"]
    assert row.json()["needs"] == ["answer"]
    assert row["ETag"] != tag  # linking is changing
    assert api.get("/api/v1/products/crm/").json() == row.json()
    assert patch("products/crm", {"personas": []}).json()["personas"] == []


@pytest.mark.parametrize(
    "value", [["nobody"], "agent", [1], [None], {"agent": 1}, None, ["x"] * 501]
)
def test_s21_personas_are_a_list_of_codes_that_there_are(patch, value):
    PersonaFactory(code="agent")

    answer = patch("products/crm", {"name": "Other", "personas": value})

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "personas")
    assert Product.objects.get(code="crm").name == "CRM"


def test_s21_many_personas_cost_one_query(api, products):
    codes = [PersonaFactory().code for _ in range(30)]
    api.patch("/api/v1/products/crm/", {"personas": codes[:2]}, content_type=JSON)
    counts = []
    for wanted in (codes[:1], codes):
        with CaptureQueriesContext(connection) as queries:
            api.patch("/api/v1/products/crm/", {"personas": wanted}, content_type=JSON)
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(("make", "name"), [(PersonaFactory, "personas"), (NeedFactory, "needs")])
def test_s21_what_a_product_names_is_in_use(api, products, make, name):
    row = make()
    getattr(products[0], name).add(row)

    answer = api.delete(f"/api/v1/{name}/{row.code}/")

    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")


@pytest.fixture
def related(products):
    crm, desk, voice = products
    crm.personas.add(PersonaFactory(code="agent"))
    desk.needs.add(NeedFactory(code="answer"))
    PersonaFactory(code="nobody")
    IntegrationFactory(product_a=crm, product_b=desk, depth="deep")
    IntegrationFactory(product_a=desk, product_b=voice, depth="surface", status="planned")
    WorkflowEdgeFactory(from_product=desk, to_product=crm)
    WorkflowEdgeFactory(from_product=voice, to_product=crm)
    StepFactory(before=crm, after=desk)
    StepFactory(before=desk, after=voice, kind="recommended")
    OverrideFactory(product_a=crm, product_b=desk, question="needs")


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("personas/?product=crm", 1),
        ("personas/?product=desk", 0),
        ("needs/?product=desk", 1),
        ("products/?persona=agent", 1),
        ("products/?need=answer", 1),
        ("products/?persona=nobody", 0),
        ("integrations/?product=desk", 2),
        ("integrations/?product=crm", 1),
        ("integrations/?product_b=voice", 1),
        ("integrations/?depth=deep", 1),
        ("integrations/?status=planned", 1),
        ("integrations/?shares_data=true", 0),
        ("workflow-edges/?product=crm", 2),
        ("workflow-edges/?from=desk", 1),
        ("workflow-edges/?to=crm", 2),
        ("workflow-edges/?to=desk", 0),
        ("sequences/?product=desk", 2),
        ("sequences/?before=desk", 1),
        ("sequences/?kind=requires", 1),
        ("coherence-overrides/?product=desk", 1),
        ("coherence-overrides/?question=workflow", 0),
    ],
)
def test_relations_are_asked_about(api, related, question, count):
    assert len(api.get(f"/api/v1/{question}").json()["results"]) == count


def test_s10_coherence_shows_computed_and_overridden(api, related):
    found = coherence(api, "?on=2026-01-01")

    assert found.keys() == {
        "portfolio",
        "on",
        "value",
        "label",
        "integration_index",
        "thresholds",
        "products",
        "pairs",
    }
    assert (found["portfolio"], found["on"]) == ("home", "2026-01-01")
    assert found["products"] == ["crm", "desk", "voice"]
    (pair,) = [p for p in found["pairs"] if (p["product_a"], p["product_b"]) == ("crm", "desk")]
    assert pair["scores"] == {
        "needs": {"computed": 0, "overridden": 0.5, "note": "We asked them.", "value": 0.5},
        "personas": {"computed": 0, "overridden": None, "note": None, "value": 0},
        "integration": {"computed": 1, "overridden": None, "note": None, "value": 1},
        "workflow": {"computed": 1, "overridden": None, "note": None, "value": 1},
    }
    assert pair["value"] == 0.625
    assert found["value"] == round((0.625 + 0 + 0.25) / 3, 6)
    assert found["label"] == "point solutions"


def test_s2_the_index_of_one_deep_pair_among_three_is_a_third(api, related):
    assert round(coherence(api)["integration_index"], 3) == 0.333


def test_s3_the_thresholds_that_were_used_are_told(api, related):
    assert {row["code"]: row["value"] for row in coherence(api)["thresholds"]} == {
        "coherence-platform": "0.6",
        "coherence-point-solutions": "0.3",
    }
    assert all(row["source"] for row in coherence(api)["thresholds"])


def test_s10_one_products_pairs_alone(api, related):
    found = coherence(api, "?product=voice")

    assert {(p["product_a"], p["product_b"]) for p in found["pairs"]} == {
        ("crm", "voice"),
        ("desk", "voice"),
    }
    assert len(found["products"]) == 3


def test_s10_a_portfolio_of_one_product_has_no_figure(api):
    ProductFactory()

    found = coherence(api)

    assert (found["value"], found["label"], found["integration_index"]) == (None, None, None)
    assert found["pairs"] == []


@pytest.mark.parametrize(
    "question", ["?on=yesterday", "?product=nobody", "?colour=red", "?limit=5"]
)
def test_s10_wrong_questions_are_refused(api, products, question):
    assert api.get(f"/api/v1/portfolios/home/coherence/{question}").status_code == 400


def test_s10_no_portfolio_no_coherence(api):
    assert api.get("/api/v1/portfolios/nowhere/coherence/").status_code == 404
