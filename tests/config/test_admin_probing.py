"""Nobody learns through the address of a list what the list does not show."""

from datetime import date

import pytest
from django.contrib import admin
from django.db.models import ForeignKey
from django.urls import reverse

from config.access.models import User
from config.access.scoping import _providers, scope_rows
from config.admin.paging import DEEPEST_PAGE, BoundedPaginator
from portfolio.models import Product
from tests.factories import AccountFactory, ProductFactory

LOOKUPS = ("", "__startswith", "__gt", "__isnull", "__regex")
MODELS = {
    model._meta.label_lower: model_admin for model, model_admin in admin.site._registry.items()
}


@pytest.fixture
def viewer(client, person):
    client.force_login(person("viewer", is_staff=True))
    return client


def undeclared(model_admin) -> list[str]:
    declared = {item if isinstance(item, str) else item[0] for item in filters(model_admin)}
    declared |= {each.parameter_name for each in model_admin.list_filter if isinstance(each, type)}
    fields = [field.name for field in model_admin.model._meta.concrete_fields]
    return [name for name in fields if name not in declared]


def filters(model_admin) -> list:
    return [item for item in model_admin.list_filter if not isinstance(item, type)]


@pytest.mark.parametrize("label", MODELS)
def test_no_column_can_be_probed_that_is_no_filter(label, admin_client):
    url = reverse(f"admin:{label.replace('.', '_')}_changelist")

    for name in undeclared(MODELS[label]):
        for lookup in LOOKUPS:
            assert admin_client.get(url, {f"{name}{lookup}": "1"}).status_code == 400, name + lookup


@pytest.mark.parametrize("label", MODELS)
def test_no_column_of_another_table_can_be_probed(label, admin_client):
    url = reverse(f"admin:{label.replace('.', '_')}_changelist")
    relations = [
        field.name
        for field in MODELS[label].model._meta.concrete_fields
        if isinstance(field, ForeignKey)
    ]
    for name in relations:
        for path in ("code", "name", "password", "hash", "email__startswith"):
            assert admin_client.get(url, {f"{name}__{path}": "1"}).status_code == 400


def test_somebody_who_only_looks_cannot_guess_a_password(viewer):
    User.objects.create_user("boss@example.org", "secret", is_superuser=True)

    answer = viewer.get(reverse("admin:access_user_changelist"), {"password__startswith": "m"})

    assert answer.status_code == 400


def test_declared_filters_work(viewer):
    ProductFactory(code="crm", role="anchor"), ProductFactory(code="desk", role="attach")

    answer = viewer.get(reverse("admin:portfolio_product_changelist"), {"role__exact": "attach"})

    assert [row.code for row in answer.context["cl"].result_list] == ["desk"]


def test_the_status_of_a_product_is_a_filter_though_no_column(viewer):
    ProductFactory(code="now"), ProductFactory(code="later", available_from=date(2999, 1, 1))

    answer = viewer.get(reverse("admin:portfolio_product_changelist"), {"status": "scheduled"})

    assert [row.code for row in answer.context["cl"].result_list] == ["later"]


@pytest.fixture
def only_mine(monkeypatch):
    """A scope in which products called "other" are somebody else's."""
    monkeypatch.setattr("config.access.scoping._providers", dict(_providers))
    scope_rows(Product, lambda rows, actor: rows.exclude(code="other"))


def test_a_row_out_of_scope_is_in_no_list_page_or_choice(only_mine, viewer):
    ProductFactory(code="mine")
    other = ProductFactory(code="other")

    rows = viewer.get(reverse("admin:portfolio_product_changelist")).context["cl"].result_list
    page = viewer.get(reverse("admin:portfolio_product_change", args=[other.pk]))
    found = viewer.get(
        reverse("admin:autocomplete"),
        {"term": "", "app_label": "pricing", "model_name": "plan", "field_name": "product"},
    ).json()["results"]

    assert [row.code for row in rows] == ["mine"]
    assert page.status_code == 302  # as for a row that does not exist
    assert [choice["text"] for choice in found] == ["mine"]


def test_a_choice_out_of_scope_is_refused(only_mine, admin_client):
    other = ProductFactory(code="other")

    answer = admin_client.post(
        reverse("admin:pricing_tier_add"),
        {"code": "x", "name": "X", "product": other.pk, "rank": 1},
    )

    assert "Select a valid choice" in answer.text


def test_who_may_not_see_people_cannot_lose_the_owner_of_a_product(client, person):
    boss = person(email="boss@example.org")
    product = ProductFactory(owner=boss)
    client.force_login(person("product_ops", is_staff=True))

    page = client.get(reverse("admin:portfolio_product_change", args=[product.pk]))

    assert "owner" not in page.context["adminform"].form.fields


def test_a_big_table_is_counted_by_estimate_and_pages_are_bounded(db):
    AccountFactory()
    paginator = BoundedPaginator(type(AccountFactory.build()).objects.order_by("pk"), 50)
    assert paginator.count == 1

    paginator = BoundedPaginator(range(1_000_000), 50)
    assert paginator.num_pages == DEEPEST_PAGE
