import json
from itertools import count
from itertools import product as pairs
from urllib.parse import quote

import pytest

from accounts.models import Account
from config.api.document import document
from portfolio.models import (
    CoherenceOverride,
    CustomerNeed,
    Integration,
    Persona,
    Portfolio,
    Product,
    Region,
    Segment,
    Sequence,
    WorkflowEdge,
)
from pricing.models import Charge, Plan, PlanVersion
from tests.config import door
from tests.config.hostile import BODIES, JSON_VALUES, TEXTS, TOO_LONG

pytestmark = pytest.mark.django_db
OPERATIONS = [
    (method, path)
    for path, methods in document("config.urls")["paths"].items()
    for method in methods
]
ACCEPTABLE = {200, 201, 204, 304, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429, 503}


@pytest.fixture
def boss(program):
    """A client that every permission and scope lets through."""
    return program("viewer", is_superuser=True)


@pytest.fixture
def rows():
    """One row of each kind, so that changes find something to change."""
    shop = Portfolio.objects.create(code="shop", name="Shop")
    product = Product.objects.create(code="crm", name="CRM", portfolio=shop)
    Segment.objects.create(code="xs", name="Extra small", rank=901)
    Region.objects.create(code="moon", name="Moon", rank=901)
    plan = Plan.objects.create(code="crm-pro", name="Pro", product=product, rank=901)
    PlanVersion.objects.create(plan=plan, number=901, starts_on="2026-01-01")
    Charge.objects.create(plan=plan, code="base")
    desk = Product.objects.create(code="desk", name="Desk", portfolio=shop)
    product.personas.add(Persona.objects.create(code="agent", name="Agent"))
    product.needs.add(CustomerNeed.objects.create(code="answer", name="Answer"))
    pair = {"product_a": product, "product_b": desk}
    Integration.objects.create(**pair, depth="deep")
    CoherenceOverride.objects.create(**pair, question="needs", score=1, note="Seen.")
    WorkflowEdge.objects.create(from_product=product, to_product=desk)
    Sequence.objects.create(before=product, after=desk, kind="requires", min_adoption=1)
    Account.objects.create(code="acme", name="Acme", created_on="2026-01-01")


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_input_breaks_an_endpoint(boss, rows, method, path):
    attack(boss, document("config.urls"), method, path)


@pytest.mark.urls("tests.config.door")
def test_no_input_breaks_the_frame(boss):
    schema = document(door.__name__)
    for path, methods in schema["paths"].items():
        for method in methods:
            attack(boss, schema, method, path)


def attack(client, schema: dict, method: str, path: str) -> None:
    """Sends every hostile value in every place; what comes back is an answer, never a fault."""
    operation = schema["paths"][path][method]
    parameters = operation.get("parameters", [])
    blank = _fill(path, _name_of_a_row(client, path))
    for place in (entry["name"] for entry in parameters if entry["in"] == "path"):
        for text in TEXTS:
            _send(client, method, _fill(path.replace(f"{{{place}}}", quote(text, safe="")), "none"))
    names = [entry["name"] for entry in parameters if entry["in"] == "query"]
    for name, text in pairs([*names, "unknown"], TEXTS):
        _send(client, method, f"{blank}?{name}={quote(text)}")
    for name in (entry["name"] for entry in parameters if entry["in"] == "header"):
        for text in TEXTS:
            _send(client, method, blank, b"{}", {name: text.encode().decode("latin-1")})
    if "requestBody" in operation:
        for body in [*BODIES, TOO_LONG, *_bodies(schema, operation)]:
            _send(client, method, blank, body)


def _fill(path: str, value: str) -> str:
    while "{" in path:
        path = path[: path.index("{")] + value + path[path.index("}") + 1 :]
    return path


def _name_of_a_row(client, path: str) -> str:
    """The code or id of a row in the list that the address continues."""
    if "{" not in path:
        return ""
    answer = client.get(path[: path.index("{")], {"limit": 1})
    rows = answer.json().get("results") if answer.status_code == 200 else None
    return str(rows[0].get("code", rows[0].get("id"))) if rows else "none"


def _bodies(schema: dict, operation: dict) -> list[bytes]:
    described = operation["requestBody"]["content"]["application/json"]["schema"]
    texts = _texts(schema, described)
    return [text.encode("utf-8", "surrogatepass") for text in texts]


def _texts(schema: dict, described: dict) -> list[str]:
    """Objects with one hostile member each, in rows of rows too, and ordinary ones beside it."""
    name = described.get("$ref", "").rpartition("/")[2]
    members = schema["components"]["schemas"].get(name, described).get("properties", {})
    plain = {member: json.dumps(_plain(facts)) for member, facts in members.items()}
    hostile = [*pairs(members, JSON_VALUES)]
    for member, facts in members.items():
        if "$ref" in facts.get("items", {}):
            rows = _texts(schema, facts["items"])
            hostile += [(member, f"[{row}]") for row in rows]
    return [
        "{" + ",".join(f'"{key}":{text}' for key, text in {**plain, member: value}.items()) + "}"
        for member, value in hostile
    ]


def _plain(facts: dict) -> object:
    """Something ordinary of the member's type, so that the hostile one beside it is reached."""
    kind = facts.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    days = {"date": "2026-01-01", "date-time": "2026-01-01T00:00:00Z"}
    text = days.get(facts.get("format", ""), "a1")
    return {"integer": 7, "boolean": False, "number": 0.5, "array": [], "object": {}}.get(
        kind, text
    )


numbers = count()


def _send(client, method: str, url: str, body: bytes = b"", more: dict | None = None) -> None:
    headers = {"If-Match": "*", "Idempotency-Key": str(next(numbers)), "Change-Reason": "test"}
    answer = client.generic(
        method.upper(), url, body, "application/json", headers={**headers, **(more or {})}
    )
    assert answer.status_code in ACCEPTABLE, (method, url[:300], body[:300], answer.content[:300])
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json", (method, url[:300])
    assert (answer.status_code == 503) <= ("Retry-After" in answer)


@pytest.mark.urls("tests.config.door")
def test_the_attack_finds_an_endpoint_that_breaks(boss):
    path = "/api/v1/trouble/{kind}/"
    fragile = {"paths": {path: {"get": {"parameters": [{"name": "kind", "in": "path"}]}}}}

    with pytest.raises(AssertionError, match="internal_error"):
        attack(boss, fragile, "get", path)
