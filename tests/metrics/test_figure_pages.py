"""Every metric has a page in the admin."""

from datetime import date
from html import escape

import pytest

from accounts.models import Account
from metrics.registry import metrics
from tests.factories import UsageDayFactory
from tests.factories.books import bring
from tests.factories.deals import deals
from tests.metrics.test_worked_example import ACCOUNTS, ITEMS

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(tmp_path):
    bring(tmp_path, ACCOUNTS, ITEMS)
    account = Account.objects.get(code="a1")
    deals(account)
    UsageDayFactory(account=account, day=date(2024, 1, 1))


def test_the_catalog_lists_every_metric(admin_client):
    text = admin_client.get("/admin/figures/").content.decode()

    assert all(f"/admin/figures/{code}/" in text for code in metrics)
    assert 'href="/admin/figures/"' in admin_client.get("/admin/").content.decode()


@pytest.mark.parametrize("code", metrics)
def test_a_metric_has_a_page_with_its_meaning_form_and_downloads(admin_client, book, code):
    page = admin_client.get(f"/admin/figures/{code}/", {"on": "2025-12-31"})
    text = page.content.decode()

    assert page.status_code == 200
    assert escape(metrics[code].formula) in text
    for name in metrics[code].parameters:
        assert f'name="{name}"' in text
    for kind in ("csv", "svg", "png"):
        assert f"format={kind}" in text
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="mc' in text


def test_a_question_that_makes_no_sense_is_answered_in_words(admin_client):
    page = admin_client.get("/admin/figures/mrr-movements/", {"start": "2025-13-01"})

    assert page.status_code == 200
    assert "Must be a day such as" in page.content.decode()


def test_the_whole_is_named_beside_its_groups(admin_client, book):
    asked = {"on": "2025-12-31", "group_by": "segment"}
    page = admin_client.get("/admin/figures/products-per-customer/", asked)

    assert page.context["lines"][0][0] == "all"


def test_there_is_no_page_of_a_metric_that_there_is_not(admin_client):
    assert admin_client.get("/admin/figures/nonsense/").status_code == 404


def test_pages_put_in_the_names_of_people(admin_client, book):
    owner = Account.objects.get(code="a1").assignments.get().member.user
    text = admin_client.get("/admin/figures/owner-book/", {"on": "2025-12-31"}).content.decode()

    assert f">{owner}</td>" in text
