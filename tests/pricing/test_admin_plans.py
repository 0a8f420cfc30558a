"""Kinds of plans, tiers side by side, bundles and differences in the admin."""

import pytest
from django.urls import reverse

from pricing.models import Plan
from tests.factories import (
    BundleFactory,
    BundleItemFactory,
    ChargeFactory,
    PortfolioFactory,
    ProductFactory,
    SubscriptionFactory,
)
from tests.pricing.table import make_table, tier

pytestmark = pytest.mark.django_db

NO_ROWS = {
    f"{name}-{count}_FORMS": 0
    for name in ("charges", "versions", "paths", "credit_terms")
    for count in ("TOTAL", "INITIAL")
}


def add(client, kind: str, **fields):
    body = {"code": "x", "name": "X", **fields, **NO_ROWS}
    return client.post(reverse(f"admin:pricing_{kind}_add"), body)


@pytest.mark.parametrize(
    ("section", "kind", "home"),
    [
        ("addon", "add_on", "product"),
        ("capacity", "capacity", "product"),
        ("bundle", "bundle", "portfolio"),
        ("platform", "platform", "portfolio"),
        ("creditpack", "credit_pack", "portfolio"),
    ],
)
def test_each_section_makes_plans_of_its_kind(admin_client, section, kind, home):
    homes = {"product": ProductFactory, "portfolio": PortfolioFactory}
    add(admin_client, section, **{home: homes[home]().pk})

    assert Plan.objects.get().kind == kind


@pytest.mark.parametrize(("section", "field"), [("tier", "product"), ("bundle", "portfolio")])
def test_what_a_kind_asks_for_is_asked_beside_the_field(admin_client, section, field):
    answer = add(admin_client, section, rank=1)

    assert field in answer.context["adminform"].form.errors
    assert not Plan.objects.exists()


def test_a_version_is_drafted_on_a_page_of_its_own(admin_client):
    inlines = ("items", "entitlements")
    none = {f"{name}-{c}_FORMS": 0 for name in inlines for c in ("TOTAL", "INITIAL")}
    plan = BundleFactory()

    admin_client.post(
        reverse("admin:pricing_planversion_add"),
        {"plan": plan.pk, "number": 1, "starts_on": "2026-01-01", **none},
    )

    assert plan.versions.get().state == "draft"


def test_a_section_lists_its_kind_alone(admin_client):
    make_table()
    BundleFactory(name="Front office")

    bundles = admin_client.get(reverse("admin:pricing_bundle_changelist")).text

    assert "Front office" in bundles
    assert "enterprise" not in bundles


def test_a_plan_leads_to_the_page_of_its_kind(admin_client):
    bundle = BundleFactory()

    answer = admin_client.get(reverse("admin:pricing_plan_change", args=[bundle.pk]))

    assert answer.url == reverse("admin:pricing_bundle_change", args=[bundle.pk])


def test_s28_the_page_of_a_product_shows_its_tiers_feature_by_feature(admin_client):
    product = make_table()

    page = admin_client.get(reverse("admin:portfolio_product_change", args=[product.pk])).text

    for text in ("10 GB", "1 TB", "customisable", "dedicated", "unlimited"):
        assert text in page


def test_s50_the_page_on_two_plans_states_what_changes(admin_client):
    make_table()
    page = reverse("admin:pricing_plan_compare", args=[tier("basic").pk])

    text = admin_client.get(page, {"to": tier("pro").pk, "on": "2026-06-01"}).text

    for old, new in (("5", "25"), ("10 GB", "100 GB"), ("basic", "advanced")):
        assert f"<td>{old}</td>" in text
        assert f"<td>{new}</td>" in text
    assert "×3.33" in text


def test_the_page_of_a_bundle_shows_its_components(admin_client):
    item = BundleItemFactory(plan__name="Desk Pro")
    version = item.plan_version
    type(version).objects.update(state="published", existing_treatment="keep")

    page = reverse("admin:pricing_bundle_change", args=[version.plan_id])

    assert "Desk Pro" in admin_client.get(page).text


def test_a_bundle_with_nothing_inside_is_not_sold(api):
    charge = ChargeFactory(plan=BundleFactory(code="suite"))
    account = SubscriptionFactory().account
    body = {
        "code": "s",
        "account": account.code,
        "starts_on": "2026-01-01",
        "lines": [{"plan": "suite", "amount": {"amount": "9.00", "currency": "USD"}}],
    }

    answer = api.post("/api/v1/subscriptions/", body, content_type="application/json")

    assert charge.code == "base"
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_inside")
