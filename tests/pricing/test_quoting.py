"""The best way to buy a set of plans (S31, S32, S35, S37, S38, S43)."""

from decimal import Decimal
from functools import reduce
from itertools import product as every
from operator import or_
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.covers import Covering, Purchase
from pricing.models import Plan
from pricing.offers import Market, Offer
from pricing.quoting import (
    MOST,
    NothingWanted,
    TooManyPlans,
    platform_fit,
    separate_total,
)
from pricing.resolution import Buyer
from tests.factories import AccountFactory, BundleFactory, ChargeFactory, SegmentFactory
from tests.factories.prices import PriceBookFactory, bands, flat, published
from tests.pricing.offers import (
    DAY,
    SINCE,
    bundled,
    codes,
    price_list,
    priced,
    quoted,
    remarks,
    sold,
    three,
)

pytestmark = pytest.mark.django_db


def test_s31_three_individual_prices_are_327():
    found = quoted(*three())

    assert found.a_la_carte.total == Decimal("327.00")
    assert codes(found.cheapest) == ["analytics", "crm", "email"]
    assert [line.total for line in found.cheapest.lines] == [99, 79, 149]


def test_s32_the_bundle_at_249_saves_23_85_percent():
    parts = three()
    bundled("bundle", 249, *parts)

    found = quoted(*parts)

    assert (codes(found.cheapest), found.cheapest.total) == (["bundle"], Decimal("249.00"))
    assert (found.cheapest.saved, round(found.cheapest.share, 6)) == (78, Decimal("0.238532"))
    (ladder,) = found.ladders
    assert ladder.sum_of_parts == Decimal("327.00")
    assert remarks(found) == []


def test_s32_a_bundle_that_is_asked_for_is_held_against_its_parts():
    bundle = bundled("bundle", 249, *three())

    found = quoted(bundle)

    assert found.a_la_carte.total == Decimal("327.00")
    assert codes(found.cheapest) == ["bundle"]


def test_s38_two_of_three_are_cheaper_separately_than_the_bundle():
    email, analytics, crm = three()
    bundled("bundle", 249, email, analytics, crm)

    found = quoted(email, crm)

    assert (codes(found.cheapest), found.cheapest.total) == (["crm", "email"], Decimal("248.00"))
    assert [(codes(each), each.total) for each in found.covers] == [
        (["crm", "email"], Decimal("248.00")),
        (["bundle"], Decimal("249.00")),
    ]
    (step,) = found.trace
    assert (step["subject"], step["reason"]) == ("/plans/bundle/", "It covers all of it.")


def test_s35_the_platform_at_299_saves_too_little():
    parts = three()
    BundleFactory(code="bundle", kind="platform", portfolio=parts[0].product.portfolio)
    platform = Plan.objects.get(code="bundle")
    priced(platform, 299)

    found = quoted(*parts)

    (ladder,) = found.ladders
    assert round(ladder.discount * 100, 2) == Decimal("8.56")
    assert remarks(found) == ["bundle_too_small"]


def test_s37_the_platform_at_299_is_dominated_by_the_bundle_at_249():
    parts = three()
    bundled("bundle", 249, *parts)
    platform = BundleFactory(code="one", kind="platform", portfolio=parts[0].product.portfolio)
    priced(platform, 299)

    found = quoted(*parts)
    (remark,) = [each for each in found.findings if each.code == "dominated_offer"]
    assert remark.sentence == (
        "one costs 299.00 USD, and bundle gives at least as much for 249.00: "
        "nobody should choose it."
    )

    sold("meet", 49)
    assert "dominated_offer" not in remarks(quoted(*parts))


def test_s43_a_year_of_the_bundle_at_20_percent_off_is_deep():
    parts = three()
    bundle = bundled("bundle", 249, *parts)
    priced(bundle, Decimal(249) * 12 * Decimal("0.8"), interval="year")

    found = quoted(bundle, interval="year")

    (cover,) = found.covers
    assert cover.total == Decimal("2390.40")
    assert cover.total / 12 == Decimal("199.20")
    (remark,) = [each for each in found.findings if each.code.endswith("_with_commitment")]
    assert remark.code == "bundle_deep_with_commitment"
    assert "39.08 % cheaper than its parts paid by the month, which is deep" in remark.sentence


def test_a_plan_covers_those_of_its_product_with_an_equal_or_lower_rank():
    basic = sold("basic", 29)
    pro = sold("pro", 25, product=basic.product, rank=2)

    assert codes(quoted(basic).cheapest) == ["pro"]
    assert codes(quoted(pro).cheapest) == ["pro"]
    assert remarks(quoted(basic)) == []
    assert quoted(basic).a_la_carte.total == 29


def test_one_tier_is_enough_for_two_of_a_product():
    basic = sold("basic", 29)
    pro = sold("pro", 39, product=basic.product, rank=2)

    assert codes(quoted(basic, pro).cheapest) == ["pro"]


def test_as_many_bundles_as_the_quantities_need():
    email, analytics, crm = three()
    bundle = bundled("bundle", None, email, analytics, crm, crm=10)
    priced(bundle, None, model="per_unit", unit_amount=100)

    found = quoted(email, crm, email=1, crm=25)

    (cover,) = [each for each in found.covers if codes(each) == ["bundle"]]
    assert (cover.offers[0].quantity, cover.total) == (3, 300)


def test_a_bundle_covers_part_and_the_rest_is_bought_beside_it():
    email, analytics, crm = three()
    pair = bundled("pair", 120, email, crm)

    found = quoted(email, analytics, crm)

    assert (codes(found.cheapest), found.cheapest.total) == (["analytics", "pair"], 199)
    assert [step["reason"] for step in found.trace] == ["It covers email, crm."]
    assert found.ladders[0].plan == pair


def test_a_private_bundle_is_proposed_to_whom_a_contract_names_it():
    parts = three()
    private = bundled("private", 100, *parts)
    Plan.objects.filter(pk=private.pk).update(is_public=False)
    AccountFactory(code="acme")
    contract = PriceBookFactory(code="contract", segment=None, account_code="acme")

    assert codes(quoted(*parts).cheapest) == ["analytics", "crm", "email"]
    priced(private, 90, book=contract)
    assert quoted(*parts, buyer=Buyer("acme")).cheapest.total == 90


def test_what_has_no_price_is_told_and_leaves_no_total():
    email, *_ = three()
    free = ChargeFactory().plan

    found = quoted(email, free)

    assert (found.a_la_carte, found.covers) == (None, [])
    assert remarks(found) == ["no_price"]


def test_a_minimum_price_makes_the_quote_indicative():
    email, *_ = three()
    large = sold("large", 1)
    priced(large, 299, on=DAY, is_minimum=True)

    assert not quoted(email).is_indicative
    assert quoted(email, large).is_indicative


def test_what_is_paid_once_is_added_up_by_itself_and_usage_is_named():
    (email, *_) = three()
    setup = ChargeFactory(plan=email, code="setup", cadence="one_time")
    ChargeFactory(plan=email, code="calls", cadence="usage")
    published(price_list(), flat(setup, 500, interval="one_time"), on=SINCE)

    (cover,) = quoted(email).covers
    assert (cover.total, cover.once) == (99, 500)
    assert [charge.code for charge in cover.offers[0].by_usage] == ["calls"]


def test_s53_a_volume_price_that_falls_is_a_finding():
    seats = sold("seats", 1)
    charge = seats.charges.get()
    rows = bands((0, 10, 10), (10, 50, 8), (50, None, 6))
    published(price_list(), (flat(charge, None, model="volume"), rows), on=DAY)

    found = quoted(seats, seats=75)
    assert found.cheapest.total == Decimal("450.00")
    sentences = [each.sentence for each in found.findings if each.code == "more_costs_less"]
    assert "seats base: 51 cost 306.00, less than 50: 400.00." in sentences


def test_more_than_twelve_plans_are_refused():
    plans = [sold(f"p{number}", 10) for number in range(MOST + 1)]

    assert quoted(*plans[:MOST]).cheapest.total == 10 * MOST
    with pytest.raises(TooManyPlans, match="These are 13 plans"):
        quoted(*plans)


def test_nothing_costs_nothing_and_is_refused():
    with pytest.raises(NothingWanted):
        quoted(bundled("empty", 10))


def test_a_quote_asks_the_database_as_often_for_many_plans_and_bundles():
    parts = [sold(f"p{number}", 10) for number in range(8)]
    counted = []
    for count in (1, 8):
        for number in range(count):
            bundled(f"b{count}-{number}", 10, *parts[number : number + 2])
        with CaptureQueriesContext(connection) as queries:
            quoted(*parts[:count])
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 12, counted


def test_s36_how_well_a_platform_fits_what_is_in_use():
    email, analytics, crm = three()
    platform = BundleFactory(code="one", kind="platform", portfolio=email.product.portfolio)
    priced(platform, 299)
    facts = {"market": Market(Buyer(), "USD", "month"), "on": DAY}

    def fit(*plans):
        return platform_fit(platform=platform, in_use=[(p, Decimal(1)) for p in plans], **facts)

    assert round(fit(email, analytics, crm), 4) == Decimal("1.0936")
    assert fit(email, crm) < 1
    assert fit() == 0
    assert separate_total(plans=[(email, Decimal(1)), (crm, Decimal(1))], **facts) == 248


def test_a_more_specific_book_changes_only_its_scope():
    parts = three()
    bundled("bundle", 249, *parts)
    segment = SegmentFactory(code="smb")
    email, _, crm = parts
    priced(email, 25, book=PriceBookFactory(segment=segment))

    assert quoted(email, crm).cheapest.total == 248
    assert quoted(email, crm, buyer=Buyer(segment="smb")).cheapest.total == 174
    assert quoted(email, crm, buyer=Buyer(segment="other")).cheapest.total == 248


PRICES = st.integers(0, 30)


@st.composite
def markets(draw):
    """Prices of up to five plans, and of bundles of some of them."""
    count = draw(st.integers(1, 5))
    singles = draw(st.lists(PRICES, min_size=count, max_size=count))
    masks = st.integers(1, 2**count - 1)
    return singles, draw(st.lists(st.tuples(masks, PRICES), max_size=5))


@settings(max_examples=200, deadline=None)
@given(markets())
def test_the_cheapest_cover_is_that_of_brute_force(market):
    singles, bundles = market
    everything = 2 ** len(singles) - 1

    def buy(name, mask, price):
        plan = Plan(code=name)
        line = SimpleNamespace(total=Decimal(price))
        return [Purchase(Offer(plan, Decimal(1), (line,)), mask)]

    groups = [(1 << n, [buy(f"s{n}", 1 << n, p)]) for n, p in enumerate(singles)]
    offers = [buy(f"b{n}", mask, price) for n, (mask, price) in enumerate(bundles)]
    found = Covering(everything, groups, offers).cheapest()

    known = [(1 << n, price) for n, price in enumerate(singles)] + bundles
    best = min(
        sum(price for (_, price), taken in zip(known, choice, strict=True) if taken)
        for choice in every((False, True), repeat=len(known))
        if reduce(or_, (m for (m, _), t in zip(known, choice, strict=True) if t), 0) == everything
    )
    assert found.total == best == sum(each.offer.total for each in found.purchases)
