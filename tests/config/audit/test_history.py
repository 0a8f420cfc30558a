"""The pages that tell what happened."""

import csv
import io
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.access.keys import issue
from config.audit.context import stating
from config.audit.models import Event
from portfolio.models import Portfolio, Product, Segment, Threshold
from tests.config.audit.catalog_rows import DAY
from tests.config.audit.customer_rows import line

pytestmark = pytest.mark.django_db
EVENTS = "/admin/audit/event/"


@pytest.fixture
def browser(client, person):
    """A client that is signed in with the roles."""

    def sign_in(*roles: str, **facts):
        client.force_login(person(*roles, is_staff=True, **facts))
        return client

    return sign_in


def history(client, row) -> list[dict]:
    page = client.get(f"/admin/{row._meta.label_lower.replace('.', '/')}/{row.pk}/history/")
    assert page.status_code == 200
    return page.context["told"]


def words(each: dict) -> list[tuple[str, str, str]]:
    return [(change.label, change.before, change.after) for change in each["changes"]]


@pytest.fixture
def product() -> Product:
    home = Portfolio.objects.create(code="home", name="Home")
    return Product.objects.create(code="crm", name="CRM", portfolio=home)


def test_a_page_tells_who_when_why_and_what_was_before(browser, person, product):
    bob = person(email="bob@example.org")
    other = Portfolio.objects.create(code="other", name="Another home")
    with stating(actor=f"user:{bob.pk} key:0123456789ab", reason="Moved house", door="api"):
        Product.objects.update(portfolio=other, role="anchor", is_core=True, end_of_sale_on=DAY)

    changed, added = history(browser("viewer"), product)

    assert words(changed) == [
        ("Portfolio", "Home", "Another home"),
        ("Role", "–", "Anchor: the way in"),
        ("Core", "no", "yes"),
        ("End of sale on", "–", "2026-01-01"),
    ]
    assert changed["who"] == "bob@example.org (key 0123456789ab)"
    assert changed["event"].reason == "Moved house"
    assert added["event"].operation == "I"
    assert ("Code", "–", "crm") in words(added)


def test_the_page_shows_it_all(browser, product):
    with stating(reason="<b>Because</b>", door="admin"):
        Product.objects.update(name="CRM & more")

    page = browser("viewer").get(f"/admin/portfolio/product/{product.pk}/history/")

    text = page.content.decode()
    for part in ("Changed", "Added", "&lt;b&gt;Because&lt;/b&gt;", "CRM &amp; more", "Admin"):
        assert part in text
    change = page.client.get(f"/admin/portfolio/product/{product.pk}/change/")
    assert f"/admin/portfolio/product/{product.pk}/history/" in change.content.decode()


def test_amounts_keep_their_digits_and_lose_their_noughts(browser):
    threshold = Threshold.objects.create(
        code="cut", value=Decimal("123456789012.345678"), source="Us", starts_on=DAY
    )
    Threshold.objects.filter(pk=threshold.pk).update(value=Decimal("0.500000"))

    changed, _ = history(browser("viewer"), threshold)

    assert words(changed) == [("Value", "123456789012.345678", "0.5")]


def test_names_of_rows_that_one_may_not_see_are_not_told(browser, person, product):
    owner = person(email="owner@example.org", name="Olga")
    Product.objects.update(owner=owner)

    changed, _ = history(browser("product_ops"), product)

    assert words(changed) == [("Owner", "–", f"user {owner.pk}")]


def test_masked_changes_are_told_without_values(browser, person):
    bob = person(email="bob@example.org")
    bob.name = "Robert"
    bob.save()

    assert ("Name", "", "changed; the value is not recorded") in words(
        history(browser("auditor"), bob)[0]
    )


def test_a_person_s_roles_are_part_of_the_history(browser, person):
    bob = person("viewer", email="bob@example.org")
    bob.groups.remove(Group.objects.get(name="viewer"))

    removed, added, _ = history(browser("auditor"), bob)

    assert (removed["event"].operation, added["event"].operation) == ("D", "I")
    assert removed["subject"] == "User-group relationship"


def test_whoever_may_not_see_a_row_sees_no_history(browser, product):
    address = f"/admin/portfolio/product/{product.pk}/history/"

    assert browser("user_admin").get(address).status_code in (403, 404)
    client = browser("viewer", email="bob@example.org")
    assert client.get("/admin/portfolio/product/999999/history/").status_code == 404
    client.logout()
    assert client.get(address).status_code == 302


def test_long_histories_come_in_pages_newest_first(browser, product):
    for number in range(60):
        Product.objects.update(name=f"Name {number}")

    client = browser("viewer")
    address = f"/admin/portfolio/product/{product.pk}/history/"
    first, second = (client.get(address, {"page": page}).context["told"] for page in (1, 2))

    assert [len(first), len(second)] == [50, 11]
    assert words(first[0]) == [("Name", "Name 58", "Name 59")]
    assert second[-1]["event"].operation == "I"
    assert client.get(address, {"page": "x"}).status_code == 200


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("address", ["history", "list"])
def test_pages_cost_the_same_for_few_events_and_many(browser, product, address):
    client = browser("viewer", "auditor")
    row = f"/admin/portfolio/product/{product.pk}/history/"
    address = {"history": row, "list": EVENTS}[address]
    homes = [Portfolio.objects.create(code=f"h{n}", name=f"H{n}") for n in range(40)]
    Product.objects.update(portfolio=homes[0])
    client.get(address)
    few = queries(client, address)
    for home in homes:
        Product.objects.update(portfolio=home)

    assert queries(client, address) <= few


def test_the_list_is_searched_by_person_row_request_and_reason(browser, person, product):
    bob = person(email="bob@example.org")
    key, _ = issue(name="till", owner=bob, scopes=["catalog:write"])
    actor = f"user:{bob.pk} key:{key.prefix}"
    with stating(actor=actor, reason="Moved house", request_id="r-9"):
        Product.objects.update(name="CRM 2")
    client = browser("auditor", "viewer")

    for text in ("bob@example.org", key.prefix, "r-9", "moved HOUSE", actor, "user"):
        found = client.get(EVENTS, {"q": text}).context["cl"].result_list
        expected = [] if text == "user" else ["portfolio_product"]
        assert [event.table_name for event in found] == expected, text
    found = client.get(EVENTS, {"q": str(product.pk), "table": "portfolio_product"})
    assert {event.row_id for event in found.context["cl"].result_list} == {product.pk}
    assert client.get(EVENTS, {"q": "nothing like it"}).context["cl"].result_list == []


def test_the_list_tells_of_rows_that_one_may_see(browser, person, product):
    people = browser("user_admin").get(EVENTS).context["cl"].queryset
    assert people.exists()
    assert not people.filter(table_name__startswith="portfolio").exists()

    finance = browser("finance_approver", email="fin@example.org").get(EVENTS)
    assert finance.context["cl"].queryset.filter(table_name="portfolio_product").exists()
    assert not finance.context["cl"].queryset.filter(table_name="access_user").exists()

    assert browser("viewer", email="v@example.org").get(EVENTS).status_code == 403


@pytest.mark.parametrize("method", ["add/", "1/delete/"])
def test_events_are_only_looked_at(browser, product, method):
    client = browser("auditor", is_superuser=True)

    assert client.get(EVENTS + method).status_code in (403, 404)


def test_an_event_has_a_page(browser, product):
    event = Event.objects.filter(table_name="portfolio_product").first()
    client = browser("auditor")

    page = client.get(f"{EVENTS}{event.pk}/change/")

    assert page.status_code == 200
    assert event.database_user in page.content.decode()
    assert client.post(f"{EVENTS}{event.pk}/change/", {}).status_code == 403
    assert client.get(f"{EVENTS}999999999/change/").status_code == 404


def test_a_filtered_list_is_exported_without_live_cells(browser):
    with stating(reason="=1+1", actor="os:root"):
        Segment.objects.create(code="smb", name="SMB", rank=1)
        line().save()
    client = browser("auditor")

    answer = client.get(f"{EVENTS}export/", {"table": "portfolio_segment"})

    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert answer["Content-Type"].startswith("text/csv")
    assert {row["table_name"] for row in rows} == {"portfolio_segment"}
    assert (rows[0]["reason"], rows[0]["actor"]) == ("'=1+1", "os:root")
    assert '"code": "smb"' in rows[0]["after"]


def test_who_may_not_see_events_exports_none(browser, product):
    assert browser("viewer").get(f"{EVENTS}export/").status_code == 403
