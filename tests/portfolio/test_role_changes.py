"""S4: roles are filtered by, and a role that changes says why; who, when and why is kept."""

import pytest
from django.urls import reverse

from config.admin.forms import REASON
from config.audit.models import Event
from portfolio.models import Product, ProductRole
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/products/crm/"
JSON = "application/json"


@pytest.fixture
def crm():
    return ProductFactory(code="crm", name="Ringbook", role=ProductRole.ANCHOR)


def role_event() -> Event:
    return Event.objects.filter(table_name="portfolio_product", operation="U").latest("id")


def test_s4_products_are_found_by_role(api, crm):
    ProductFactory(code="voice", role=ProductRole.ATTACH)

    rows = api.get("/api/v1/products/?role=attach").json()["results"]

    assert [row["code"] for row in rows] == ["voice"]
    assert api.get("/api/v1/products/?role=boss").status_code == 400


def test_s4_a_program_that_changes_a_role_says_why(api, crm):
    answer = api.patch(URL, {"role": "attach"}, JSON, headers={"Change-Reason": ""})

    assert (answer.status_code, answer.json()["code"]) == (400, "change_reason_required")
    assert Product.objects.get().role == ProductRole.ANCHOR


def test_s4_who_when_and_why_is_kept(api, crm):
    reason = {"Change-Reason": "Customers begin with Desk"}

    assert api.patch(URL, {"role": "attach"}, JSON, headers=reason).status_code == 200

    event = role_event()
    assert (event.before["role"], event.after["role"]) == ("anchor", "attach")
    assert event.reason == "Customers begin with Desk"
    assert event.actor.startswith("user:")


@pytest.mark.parametrize("change", [{"name": "Other"}, {"role": "anchor"}])
def test_what_leaves_the_role_as_it_is_needs_no_reason(api, crm, change):
    assert api.patch(URL, change, JSON, headers={"Change-Reason": ""}).status_code == 200


def post(client, product, **fields):
    return client.post(
        reverse("admin:portfolio_product_change", args=[product.pk]),
        {
            "opened": product.version,
            "name": product.name,
            "portfolio": product.portfolio_id,
            "role": product.role,
            "origin": product.origin,
            "review_state": product.review_state,
            "available_from": product.available_from,
            **fields,
        },
    )


def test_s4_the_form_asks_why_beside_the_field(admin_client, crm):
    answer = post(admin_client, crm, role="attach", value_proposition="Typed with care")

    found = answer.context["adminform"].form.errors
    assert found.keys() == {REASON}
    assert "Typed with care" in answer.text
    crm.refresh_from_db()
    assert crm.role == ProductRole.ANCHOR


def test_s4_the_reason_is_in_the_history_and_on_the_page(admin_client, crm):
    post(admin_client, crm, role="attach", **{REASON: "Nobody begins with it"})

    assert role_event().reason == "Nobody begins with it"
    page = admin_client.get(reverse("admin:portfolio_product_change", args=[crm.pk]))
    assert "after Anchor" in page.text
    assert "Nobody begins with it" in page.text


def test_a_new_product_is_not_asked_for_a_reason(admin_client):
    page = admin_client.get(reverse("admin:portfolio_product_add"))

    assert "Why the role changes" not in page.text
