"""The role of products: one or many at once, with a reason, all or none."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection
from django.urls import reverse

from config.audit.models import Event as Audited
from config.outbox.models import Event
from portfolio import roles
from portfolio.models import Product, ProductRole
from portfolio.roles import RolesRefused, change_role, propose_role
from tests.factories import ProductFactory
from tests.factories.people import of_role, program

JSON = "application/json"
DAY = date(2030, 1, 1)
LIST = "/admin/portfolio/product/"


@pytest.fixture
def ops(client, db):
    client.force_login(of_role("product_ops"))
    return client


@pytest.fixture
def products(db) -> list[Product]:
    return [ProductFactory(code=code, role="attach") for code in ("a", "b", "c")]


def seen(products) -> dict[int, int]:
    return {product.pk: product.version for product in products}


def roles_now() -> list[str]:
    return list(Product.objects.order_by("code").values_list("role", flat=True))


def test_every_product_gets_the_role_and_is_told(products):
    changed = change_role(seen=seen(products), role=ProductRole.STRATEGIC)

    assert roles_now() == ["strategic"] * 3
    assert [product.code for product in changed] == ["a", "b", "c"]
    told = Event.objects.filter(kind="product.changed").order_by("id")
    assert [event.subject for event in told] == [f"/products/{code}/" for code in "abc"]


def test_who_has_the_role_already_stays_untouched(products):
    Product.objects.filter(code="b").update(role="anchor")
    products = list(Product.objects.order_by("code"))

    changed = change_role(seen=seen(products), role=ProductRole.ANCHOR)

    assert [product.code for product in changed] == ["a", "c"]
    assert Product.objects.get(code="b").version == products[1].version


def test_the_end_of_sale_is_for_those_that_have_none(products):
    Product.objects.filter(code="b").update(end_of_sale_on="2028-01-01")
    products = list(Product.objects.order_by("code"))

    change_role(seen=seen(products), role=ProductRole.SUNSET, end_of_sale_on=DAY)

    ends = Product.objects.order_by("code").values_list("end_of_sale_on", flat=True)
    assert list(ends) == [DAY, date(2028, 1, 1), DAY]


def test_one_that_cannot_take_the_role_keeps_all_of_them(products):
    Product.objects.filter(code="b").update(available_from="2035-01-01")
    products = list(Product.objects.order_by("code"))

    with pytest.raises(RolesRefused) as refused:
        change_role(seen=seen(products), role=ProductRole.SUNSET, end_of_sale_on=DAY)

    assert roles_now() == ["attach"] * 3
    problems = {change.before.code: change.problem for change in refused.value.changes}
    assert problems["a"] == problems["c"] == ""
    assert problems["b"].startswith("The dates must follow one another")
    assert not Event.objects.exists()


def test_sunset_needs_a_day(products):
    changes = propose_role(products=products, role=ProductRole.SUNSET)

    assert {change.problem for change in changes} == {
        "A sunset product needs the day its sale ends."
    }


@pytest.mark.parametrize("how", ["changed", "gone"])
def test_what_is_not_as_it_was_seen_keeps_all_of_them(how, products):
    looked_at = seen(products)
    row = Product.objects.filter(code="c")
    row.update(name="Other") if how == "changed" else row.delete()

    with pytest.raises(RolesRefused):
        change_role(seen=looked_at, role=ProductRole.ANCHOR)

    assert "anchor" not in roles_now()


@pytest.fixture
def at_once(transactional_db, monkeypatch):
    """Both have read the products before either writes, if nothing keeps them apart."""
    both_read, propose = Barrier(2, timeout=2), roles._proposed

    def wait_and_propose(*arguments):
        with suppress(BrokenBarrierError):  # the other one waits for our lock
            both_read.wait()
        return propose(*arguments)

    monkeypatch.setattr(roles, "_proposed", wait_and_propose)
    products = [ProductFactory(role="attach") for _ in range(8)]

    def change(order: int, role: ProductRole):
        chosen = dict(list(seen(products).items())[::order])
        try:
            return change_role(seen=chosen, role=role)
        except RolesRefused as refused:
            return refused
        finally:
            connection.close()

    def run() -> list:
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(change, (1, -1), (ProductRole.ANCHOR, ProductRole.STRATEGIC)))

    return run


def test_of_two_at_once_one_changes_all_and_the_other_none(at_once):
    answers = at_once()

    assert sum(isinstance(answer, RolesRefused) for answer in answers) == 1
    assert len(set(roles_now())) == 1


def test_without_the_lock_both_believe_that_they_did(at_once, monkeypatch):
    def unlocked(ids):
        return Product.objects.filter(pk__in=ids).order_by("pk")

    monkeypatch.setattr(roles, "locked", unlocked)

    assert not any(isinstance(answer, RolesRefused) for answer in at_once())


def chosen(products) -> dict:
    return {"action": "change_role", "_selected_action": [product.pk for product in products]}


def hidden(page, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]


WANTED = {"role": "sunset", "end_of_sale_on": "2030-01-01", "change_reason": "Portfolio review"}


def previewed(client, products, **wanted):
    return client.post(LIST, {**chosen(products), **WANTED, **wanted, "preview": "1"})


def apply(client, page, products, **wanted):
    sent = {name: hidden(page, name) for name in ("seen", "previewed")}
    return client.post(LIST, {**chosen(products), **WANTED, **wanted, **sent, "apply": "1"})


def test_the_list_asks_previews_and_changes(ops, products):
    asked = ops.post(LIST, chosen(products))
    assert "3 products get another role" in asked.text
    page = previewed(ops, products)
    assert page.text.count("2030-01-01") >= 3
    assert roles_now() == ["attach"] * 3

    assert apply(ops, page, products)["Location"] == LIST

    assert roles_now() == ["sunset"] * 3
    events = Audited.objects.filter(table_name="portfolio_product", operation="U")
    assert {(e.reason, e.door) for e in events} == {("Portfolio review", "admin")}
    assert all(e.actor.startswith("user:") for e in events)


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"change_reason": ""}, "This field is required"),
        ({"end_of_sale_on": ""}, "A sunset product needs the day its sale ends."),
        ({"role": "hero"}, "hero is not one of the available choices"),
        ({"end_of_sale_on": "2019-01-01"}, "The dates must follow one another"),
    ],
)
def test_what_cannot_be_is_said_and_cannot_be_applied(wanted, sentence, ops, products):
    page = previewed(ops, products, **wanted)

    assert sentence in page.text
    assert 'name="apply"' not in page.text
    apply(ops, page, products, **wanted)
    assert roles_now() == ["attach"] * 3


def test_what_changed_since_the_preview_is_said(ops, products):
    page = previewed(ops, products)
    Product.objects.filter(code="b").update(name="Other")

    again = apply(ops, page, products)

    assert "Somebody changed it meanwhile" in again.text
    assert roles_now() == ["attach"] * 3


def test_something_else_than_was_previewed_is_previewed_first(ops, products):
    page = previewed(ops, products)

    apply(ops, page, products, end_of_sale_on="2031-01-01")

    assert roles_now() == ["attach"] * 3


def test_a_list_that_lost_a_product_is_not_changed_in_part(ops, products):
    page = previewed(ops, products)

    assert "not the one that you looked at" in apply(ops, page, products[:2]).text
    assert roles_now() == ["attach"] * 3


def test_the_form_of_a_product_asks_why_the_role_changes(ops):
    product = ProductFactory(role="attach")
    address = reverse("admin:portfolio_product_change", args=[product.pk])
    sent = {
        "opened": product.version,
        "name": "CRM",
        "portfolio": product.portfolio_id,
        "role": "anchor",
        "origin": "native",
        "review_state": "not_needed",
        "available_from": "2020-01-01",
    }

    answer = ops.post(address, sent)
    assert answer.context["adminform"].form.errors == {
        "change_reason": ["Say why the role changes."]
    }
    assert ops.post(address, {**sent, "role": "attach"}).status_code == 302
    product.refresh_from_db()
    sent |= {"opened": product.version, "change_reason": "It leads now"}
    assert ops.post(address, sent).status_code == 302

    event = Audited.objects.filter(table_name="portfolio_product").latest("id")
    assert (event.before["role"], event.after["role"], event.reason) == (
        "attach",
        "anchor",
        "It leads now",
    )
    assert "It leads now" in ops.get(address.replace("change", "history")).text


@pytest.mark.parametrize(
    ("body", "reason", "status"),
    [
        ({"role": "anchor"}, "", 400),
        ({"role": "anchor"}, "%20", 400),
        ({"role": "anchor"}, "It leads now", 200),
        ({"role": "attach"}, "", 200),
        ({"name": "New"}, "", 200),
        ({"role": None, "available_from": None}, "", 400),
    ],
)
def test_over_rest_a_role_changes_with_a_reason(body, reason, status, db):
    ProductFactory(code="crm", role="attach")

    answer = program("product_ops").patch(
        "/api/v1/products/crm/", body, content_type=JSON, headers={"Change-Reason": reason}
    )

    assert answer.status_code == status
    if status == 400:
        assert answer.json()["code"] == "change_reason_required"
        assert roles_now() == ["attach"]
