"""Neighbouring tiers must differ visibly (S29, S60), and value belongs to the top (S61)."""

from decimal import Decimal

import pytest

from portfolio.models import Threshold
from pricing.comparison import compare
from pricing.tier_gaps import review
from tests.factories import FeatureFactory, PlanFactory, ProductFactory, ThresholdFactory, published
from tests.pricing.table import DAY, PRICES, make_table

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def thresholds(db):
    """As the migration seeds them, whatever tests have emptied the tables before."""
    for code, value in (
        ("tier-gap-features", 3),
        ("value-rating-high", 4),
        ("value-rating-low", 2),
    ):
        if not Threshold.objects.filter(code=code).exists():
            ThresholdFactory(code=code, value=value)


def judged(product, prices=None):
    return review(comparison=compare(product=product, on=DAY), on=DAY, prices=prices)


def codes(found) -> list[tuple]:
    return [(each.code, each.feature and each.feature.code) for each in found.all_remarks]


def tiers(**grants) -> object:
    """A product whose tiers grant, in order, the values given for each feature."""
    product = ProductFactory()
    for code, (facts, *_) in grants.items():
        FeatureFactory(code=code, product=product, **facts)
    for rank in range(1, len(next(iter(grants.values())))):
        values = {code: row[rank] for code, row in grants.items() if row[rank] is not ...}
        published(PlanFactory(product=product, rank=rank), **values)
    return product


FLAG = {"value_type": "flag"}


def test_s60_integrations_grow_less_than_the_price_from_basic_to_pro():
    found = judged(make_table(), PRICES)

    basic_to_pro = found.steps[0]
    assert round(basic_to_pro.price_ratio, 2) == Decimal("3.41")
    ratios = {each.feature.code: round(each.ratio, 2) for each in basic_to_pro.limits}
    assert ratios == {"users": 5, "storage": 10, "integrations": Decimal("3.33")}
    assert codes(found) == [("limit_grows_less_than_price", "integrations")]
    assert basic_to_pro.remarks[0].sentence == (
        "integrations grows less than the price from basic to pro: ×3.33 against ×3.41."
    )


def test_s60_no_limit_never_grows_less_than_the_price():
    pro_to_enterprise = judged(make_table(), PRICES).steps[1]

    assert {each.feature.code: each.ratio for each in pro_to_enterprise.limits} == {
        "users": None,
        "storage": 10,
        "integrations": None,
    }
    assert pro_to_enterprise.remarks == []


def test_s60_without_prices_nothing_is_said_of_them():
    found = judged(make_table())

    assert [step.price_ratio for step in found.steps] == [None, None]
    assert codes(found) == []


@pytest.mark.parametrize(("better", "remarked"), [(2, True), (3, False)])
def test_s29_fewer_than_three_improved_features_are_too_few(better, remarked):
    grants = {f"f{n}": ({}, 1, 2 if n < better else 1) for n in range(5)}

    found = judged(tiers(**grants))

    assert len(found.steps[0].improved) == better
    assert codes(found) == ([("tiers_too_similar", None)] if remarked else [])


def test_s60_the_threshold_is_data():
    Threshold.objects.filter(code="tier-gap-features").update(value=6)

    assert {code for code, _ in codes(judged(make_table()))} == {"tiers_too_similar"}


def test_s61_a_high_value_feature_in_the_lowest_tier_is_listed():
    found = judged(
        tiers(
            sso=({**FLAG, "value_rating": 5}, True, True),
            seats=({"value_rating": 5}, 5, 50),
            logo=({**FLAG, "value_rating": 3}, True, True),
            a=({}, 1, 2),
            b=({}, 1, 2),
        )
    )

    assert codes(found) == [("high_value_in_lowest_tier", "sso")]


def test_s61_a_low_value_feature_that_gates_the_top_is_listed():
    found = judged(
        tiers(
            badge=({**FLAG, "value_rating": 1}, ..., True),
            motto=({**FLAG, "value_rating": 2}, True, True),
            sso=({**FLAG, "value_rating": 5}, False, True),
            a=({}, 1, 2),
        )
    )

    assert codes(found) == [("low_value_gates_top_tier", "badge")]


def test_s61_the_ratings_that_count_are_data():
    product = tiers(a=({"value_rating": 3}, 2, 2), b=({}, 1, 2), c=({}, 1, 2), d=({}, 1, 2))
    assert codes(judged(product)) == []

    Threshold.objects.filter(code="value-rating-high").update(value=3)

    assert codes(judged(product)) == [("high_value_in_lowest_tier", "a")]


def test_one_tier_has_no_neighbour():
    assert codes(judged(tiers(sso=({**FLAG, "value_rating": 5}, True)))) == []


def test_s60_and_s61_are_told_over_rest(api):
    product = tiers(sso=({**FLAG, "value_rating": 5}, True, True), seats=({}, 1, 4))

    answer = api.get(f"/api/v1/products/{product.code}/compare/?on={DAY}").json()

    (step,) = answer["steps"]
    assert (step["improved"], step["price_ratio"]) == (["seats"], None)
    assert [remark["code"] for remark in step["remarks"]] == ["tiers_too_similar"]
    assert step["limits"][0]["ratio"] == 4
    assert [remark["feature"] for remark in answer["remarks"]] == ["sso"]
