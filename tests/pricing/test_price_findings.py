"""What is found about what is offered: bundles, rivals, falling prices, years, tiers, dead ends."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.models import PortfolioModel, Threshold
from tests.factories import (
    AccountFactory,
    BundleFactory,
    PlanFactory,
    ProductFactory,
    SegmentFactory,
    ThresholdFactory,
)
from tests.factories.prices import PriceBookFactory, bands, flat, published
from tests.portfolio.asking import found, rows
from tests.pricing.offers import bundled, price_list, priced, sold, three
from tests.pricing.table import make_table, tier

pytestmark = pytest.mark.django_db


@pytest.fixture
def parts():
    return three()


@pytest.mark.parametrize(
    ("price", "band"),
    [(298, "too_small"), (320, "negligible"), (280, "below_guidance"), (220, "deep")],
)
def test_s33_a_bundle_outside_of_guidance_is_found(parts, price, band):
    bundled("bundle", price, *parts)

    (only,) = found("bundle-discount")
    assert only.found.facts["band"] == band
    assert (only.found.facts["guided_from"], only.found.facts["guided_to"]) == ("228.90", "277.95")


def test_s33_a_bundle_in_guidance_is_not(parts):
    bundled("bundle", 249, *parts)

    assert found("bundle-discount", "bundle-dearer-than-its-parts", "dominated-offer") == []


def test_a_market_is_told_where_it_differs(parts):
    bundle = bundled("bundle", 249, *parts)
    priced(bundle, 100, book=PriceBookFactory(segment=SegmentFactory(code="smb")))

    (only,) = found("bundle-discount")
    assert only.found.sentence.endswith("for segment smb, in USD a month.")


def test_a_bundle_that_became_dearer_by_what_is_on_sale_is_an_error(parts):
    platform = BundleFactory(code="one", kind="platform", portfolio=parts[0].product.portfolio)
    priced(platform, 327)
    parts[0].product.end_of_sale_on = date(2026, 3, 1)
    parts[0].product.save()

    assert rows("bundle-dearer-than-its-parts") == ["one"]


def test_s37_a_dominated_offer_is_found_until_it_has_more(parts):
    bundled("bundle", 249, *parts)
    platform = BundleFactory(code="one", kind="platform", portfolio=parts[0].product.portfolio)
    priced(platform, 299)

    (only,) = found("dominated-offer")
    assert (only.found.row.code, only.found.facts["by"]) == ("one", "bundle")
    sold("meet", 49)
    assert found("dominated-offer") == []


def test_s53_a_volume_price_that_falls_is_found():
    seats = sold("seats", 1)
    line = flat(seats.charges.get(), None, model="volume")
    published(price_list(), (line, bands((0, 50, 8), (50, None, 6))), on=date(2026, 2, 1))

    (only,) = found("more-costs-less")
    assert "51 cost 306.00, less than 50: 400.00" in only.found.sentence


def test_s46_tiers_that_save_different_shares_by_the_year_are_found():
    basic = sold("basic", 29)
    pro = sold("pro", 99, product=basic.product, rank=2)
    priced(basic, 290, interval="year")
    priced(pro, "1069.20", interval="year")

    (only,) = found("annual-discounts-differ")
    assert only.found.sentence == (
        "By the year pro saves 10.0 % and basic 16.7 %, in standard and USD."
    )


def test_s60_a_limit_that_grows_less_than_the_price_is_found():
    make_table()
    Threshold.objects.filter(code="tier-gap-features").delete()
    ThresholdFactory(code="tier-gap-features", value=3)
    for code, amount in (("basic", 29), ("pro", 99), ("enterprise", 299)):
        priced(tier(code), amount)

    (only,) = found("tiers-too-near")
    assert only.found.sentence == (
        "integrations grows less than the price from basic to pro: ×3.33 against ×3.41."
    )


def test_s27_a_dead_end_of_a_layered_portfolio_is_found():
    product = ProductFactory(is_core=True)
    product.portfolio.model = PortfolioModel.LAYERED
    product.portfolio.save()
    PlanFactory(code="only", product=product)

    assert rows("core-leads-nowhere") == ["only"]


def test_contracts_are_no_matter_of_the_catalog(parts):
    bundle = bundled("bundle", 249, *parts)
    AccountFactory(code="acme")
    priced(bundle, 10, book=PriceBookFactory(segment=None, account_code="acme"))

    assert found("bundle-discount") == []


def test_findings_about_prices_cost_the_same_for_many_bundles(parts):
    codes = ("bundle-discount", "dominated-offer", "tiers-too-near", "annual-discounts-differ")
    counted = []
    for count in (1, 6):
        for number in range(count):
            bundled(f"b{count}-{number}", 170, *parts[: 2 + number % 2])
        with CaptureQueriesContext(connection) as queries:
            found(*codes)
        counted.append(len(queries))
    assert counted[0] == counted[1], counted
