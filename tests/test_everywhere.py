"""What holds of every part: a page for each thing, one document, days, and reasons."""

import re
from datetime import date

import pytest
from django.contrib import admin

from config.api.document import document
from portfolio.models import Benchmark, OwnerModel, Threshold
from tests.accounts.priced import costs
from tests.factories import (
    AccountFactory,
    ChannelFactory,
    ChargeFactory,
    EntitlementOverrideFactory,
    FeatureFactory,
    LineFactory,
    MemberFactory,
    SubscriptionFactory,
    UserFactory,
    owned_by,
    published,
)
from tests.factories.expansion import tier
from tests.factories.figures import figure
from tests.factories.routing import active_rules
from tests.permissions.doors import doors

DAYS = BEFORE, AFTER = "2024-06-01", "2025-06-01"
LATER = date(2025, 1, 1)
VARIABLE = re.compile(r"{\w+}")
STEP = {"step", "subject", "considered", "matched", "reason"}
PREVIEWED = "accounts.previewline"  # shown on the page of its policy


def test_s125_whatever_a_program_can_ask_for_has_a_page_in_the_admin():
    """A page of its own, or a place on the page of what it belongs to."""
    pages = admin.site._registry
    shown = {model._meta.label_lower for model in pages} | {
        inline.model._meta.label_lower for page in pages.values() for inline in page.inlines
    }

    assert {door.model for door in doors().values() if door.of_api} - shown == {"", PREVIEWED}


def test_s126_every_address_for_programs_is_in_the_one_document():
    told = {
        (method.upper(), VARIABLE.sub("{}", path))
        for path, operations in document("config.urls")["paths"].items()
        for method in operations
    }
    asked = {(door.method, VARIABLE.sub("{}", door.path)) for door in doors().values()}

    assert told == {(method, path) for method, path in asked if path.startswith("/api/v1/")}


@pytest.fixture
def acme(db):
    """An account for which everything changed with the year 2025."""
    plan = tier("crm", rank=1)
    feature = FeatureFactory(code="users", product=plan.product, value_type="quantity")
    published(plan, users=5)
    charge = plan.charges.get()
    costs(charge, 29)
    costs(charge, 49, on=LATER)
    costs(tier("desk").charges.get(), 19)
    account = AccountFactory(code="acme")
    subscription = SubscriptionFactory(account=account)
    LineFactory(subscription=subscription, charge=charge, amount=29)
    LineFactory(subscription=subscription, charge=ChargeFactory(), amount=71, starts_on=LATER)
    EntitlementOverrideFactory(account=account, feature=feature, quantity=50, starts_on=LATER)
    for starts_on in (date(2024, 1, 1), LATER):
        owned_by(UserFactory(), account=account, starts_on=starts_on)
    ChannelFactory(product=plan.product, owner_model=OwnerModel.CSM_LED)
    active_rules({"member": MemberFactory()}, on=date(2024, 1, 1))
    return account


def asked(api, path: str, **query) -> dict:
    answer = api.get(f"/api/v1/{path}/", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_s128_figure_price_entitlement_and_owner_are_those_of_the_day(api, acme):
    price = {"plan": "crm", "account": "acme", "currency": "USD"}
    first, second = acme.assignments.order_by("starts_on")

    assert [figure(api, "arpa", on=day)["value"] for day in DAYS] == [2_900, 10_000]
    found = [asked(api, "prices/resolve", **price, on=day)["amount"] for day in DAYS]
    assert [amount["amount"] for amount in found] == ["29.00", "49.00"]
    found = [asked(api, "accounts/acme/entitlements", on=day)["results"] for day in DAYS]
    assert [users["value"]["quantity"] for (users,) in found] == ["5", "50"]
    found = [asked(api, "accounts/acme/owners", on=day)["results"] for day in DAYS]
    assert [[row["member"] for row in rows] for rows in found] == [
        [first.member_id],
        [second.member_id],
    ]
    found = [asked(api, "accounts/acme/next-products", on=day)["held"] for day in DAYS]
    assert [len(held) for held in found] == [1, 2]


def test_s129_price_entitlement_owner_and_recommendation_say_how_they_were_found(api, acme):
    price = {"plan": "crm", "account": "acme", "currency": "USD", "on": AFTER}
    (users,) = asked(api, "accounts/acme/entitlements", on=AFTER)["results"]
    (desk,) = asked(api, "accounts/acme/next-products", on=AFTER)["results"]
    traces = [
        asked(api, "prices/resolve", **price)["trace"],
        users["trace"],
        desk["trace"],
        asked(api, "routing/explain", account="acme", product="crm", on=AFTER)["trace"],
        asked(api, "channels/explain", product="crm")["trace"],
    ]

    for trace in traces:
        assert all(step.keys() >= STEP and step["reason"] for step in trace), trace
        assert any(step["matched"] for step in trace), trace


@pytest.mark.django_db
def test_s130_thresholds_and_published_figures_are_rows_that_say_whence_and_are_edited(
    api, admin_client
):
    for model, day in ((Threshold, "starts_on"), (Benchmark, "published_on")):
        rows = model.objects.all()
        assert rows
        assert all(row.source and getattr(row, day) for row in rows)
        page = admin_client.get(f"/admin/portfolio/{model._meta.model_name}/{rows[0].pk}/change/")
        form = page.context_data["adminform"].form
        assert {"source", day} <= form.fields.keys()
    Threshold.objects.filter(code="attach-strong").update(value="0.5")
    found = asked(api, "thresholds", code="attach-strong")["results"]
    assert [row["value"] for row in found] == ["0.5"]
