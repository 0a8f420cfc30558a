"""A product like another one."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import SubscriptionLine
from config.audit.models import Event as Audited
from config.outbox.models import Event
from portfolio.models import Product
from pricing.cloning import TierRefused, clone_product
from pricing.models import Charge, Plan, PlanVersion
from tests.factories import (
    ChargeFactory,
    LineFactory,
    NeedFactory,
    PersonaFactory,
    PlanFactory,
    PlanVersionFactory,
    PortfolioFactory,
    ProductFactory,
)
from tests.factories.people import of_role, program

pytestmark = pytest.mark.django_db
JSON = "application/json"
ON = date(2026, 5, 1)


@pytest.fixture
def crm() -> Product:
    """A product with two tiers, one of them with two versions, and customers."""
    product = ProductFactory(
        code="crm", name="CRM", is_core=True, value_proposition="Know them.", end_of_sale_on=ON
    )
    base = PlanFactory(code="crm-base", name="Base", product=product, rank=1)
    pro = PlanFactory(code="pro", name="Pro", product=product, rank=2, is_public=False)
    PlanVersionFactory(plan=base, number=1, state="published", existing_treatment="keep")
    PlanVersionFactory(plan=base, number=2, starts_on="2026-01-01")
    ChargeFactory(plan=base, code="seats", cadence="usage")
    LineFactory(charge=ChargeFactory(plan=base), amount=100)
    ChargeFactory(plan=pro)
    return product


@pytest.fixture
def clone(crm):
    def make(**facts) -> Product:
        wanted = {"code": "desk", "name": "Desk", "portfolio": crm.portfolio, "on": ON}
        return clone_product(product=crm, **{**wanted, **facts})

    return make


def test_the_copy_has_the_tiers_versions_and_charges(clone):
    desk = clone()

    tiers = Plan.objects.filter(product=desk).order_by("rank")
    assert [(t.code, t.name, t.rank, t.is_public) for t in tiers] == [
        ("desk-base", "Base", 1, True),
        ("desk-pro", "Pro", 2, False),
    ]
    versions = PlanVersion.objects.filter(plan__product=desk)
    assert [
        (v.plan.code, v.number, v.state, v.existing_treatment, v.starts_on) for v in versions
    ] == [("desk-base", 1, "draft", None, ON)]
    charges = Charge.objects.filter(plan__product=desk).order_by("plan__rank", "code")
    assert [(c.plan.code, c.code, c.cadence) for c in charges] == [
        ("desk-base", "base", "recurring"),
        ("desk-base", "seats", "usage"),
        ("desk-pro", "base", "recurring"),
    ]


def test_the_copy_has_no_dates_and_no_customers(clone, crm):
    desk = clone()

    for row in (desk, *Plan.objects.filter(product=desk)):
        dates = [value for name, value in vars(row).items() if name.endswith("_on")]
        assert {row.available_from, *dates} == {None}
        assert row.status(on=date(2199, 1, 1)) == "draft"
    assert (desk.role, desk.is_core, desk.value_proposition) == (crm.role, True, "Know them.")
    assert not SubscriptionLine.objects.filter(product=desk).exists()


def test_the_copy_is_for_the_same_people_and_needs(clone, crm):
    crm.personas.add(PersonaFactory(code="agent"))
    crm.needs.add(NeedFactory(code="answers"))

    desk = clone()

    assert [persona.code for persona in desk.personas.all()] == ["agent"]
    assert [need.code for need in desk.needs.all()] == ["answers"]


def test_a_sunset_product_and_one_of_somebody_else_are_decided_anew(clone, crm):
    Product.objects.update(role="sunset", origin="third_party", review_state="approved", vendor="Q")
    crm.refresh_from_db()

    desk = clone()

    assert (desk.role, desk.origin, desk.review_state, desk.vendor) == (
        None,
        "third_party",
        "pending",
        "Q",
    )


def test_a_tier_whose_code_is_taken_stops_the_copy(clone):
    PlanFactory(code="desk-pro")

    with pytest.raises(TierRefused, match=r"Tier desk-pro: .*already exists"):
        clone()

    assert not Product.objects.filter(code="desk").exists()


def test_every_row_of_the_copy_is_told(clone):
    before = Event.objects.count()

    clone()

    told = Event.objects.order_by("id")[before:]
    assert [event.kind for event in told] == [
        "product.changed",
        "plan.changed",
        "plan_version.changed",
        "charge.changed",
        "charge.changed",
        "plan.changed",
        "charge.changed",
    ]
    assert {event.payload["change"] for event in told} == {"added"}


def ask(client, body: dict, **headers):
    return client.post("/api/v1/products/crm/clone/", body, content_type=JSON, headers=headers)


def test_over_rest_a_copy_is_made_once(crm):
    client, body = program("product_ops"), {"code": "desk", "name": "Desk"}
    headers = {"Idempotency-Key": "once", "Change-Reason": "A second brand"}

    answer, again = (ask(client, body, **headers) for _ in range(2))

    assert answer.status_code == again.status_code == 201
    assert answer.json() == again.json()
    assert answer.json().items() >= {**body, "portfolio": "home", "available_from": None}.items()
    assert answer["ETag"] == '"1"'
    assert again["Idempotent-Replayed"] == "true"
    assert Plan.objects.filter(product__code="desk").count() == 2
    event = Audited.objects.filter(table_name="pricing_plan").latest("id")
    assert (event.reason, event.door) == ("A second brand", "api")


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        ({"code": "crm", "name": "Again"}, 409, "code"),
        ({"code": "a b", "name": "X"}, 400, "code"),
        ({"code": "desk"}, 400, "name"),
        ({"code": "desk", "name": "X", "portfolio": "nowhere"}, 400, "portfolio"),
        ({"code": "desk", "name": "X", "portfolio": ""}, 400, "portfolio"),
        ({"code": "desk", "name": "X", "price": 1}, 400, "price"),
    ],
)
def test_wrong_input_is_named_and_nothing_is_made(body, status, path, crm):
    answer = ask(program("product_ops"), body)

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (status, path)
    assert Product.objects.count() == 1


def test_a_key_is_needed_and_the_product_must_be_there(crm):
    client = program("product_ops")

    assert ask(client, {"code": "d", "name": "D"}, **{"Idempotency-Key": ""}).status_code == 400
    gone = client.post("/api/v1/products/x/clone/", {}, content_type=JSON)
    assert gone.status_code == 404


@pytest.fixture
def ops(client):
    client.force_login(of_role("product_ops"))
    return client


def test_the_page_of_a_product_offers_it(ops, crm):
    other = PortfolioFactory(code="other")
    page = reverse("admin:portfolio_product_clone", args=[crm.pk])
    assert page in ops.get(reverse("admin:portfolio_product_change", args=[crm.pk])).text
    assert 'value="CRM"' in ops.get(page).text

    answer = ops.post(
        page, {"code": "desk", "name": "Desk", "portfolio": other.pk, "change_reason": "A brand"}
    )

    desk = Product.objects.get(code="desk")
    assert answer["Location"] == reverse("admin:portfolio_product_change", args=[desk.pk])
    assert desk.portfolio == other
    assert Audited.objects.filter(table_name="portfolio_product").latest("id").reason == "A brand"


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"code": "crm"}, "already exists"),
        ({"code": "a b"}, "A code has letters"),
        ({"portfolio": ""}, "This field is required"),
    ],
)
def test_what_is_wrong_is_said_on_the_page(facts, sentence, ops, crm):
    page = reverse("admin:portfolio_product_clone", args=[crm.pk])
    wanted = {"code": "desk", "name": "Typed", "portfolio": crm.portfolio_id, **facts}

    answer = ops.post(page, wanted)

    assert sentence in answer.text
    assert 'value="Typed"' in answer.text
    assert Product.objects.count() == 1
