"""The catalog over REST."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.models import Portfolio, Product, Region, Segment, Threshold
from tests.factories import (
    LineFactory,
    PlanFactory,
    PortfolioFactory,
    ProductFactory,
    RegionFactory,
    SegmentFactory,
    ThresholdFactory,
    program,
)

pytestmark = pytest.mark.django_db

JSON = "application/json"
DATES = "The dates must follow one another: available, end of sale, end of support, end of life."
CRM = {"code": "crm", "name": "CRM", "portfolio": "home"}
ROWS = {
    "portfolios": {"code": "suite", "name": "Suite", "model": "suite"},
    "segments": {"code": "smb", "name": "Small", "rank": 3},
    "regions": {"code": "emea", "name": "Europe", "rank": 3},
    "products": {**CRM, "role": "anchor", "available_from": "2025-01-01"},
    "thresholds": {"code": "x", "value": "0.5", "source": "A book.", "starts_on": "2025-01-01"},
}
CHANGES = {
    "portfolios": {"model": "layered"},
    "segments": {"rank": 9},
    "regions": {"name": "EMEA"},
    "products": {"end_of_sale_on": "2026-01-01"},
    "thresholds": {"ends_on": "2026-01-01"},
}
MODELS = {
    "portfolios": Portfolio,
    "segments": Segment,
    "regions": Region,
    "products": Product,
    "thresholds": Threshold,
}
FACTORIES = {
    "portfolios": lambda n: PortfolioFactory(code=f"home-{n}"),
    "segments": lambda n: SegmentFactory(),
    "regions": lambda n: RegionFactory(),
    "products": lambda n: ProductFactory(portfolio__code=f"home-{n}"),
    "thresholds": lambda n: ThresholdFactory(),
}


@pytest.fixture
def home():
    return PortfolioFactory()


@pytest.fixture
def post(api, home):
    return lambda path, body: api.post(f"/api/v1/{path}/", body, content_type=JSON)


@pytest.fixture
def patch(api, home):
    return lambda path, body: api.patch(f"/api/v1/{path}/", body, content_type=JSON)


def key(path: str, row: dict) -> str:
    return f"{path}/{row['id' if path == 'thresholds' else 'code']}"


@pytest.mark.parametrize("path", ROWS)
def test_a_row_is_added_read_changed_and_deleted(api, post, patch, path):
    added = post(path, ROWS[path])
    row = added.json()
    assert added.status_code == 201, row
    assert row.items() >= ROWS[path].items()

    changed = patch(key(path, row), CHANGES[path])
    assert changed.json() == {**row, **CHANGES[path]}
    assert api.get(f"/api/v1/{key(path, row)}/").json() == changed.json()

    assert api.delete(f"/api/v1/{key(path, row)}/").status_code == 204
    assert api.get(f"/api/v1/{key(path, row)}/").status_code == 404


@pytest.mark.parametrize("path", ROWS)
def test_members_that_there_are_not_are_refused(api, post, path):
    answer = post(path, {**ROWS[path], "colour": "red"})

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "colour")
    assert api.get(f"/api/v1/{path}/?colour=red").status_code == 400


@pytest.mark.parametrize("path", ROWS)
def test_every_member_that_is_needed_is_named(post, path):
    answer = post(path, {})

    named = {error["path"] for error in answer.json()["errors"]}
    needed = {"code", "name", "portfolio", "rank", "value", "source", "starts_on"}
    assert named == needed & ROWS[path].keys()


@pytest.mark.parametrize("path", ["portfolios", "segments", "regions", "products"])
def test_a_code_is_given_once(post, path):
    assert post(path, ROWS[path]).status_code == 201
    answer = post(path, ROWS[path])

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "code" in {error["path"] for error in answer.json()["errors"]}


@pytest.mark.parametrize("code", ["", "a b", "-", "-a", "ä", "a/b", "x" * 121, 5, None, ["a"]])
def test_a_code_has_letters_that_fit_an_address(post, code):
    answer = post("products", {**CRM, "code": code})

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "code")


@pytest.mark.parametrize("code", ["a", "A.b_c-9", "_x", ".net", "x" * 120])
def test_a_row_is_found_by_its_code(api, post, code):
    assert post("products", {**CRM, "code": code}).status_code == 201

    assert api.get(f"/api/v1/products/{code}/").json()["code"] == code


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"available_from": "2025-01-01"}, "Decide the role before the product is sold."),
        ({"role": "sunset"}, "A sunset product needs the day its sale ends."),
        (
            {"role": "anchor", "available_from": "2025-02-01", "end_of_sale_on": "2025-01-01"},
            DATES,
        ),
        ({"end_of_support_on": "2025-02-01", "end_of_life_on": "2025-01-01"}, DATES),
        (
            {"origin": "third_party"},
            "A third-party product needs a review state; one of our own has none.",
        ),
        (
            {"review_state": "approved"},
            "A third-party product needs a review state; one of our own has none.",
        ),
    ],
)
def test_a_product_that_contradicts_itself_is_wrong_input(post, facts, sentence):
    answer = post("products", {**CRM, **facts})

    assert answer.status_code == 400
    assert sentence in [error["message"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("role", "boss"),
        ("role", ""),
        ("portfolio", "nowhere"),
        ("portfolio", 1),
        ("portfolio", None),
        ("is_core", "true"),
        ("available_from", "2025-1-1"),
        ("name", ""),
        ("name", "x" * 201),
        ("name", None),
        ("vendor", 7),
    ],
)
def test_a_wrong_value_is_named(post, member, value):
    answer = post("products", {**CRM, member: value})

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, member)


@pytest.mark.parametrize("path", ["segments", "regions"])
def test_a_rank_is_given_once(post, path):
    post(path, ROWS[path])
    answer = post(path, {**ROWS[path], "code": "other"})

    assert answer.status_code == 409
    assert [error["path"] for error in answer.json()["errors"]] == ["rank"]


@pytest.mark.parametrize("rank", [-1, "1", 1.5, 2**31, None, True])
def test_a_rank_is_a_whole_number(post, rank):
    answer = post("segments", {**ROWS["segments"], "rank": rank})

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "rank")


def test_a_threshold_has_one_value_a_day(post, patch):
    post("thresholds", {**ROWS["thresholds"], "ends_on": "2025-06-01"})
    following = {**ROWS["thresholds"], "starts_on": "2025-06-01"}

    answer = post("thresholds", {**following, "starts_on": "2025-05-31"})

    assert answer.status_code == 409
    assert answer.json()["detail"] == "Another value of this threshold covers part of these days."
    assert post("thresholds", following).status_code == 201


@pytest.mark.parametrize("value", [0.4, "0,4", "1e2", "+1", "", None, "1234567890123"])
def test_the_value_of_a_threshold_is_text(post, value):
    answer = post("thresholds", {**ROWS["thresholds"], "value": value})

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "value")


def test_a_threshold_ends_after_it_starts(post):
    answer = post("thresholds", {**ROWS["thresholds"], "ends_on": "2025-01-01"})

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "ends_on")


def test_what_is_referred_to_cannot_be_deleted(api):
    product = PlanFactory(product__code="crm").product
    for path in ("products/crm", "portfolios/home"):
        answer = api.delete(f"/api/v1/{path}/")
        assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
    assert Product.objects.get() == product


def test_a_product_that_was_held_by_mistake_stays(api):
    line = LineFactory(charge__plan__product__code="crm")

    assert api.delete("/api/v1/products/crm/").json()["code"] == "in_use"
    assert line.product.code == "crm"


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ("role=anchor", ["crm", "old"]),
        ("portfolio=home", ["crm", "draft"]),
        ("origin=third_party", ["partner"]),
        ("review_state=pending", ["partner"]),
        ("is_core=true", ["crm"]),
        ("status=draft", ["draft", "partner"]),
        ("status=on_sale&on=2024-06-30", ["crm", "old"]),
        ("status=on_sale&on=2025-01-01", ["crm"]),
        ("status=closed&on=2025-01-01", ["old"]),
        ("status=retired&on=2026-01-01", ["old"]),
        ("status=scheduled&on=2019-12-31", ["crm", "old"]),
        ("ordering=-code&status=on_sale&on=2024-06-30", ["old", "crm"]),
    ],
)
def test_products_are_asked_about(api, question, codes):
    ProductFactory(code="crm", is_core=True)
    ends = {"end_of_sale_on": "2025-01-01", "end_of_life_on": "2026-01-01"}
    ProductFactory(code="old", portfolio__code="other", **ends)
    ProductFactory(code="draft", role=None, available_from=None)
    third_party = {"origin": "third_party", "review_state": "pending"}
    ProductFactory(
        code="partner", portfolio__code="other", role="attach", available_from=None, **third_party
    )

    rows = api.get(f"/api/v1/products/?{question}").json()["results"]

    assert [row["code"] for row in rows] == codes


@pytest.mark.parametrize(
    ("question", "values"),
    [("code=x&on=2025-05-31", ["1"]), ("code=x&on=2025-06-01", ["2"]), ("code=x", ["1", "2"])],
)
def test_thresholds_are_asked_about(api, question, values):
    ThresholdFactory(code="x", value=1, ends_on="2025-06-01")
    ThresholdFactory(code="x", value=2, starts_on="2025-06-01")

    rows = api.get(f"/api/v1/thresholds/?{question}").json()["results"]

    assert [row["value"] for row in rows] == values


@pytest.mark.parametrize("path", ROWS)
def test_a_list_costs_the_same_however_long_it_is(api, path):
    counts = []
    for rows in (1, 49):
        for number in range(rows):
            FACTORIES[path](f"{rows}-{number}")
        api.get(f"/api/v1/{path}/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(api.get(f"/api/v1/{path}/?limit=200").json()["results"]) >= rows
        counts.append(len(queries))

    # Personas and needs of all the products of a page are a query each.
    assert counts[0] == counts[1] <= (4 if path == "products" else 3)


@pytest.mark.parametrize("path", ROWS)
def test_only_those_who_keep_the_catalog_change_it(path):
    PortfolioFactory()
    viewer = program("viewer")

    assert viewer.get(f"/api/v1/{path}/").status_code == 200
    answer = viewer.post(f"/api/v1/{path}/", ROWS[path], content_type=JSON)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert (
        program("product_ops").post(f"/api/v1/{path}/", ROWS[path], content_type=JSON).status_code
        == 201
    )
    reader = program("product_ops", "catalog:read")
    answer = reader.post(f"/api/v1/{path}/", ROWS[path], content_type=JSON)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
