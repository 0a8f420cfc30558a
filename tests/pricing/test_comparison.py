"""Tiers side by side (S28, S59), and what changes from one plan to another (S50, S51)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pricing.comparison import compare, diff
from pricing.models import ValueType
from pricing.plan_prices import PlanPrice
from pricing.quantities import spelled
from tests.factories import (
    BundleFactory,
    BundleItemFactory,
    FeatureFactory,
    MigrationPathFactory,
    PlanFactory,
    PlanVersionFactory,
    ProductFactory,
    published,
)
from tests.pricing.table import DAY, PRICES, TIERS, make_table, tier

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    return make_table()


def texts(found) -> dict[str, list[str]]:
    return {row.feature.code: [cell and cell.text for cell in row.cells] for row in found.rows}


def told(changes) -> dict[str, tuple]:
    return {
        change.feature.code: tuple(grant and grant.text for grant in (change.old, change.new))
        for change in changes
    }


def test_s28_the_tier_table_is_read_as_it_was_written(product):
    assert texts(compare(product=product, on=DAY)) == {
        "users": ["5", "25", "unlimited"],
        "storage": ["10 GB", "100 GB", "1 TB"],
        "reports": ["basic", "advanced", "customisable"],
        "integrations": ["3", "10", "unlimited"],
        "support": ["email", "priority", "dedicated"],
    }


def test_s59_the_table_round_trips_over_rest_and_unlimited_is_null(api, product):
    answer = api.get(f"/api/v1/products/crm/compare/?on={DAY}").json()

    assert [each["plan"] for each in answer["tiers"]] == list(TIERS)
    for row in answer["features"]:
        for cell in row["values"]:
            wanted = TIERS[cell["plan"]][row["feature"]]
            value = cell["value"]
            assert value["unlimited"] == (wanted is None)
            if row["value_type"] == ValueType.LEVEL:
                assert value["level"] == wanted
            else:
                assert value["quantity"] == (None if wanted is None else str(wanted))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"available_from": date(2026, 7, 1)}, ["pro", "enterprise"]),
        ({"end_of_sale_on": date(2026, 6, 1)}, ["pro", "enterprise"]),
        ({"is_public": False}, ["basic", "pro", "enterprise"]),
    ],
)
def test_s28_only_tiers_on_sale_on_the_day_are_compared(product, change, expected):
    type(tier("basic")).objects.filter(code="basic").update(**change)

    found = compare(product=product, on=DAY)

    assert [each.plan.code for each in found.tiers] == expected


def test_s28_a_past_day_shows_the_version_of_that_day(product):
    version = tier("basic").versions.get()
    version.ends_on = date(2026, 1, 1)
    version.save()
    published(tier("basic"), starts_on=date(2026, 1, 1), number=2, users=7)

    assert texts(compare(product=product, on=date(2025, 12, 31)))["users"][0] == "5"
    assert texts(compare(product=product, on=date(2026, 1, 1)))["users"][0] == "7"


def test_a_draft_grants_nothing_yet(product):
    plan = PlanFactory(product=product, rank=9)
    PlanVersionFactory(plan=plan)

    assert texts(compare(product=product, on=DAY))["users"] == ["5", "25", "unlimited", None]


def test_a_comparison_costs_the_same_with_50_features_and_6_tiers(api, product):
    counts = []
    for features, tiers in ((0, 0), (45, 3)):
        codes = [FeatureFactory(product=product).code for _ in range(features)]
        for _ in range(tiers):
            plan = PlanFactory(product=product)
            published(plan, **dict.fromkeys(codes, 3))
        api.get("/api/v1/products/crm/compare/")
        with CaptureQueriesContext(connection) as queries:
            answer = api.get(f"/api/v1/products/crm/compare/?on={DAY}").json()
        counts.append(len(queries))

    assert (len(answer["features"]), len(answer["tiers"])) == (50, 6)
    assert counts[0] == counts[1] <= 8


def test_s50_basic_to_pro_states_exactly_what_changes(product):
    found = diff(old=tier("basic"), new=tier("pro"), on=DAY, prices=PRICES)

    assert told(found.limits) == {
        "users": ("5", "25"),
        "storage": ("10 GB", "100 GB"),
        "integrations": ("3", "10"),
    }
    assert told(found.changed) == {"reports": ("basic", "advanced")}
    assert [change.ratio for change in found.changed] == [None]  # levels have no number
    assert told(found.support) == {"support": ("email", "priority")}
    assert (found.added, found.removed) == ([], [])
    assert found.price.delta == PlanPrice(Decimal(70), "USD")
    assert round(found.price.share, 3) == Decimal("2.414")
    assert not found.price.is_indicative


def test_s50_the_way_down_is_the_way_up_turned_round(product):
    up = diff(old=tier("basic"), new=tier("pro"), on=DAY, prices=PRICES)
    down = diff(old=tier("pro"), new=tier("basic"), on=DAY, prices=PRICES)

    assert {code: texts[::-1] for code, texts in told(down.limits).items()} == told(up.limits)
    assert all(change.is_gain for change in up.limits)
    assert not any(change.is_gain for change in down.limits)
    assert down.price.delta.amount == -70


def test_s59_enterprise_and_up_is_indicative(product):
    found = diff(old=tier("pro"), new=tier("enterprise"), on=DAY, prices=PRICES)

    assert found.price.is_indicative


@pytest.mark.parametrize(
    ("prices", "reason"),
    [
        (None, "not_asked"),
        ({"basic": PRICES["basic"]}, "no_price"),
        (
            {"basic": PRICES["basic"], "pro": PlanPrice(Decimal(99), "EUR")},
            "different_currencies",
        ),
    ],
)
def test_a_price_that_cannot_be_told_says_why(product, prices, reason):
    found = diff(old=tier("basic"), new=tier("pro"), on=DAY, prices=prices)

    assert (found.price, found.price_missing) == (None, reason)


def test_s50_over_rest_with_its_path(api, product):
    MigrationPathFactory(from_plan=tier("basic"), to_plan=tier("pro"), self_serve=True, note="Go")

    answer = api.get(f"/api/v1/plans/basic/diff/pro/?on={DAY}").json()

    limits = {each["feature"]: each for each in answer["limits"]}
    assert (limits["users"]["from"]["quantity"], limits["users"]["to"]["quantity"]) == ("5", "25")
    assert limits["integrations"]["ratio"] == 3.333333
    assert answer["path"] == {
        "kind": "upgrade",
        "allowed": True,
        "self_serve": True,
        "timing": "now",
        "note": "Go",
    }
    assert (answer["price"], answer["price_missing"]) == (None, "not_asked")
    assert (answer["from"]["plan"], answer["to"]["plan"]) == ("basic", "pro")


@pytest.mark.parametrize("address", ["plans/basic/diff/gold", "plans/gold/diff/basic"])
def test_a_plan_that_there_is_not_is_absent(api, product, address):
    assert api.get(f"/api/v1/{address}/").status_code == 404


@pytest.mark.parametrize("kind", ["add_on", "capacity"])
def test_s51_add_ons_and_capacity_packs_are_compared_like_tiers(product, kind):
    FeatureFactory(code="api", product=product, value_type="flag")
    plan = PlanFactory(kind=kind, product=product, rank=None)
    published(plan, users=10, api=True)

    found = diff(old=tier("basic"), new=plan, on=DAY)

    assert told(found.limits)["users"] == ("5", "10")
    assert told(found.added) == {"api": (None, "yes")}
    assert told(found.removed) == {"reports": ("basic", None)}


def test_s50_a_bundle_grants_what_its_components_do(product):
    other = ProductFactory(code="desk")
    FeatureFactory(code="seats", product=other)
    desk = PlanFactory(product=other)
    published(desk, seats=4)
    pack = PlanFactory(kind="capacity", product=product, rank=None)
    published(pack, users=10)
    bundle = BundleFactory()
    version = PlanVersionFactory(plan=bundle)
    for part, facts in (
        (tier("pro"), {}),
        (pack, {"quantity": 3}),
        (desk, {"optional": True}),
    ):
        BundleItemFactory(plan_version=version, plan=part, **facts)
    type(version).objects.update(state="published", existing_treatment="keep")

    found = diff(old=tier("pro"), new=bundle, on=DAY)

    assert told(found.limits) == {"users": ("25", "55")}
    assert (found.products_added, found.products_removed) == ([], [])
    assert diff(old=desk, new=bundle, on=DAY).products_added == [product]


@pytest.mark.parametrize(
    ("quantity", "unit", "text"),
    [
        ("10", "GB", "10 GB"),
        ("1000", "GB", "1 TB"),
        ("1500", "GB", "1.5 TB"),
        ("1024", "GB", "1,024 GB"),
        ("1000000", "MB", "1 TB"),
        ("1000", "PB", "1,000 PB"),
        ("10000", "", "10,000"),
        ("0.500000", "", "0.5"),
        ("0", "GB", "0 GB"),
    ],
)
def test_quantities_are_spelled_in_their_largest_whole_unit(quantity, unit, text):
    assert spelled(Decimal(quantity), unit) == text
