"""Quotes in the admin, and bundles against their parts on their pages."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pricing.models import Plan
from tests.factories import AccountFactory, SegmentFactory, owned_by
from tests.factories.incentives import IncentiveFactory
from tests.factories.people import of_role
from tests.factories.prices import PriceBookFactory
from tests.pricing.offers import bundled, priced, three
from tests.pricing.table import make_table, tier

pytestmark = pytest.mark.django_db

PAGE = "/admin/accounts/account/quote/"


@pytest.fixture
def bundle():
    return bundled("bundle", 249, *three())


@pytest.fixture
def seller(client):
    user = of_role("sales")
    client.force_login(user)
    client.user = user
    return client


def ask(client, *codes: str, **facts):
    plans = {f"plan_{n}": code for n, code in enumerate(codes)}
    given = {"interval": "month", "currency": "USD", "on": "2026-06-01", **plans, **facts}
    return client.get(reverse("admin:accounts_account_quote"), given)


def test_the_ways_to_buy_stand_side_by_side_the_cheapest_first(seller, bundle):
    page = ask(seller, "email", "crm")

    assert [(way["name"], way["total"], way["saved"]) for way in page.context["covers"]] == [
        ("Each by itself", "$248.00", ""),
        ("bundle", "$249.00", "$1.00 dearer than each by itself"),
    ]
    (ladder,) = page.context["ladders"]
    assert (ladder["discount"], ladder["band"]) == ("23.85\xa0%", "in guidance")
    assert (ladder["guided"], ladder["break_even"]) == ("$228.90 to $277.95", 3)
    assert (ladder["nearest"], ladder["gap"]) == ("email + crm", "$1.00")
    assert [rung["pays"] for rung in ladder["rungs"]] == [False, False, True]
    assert "It covers all of it." in page.content.decode()
    assert "The buyer has no such." in page.content.decode()


def test_a_customer_is_quoted_by_its_contract(seller, bundle):
    owned_by(
        seller.user, account=AccountFactory(code="acme", currency="USD"), starts_on=date(2020, 1, 1)
    )
    priced(bundle, 200, book=PriceBookFactory(segment=None, account_code="acme"))

    page = ask(seller, "bundle", account="acme", currency="")
    assert page.context["covers"][0]["total"] == "$200.00"


def test_a_seller_sees_list_incentive_and_net_of_each_plan_and_why(seller, bundle):
    account = AccountFactory(code="acme", currency="USD")
    owned_by(seller.user, account=account, starts_on=date(2020, 1, 1))
    facts = {"redeem_from": date(2026, 1, 1), "redeem_until": date(2027, 1, 1), "kind": "percent"}
    half = IncentiveFactory(**facts, name="Half", value=50, duration_days=90)
    other = IncentiveFactory(**facts, name="Second product", value=60, nth_product=2)
    half.plans.set(Plan.objects.filter(code="crm"))

    page = ask(seller, "email", "crm", account="acme", currency="")

    rows = {row["plan"].code: row for row in page.context["discounts"]}
    assert set(rows) == {"email", "crm", "bundle"}
    crm = rows["crm"]
    assert (crm["list"], crm["net"], crm["incentives"]) == ("$149.00", "$74.50", (half,))
    assert (crm["until"], crm["later"]) == (date(2026, 8, 30), [(date(2026, 8, 30), "$149.00")])
    assert (rows["email"]["incentives"], rows["email"]["net"]) == ((), "")
    reasons = {each.incentive: each.reason for each in rows["bundle"]["verdicts"]}
    assert reasons == {half: "plan=bundle", other: "nth_product=1"}
    text = page.content.decode()
    assert "none applies" in text
    assert "nth_product=1" in text
    assert ask(seller, "email", "crm").context["discounts"] == []


def test_the_page_of_a_customer_leads_there(seller):
    account = owned_by(seller.user, account=AccountFactory(code="acme"), starts_on=date(2020, 1, 1))

    answer = seller.get(reverse("admin:accounts_account_quote_for", args=[account.pk]))
    assert answer["Location"] == f"{PAGE}?account=acme&currency={account.currency}"
    assert 'value="acme"' in seller.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"account": "theirs"}, "There is no customer with this code."),
        ({"currency": ""}, "Name a currency, or a customer."),
        ({"currency": "XXZ"}, "XXZ is not a currency of ISO 4217."),
        ({"plan_0": ""}, "Choose a plan."),
        ({"plan_1": "email"}, "Choose each plan once, with its quantity."),
        ({"quantity_0": "-1"}, "greater than or equal to"),
        ({"interval": "one_time"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(seller, bundle, facts, sentence):
    AccountFactory(code="theirs")

    page = ask(seller, "email", **facts)
    assert (page.status_code, sentence in page.content.decode()) == (200, True)
    assert "covers" not in page.context


def test_a_bundle_without_components_is_refused_in_words(seller):
    bundled("empty", 10)

    assert "Name at least one plan" in ask(seller, "empty").content.decode()


def test_a_quote_costs_the_same_queries_for_one_plan_and_three(seller, bundle):
    counted = []
    ask(seller, "email")
    for codes in (["email"], ["email", "analytics", "crm"]):
        with CaptureQueriesContext(connection) as queries:
            ask(seller, *codes)
        counted.append(len(queries))
    assert counted[0] == counted[1], counted


def test_the_page_of_a_bundle_holds_it_against_its_parts(seller, bundle):
    priced(bundle, 220, book=PriceBookFactory(segment=SegmentFactory(code="smb")))

    page = seller.get(f"/admin/pricing/bundle/{bundle.pk}/change/?on=2026-06-01")
    (panel,) = [each for each in page.context["panels"] if each["data"].get("ladders")]
    assert [(each["place"], each["ladder"]["band"]) for each in panel["data"]["ladders"]] == [
        ("for everybody, in USD a month", "in guidance"),
        ("for segment smb, in USD a month", "deep"),
    ]


def test_s50_the_comparison_of_two_plans_names_what_the_move_costs(seller):
    product = make_table()
    for code, amount in (("basic", 29), ("pro", 99)):
        priced(tier(code), amount)

    page = reverse("admin:pricing_plan_compare", args=[tier("basic").pk])
    text = seller.get(f"{page}?to={tier('pro').pk}&on=2026-06-01").content.decode()
    assert "$29.00 → $99.00 a month (+$70.00, +241.4\xa0%)" in text
    text = seller.get(f"/admin/portfolio/product/{product.pk}/change/?on=2026-06-01").content
    assert "integrations grows less than the price from basic to pro" in text.decode()
