"""What is wrong with a product is said beside the field that cures it, and nothing is lost."""

import pytest
from django.urls import reverse

from portfolio.models import Product
from tests.factories import ChargeFactory, PlanVersionFactory, PortfolioFactory, ProductFactory

NO_ENTITLEMENTS = {"entitlements-TOTAL_FORMS": 0, "entitlements-INITIAL_FORMS": 0}


def new_product(client, **fields):
    return client.post(
        reverse("admin:portfolio_product_add"),
        {
            "code": "crm",
            "name": "Ringbook",
            "portfolio": PortfolioFactory().pk,
            "origin": "native",
            "review_state": "not_needed",
            "role": "anchor",
            "value_proposition": "Typed with care",
            **fields,
        },
    )


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        (
            {"available_from": "2025-01-01", "end_of_sale_on": "2024-01-01"},
            "end_of_sale_on",
            "The dates must follow one another",
        ),
        (
            {"available_from": "2025-01-01", "end_of_life_on": "2024-01-01"},
            "end_of_life_on",
            "The dates must follow one another",
        ),
        ({"role": "sunset"}, "end_of_sale_on", "A sunset product needs the day its sale ends."),
        ({"role": "", "available_from": "2025-01-01"}, "role", "Decide the role before"),
        ({"origin": "third_party"}, "review_state", "A third-party product needs a review state"),
        ({"code": "not a code"}, "code", "A code has letters"),
        ({"available_from": "31.12.2024"}, "available_from", "Enter a valid date."),
    ],
)
def test_a_wrong_product_says_so_beside_the_field(admin_client, fields, field, sentence):
    answer = new_product(admin_client, **fields)

    found = answer.context["adminform"].form.errors
    assert found.keys() == {field}
    assert sentence in str(found[field])
    assert "Typed with care" in answer.text
    assert not Product.objects.exists()


def test_a_code_that_is_taken_says_so_beside_the_code(admin_client):
    ProductFactory(code="crm")

    found = new_product(admin_client).context["adminform"].form.errors

    assert found.keys() == {"code"}


def test_a_good_product_is_kept(admin_client):
    new_product(admin_client, available_from="2025-01-01")

    assert Product.objects.get().value_proposition == "Typed with care"


def test_a_rank_that_is_taken_says_so_beside_the_rank(admin_client):
    plan = ChargeFactory().plan
    inlines = {
        f"{name}-{count}_FORMS": 0
        for name in ("charges", "versions", "paths")
        for count in ("TOTAL", "INITIAL")
    }

    answer = admin_client.post(
        reverse("admin:pricing_tier_add"),
        {"code": "x", "name": "X", "product": plan.product_id, "rank": plan.rank, **inlines},
    )

    found = answer.context["adminform"].form.errors
    assert "Another tier of this product has this rank." in str(found["rank"])


def test_a_published_version_is_kept_and_the_page_says_why(admin_client):
    version = PlanVersionFactory(state="published", existing_treatment="keep")

    answer = admin_client.post(
        reverse("admin:pricing_planversion_change", args=[version.pk]),
        {
            "opened": version.version,
            "state": "published",
            "existing_treatment": "policy",
            "starts_on": "2020-01-01",
            **NO_ENTITLEMENTS,
        },
    )

    assert "is never edited; end it and publish the next" in answer.text


def test_a_published_version_can_be_ended(admin_client):
    version = PlanVersionFactory(state="published", existing_treatment="keep")

    admin_client.post(
        reverse("admin:pricing_planversion_change", args=[version.pk]),
        {
            "opened": version.version,
            "state": "published",
            "existing_treatment": "keep",
            "starts_on": "2020-01-01",
            "ends_on": "2026-01-01",
            **NO_ENTITLEMENTS,
        },
    )

    version.refresh_from_db()
    assert version.ends_on.isoformat() == "2026-01-01"


def test_the_page_shows_the_tiers_side_by_side(admin_client):
    plan = ChargeFactory(code="seats").plan

    page = admin_client.get(reverse("admin:portfolio_product_change", args=[plan.product_id]))

    assert plan.name in page.text
    assert "seats" in page.text


def test_a_product_without_tiers_says_what_to_do(admin_client):
    page = admin_client.get(reverse("admin:portfolio_product_change", args=[ProductFactory().pk]))

    assert "Add its first tier" in page.text


def test_the_glance_is_of_the_day_that_is_asked_for(admin_client):
    product = ProductFactory()
    url = reverse("admin:portfolio_product_change", args=[product.pk])

    assert "Scheduled" in admin_client.get(url, {"on": "2019-01-01"}).text
    assert "Status on 2019-01-01" in admin_client.get(url, {"on": "2019-01-01"}).text


def test_drafts_wait_on_the_home_page_of_who_curates(admin_client):
    ProductFactory(available_from=None, role=None)

    assert "drafts to curate" in admin_client.get("/admin/").text
