"""Every page of a row leads to what happened to it: who, when, why, before and after."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from config.audit.context import stating
from config.audit.coverage import audited_tables
from config.audit.models import Event
from tests.config.audit.trail import change_of
from tests.config.test_admin_pages import MAKERS, MODELS
from tests.factories.people import of_role

pytestmark = pytest.mark.django_db
AUDITED = [label for label in MAKERS if MODELS[label]._meta.db_table in audited_tables()]
APPENDED = {"accounts.creditdraw", "accounts.creditgrant", "accounts.incentiveredemption"}
OTHERWISE = {"audit.event", "pricing.plan"}  # itself history; led to the page of its kind


def page(label: str, name: str, *args) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_{name}", args=args)


def test_most_models_are_audited():
    assert {"portfolio.product", "pricing.planversion", "accounts.subscriptionline"} <= {*AUDITED}


@pytest.mark.parametrize("label", sorted(MAKERS.keys() - OTHERWISE))
def test_the_page_of_a_row_leads_to_its_history(label, admin_client):
    MAKERS[label]()
    row = MODELS[label].objects.first()

    address = page(label, "history", row.pk)

    assert f'href="{address}"' in admin_client.get(page(label, "change", row.pk)).text
    back = admin_client.get(address)
    assert f'href="{page(label, "change", row.pk)}"' in back.text


@pytest.mark.parametrize("label", sorted({*AUDITED} - APPENDED))
def test_the_history_tells_who_when_why_before_and_after(label, admin_client, django_user_model):
    MAKERS[label]()
    row = MODELS[label].objects.last()
    column, value = change_of(row._meta.db_table)
    boss = django_user_model.objects.get(is_superuser=True)
    with stating(actor=f"user:{boss.pk}", reason="Because of <this>", door="admin"):
        type(row).objects.filter(pk=row.pk).update(**{column: value})

    shown = admin_client.get(page(label, "history", row.pk))

    first = shown.context["told"][0]
    event = Event.objects.latest("id")
    assert first["event"] == event
    assert (first["who"], event.operation) == (boss.email, "U")
    assert first["changes"], "before and after"
    for text in (boss.email, "Because of &lt;this&gt;", f"{event.at:%Y-%m-%d}", "Before", "After"):
        assert text in shown.text


def test_who_may_searches_and_downloads_the_events_of_a_row(client):
    row = MAKERS["portfolio.product"]()
    MAKERS["portfolio.product"]()
    address = page("portfolio.product", "history", row.pk)
    client.force_login(of_role("viewer"))
    assert "Search and download" not in client.get(address).text

    client.force_login(of_role("auditor"))
    link = re.search(r'href="(/admin/audit/event/\?[^"]*)"', client.get(address).text)[1]
    listed = client.get(link.replace("&amp;", "&"))

    found = [event.row_id for event in listed.context["cl"].result_list]
    assert found == [row.pk]
    assert f"export/?q={row.pk}&amp;table=portfolio_product" in listed.text


def test_every_page_of_the_admin_is_among_them():
    assert {model._meta.label_lower for model in admin.site._registry} == MAKERS.keys()
