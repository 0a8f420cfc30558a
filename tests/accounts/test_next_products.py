"""What to offer to an account next, and why; what is blocked, and what is missing for it."""

from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.affinity import STRONG, SUPPORT, WEAK, classes, together, together_by_the_ledger
from accounts.models import Exposure
from accounts.opportunities.next_products import next_products
from accounts.profiles import classify
from metrics.affinity import together as counted_from_the_sums
from metrics.folding import fold
from portfolio.models import Posture, Product, ProductRole, Threshold
from pricing.models import PriceBook
from tests.factories import (
    BundleFactory,
    ChargeFactory,
    IntegrationFactory,
    PortfolioFactory,
    RegionFactory,
    SegmentFactory,
    StepFactory,
    TargetingFactory,
    program,
)
from tests.factories.catalog import SINCE
from tests.factories.expansion import MAY, holding, priced, tier
from tests.factories.prices import PriceBookFactory, flat
from tests.factories.prices import published as release

pytestmark = pytest.mark.django_db


@pytest.fixture
def crm():
    return tier("crm")


@pytest.fixture
def others():
    """Products that others with the CRM have."""
    return {code: tier(code) for code in ("desk", "voice", "meet", "rare")}


@pytest.fixture
def account(crm, others):
    """Ten accounts have the CRM: five have desk as well, four voice, one meet, none the rare."""
    Threshold.objects.filter(code="minimum-support").update(value=10)
    plans = [crm, *others.values()]
    priced(*((plan, 10 * number) for number, plan in enumerate(plans, start=1)))
    for number in range(9):
        wanted = zip(others.values(), (5, 4, 1, 0), strict=True)
        holding(crm, *(plan for plan, holders in wanted if number < holders))
    return holding(crm)


def names(account, **facts) -> list[str]:
    found = next_products(account=account, on=facts.get("on", MAY))
    return [each.candidate.name for each in found.suggestions]


def blocked(account) -> dict[str, str]:
    found = next_products(account=account, on=MAY)
    return {each.candidate.name: each.code for each in found.blocked}


def test_s13_strong_pairs_come_first_by_their_rate(account):
    found = next_products(account=account, on=MAY).suggestions

    assert [(each.candidate.name, each.candidate.affinity.value) for each in found] == [
        ("desk", "strong"),
        ("voice", "strong"),
        ("meet", "moderate"),
        ("rare", "weak"),
    ]
    assert [each.candidate.lead.rate for each in found] == [0.5, 0.4, 0.1, 0]
    assert [each.primary for each in found] == [True, True, False, False]
    assert [each.needs_reason for each in found] == [False, False, False, True]


def test_s12_strong_from_40_percent_weak_to_5_and_few_holders_say_nothing():
    """So many of so many holders; the cuts belong to strong and to weak, and are settings."""
    said = {
        (40, 100): "strong",
        (399, 1000): "moderate",
        (51, 1000): "moderate",
        (5, 100): "weak",
        (30, 30): "strong",
        (29, 29): "insufficient",
    }
    hits, holders = np.array(list(said)).T

    def found() -> list[str]:
        known = Threshold.objects.values_on(MAY)
        return list(classes(hits, holders, known, least=int(known[SUPPORT])))

    assert found() == list(said.values())
    Threshold.objects.filter(code=STRONG).update(value="0.5")
    Threshold.objects.filter(code=WEAK).update(value="0.051")
    Threshold.objects.filter(code=SUPPORT).update(value=29)
    assert found() == ["moderate", "moderate", "weak", "weak", "strong", "strong"]


def test_s13_what_the_region_has_no_price_for_and_what_ends_is_no_target(account, others):
    """The atlas has a price in Europe alone; the desk, which half of them have, is ending."""
    europe, america = RegionFactory(code="eu"), RegionFactory(code="us")
    atlas = tier("atlas")
    release(PriceBookFactory(segment=None, region=europe), flat(atlas.charges.get(), 50))

    classify(account=account, segment=None, region=america, starts_on=MAY)
    assert blocked(account) == {"atlas": "no_price"}
    classify(account=account, segment=None, region=europe, starts_on=MAY)
    assert "atlas" in names(account)
    Product.objects.filter(pk=others["desk"].product_id).update(
        role=ProductRole.SUNSET, end_of_sale_on=MAY + timedelta(days=300)
    )
    assert blocked(account) == {"desk": "not_on_sale"}
    assert names(account)[0] == "voice"


def test_each_has_the_price_in_the_accounts_own_book_with_its_trace(account):
    (first, *_) = next_products(account=account, on=MAY).suggestions

    assert first.candidate.price.mrr == 2000
    assert first.candidate.price.trace[-1]["step"] == "standard"
    assert first.trace[1]["reason"] == "5 of 10 who have crm have it too: strong."


def test_what_is_owned_is_not_offered(crm, others, account):
    assert "desk" not in names(holding(crm, others["desk"]))


def test_s15_what_must_come_first_blocks_and_is_named(account, others):
    StepFactory(before=others["meet"].product, after=others["desk"].product)

    found = next_products(account=account, on=MAY)
    (block,) = [each for each in found.blocked if each.candidate.name == "desk"]
    assert (block.code, [p.code for p in block.missing]) == ("missing_predecessor", ["meet"])
    assert "desk" not in names(account)


def test_what_had_better_come_first_only_puts_it_later(account, others):
    StepFactory(before=others["meet"].product, after=others["desk"].product, kind="recommended")

    assert names(account)[:2] == ["voice", "desk"]


def test_what_is_not_on_sale_or_has_no_price_is_blocked(account, others):
    others["voice"].product.end_of_sale_on = MAY
    others["voice"].product.save()
    tier("unpriced")

    assert blocked(account) == {"voice": "not_on_sale", "unpriced": "no_price"}


def test_the_segment_decides_what_goes_first_what_never_and_how_many(account, others):
    smb = SegmentFactory(name="SMB")
    classify(account=account, segment=smb, region=None, starts_on=MAY)
    TargetingFactory(product=others["meet"].product, segment=smb, posture=Posture.LEAD)
    TargetingFactory(
        product=others["desk"].product, segment=smb, posture=Posture.EXCLUDE, max_products=2
    )

    assert names(account) == ["meet", "voice"]
    assert blocked(account) == {"desk": "excluded_in_segment", "rare": "enough_for_segment"}


def test_an_enterprise_is_offered_the_platform_first_and_small_business_never(account, crm):
    one = BundleFactory(
        kind="platform", name="One", portfolio=PortfolioFactory(), code="one", rank=1
    )
    ChargeFactory(plan=one)
    priced_in_own_release(one)
    enterprise, smb = SegmentFactory(), SegmentFactory()
    TargetingFactory(product=None, segment=enterprise, posture=Posture.LEAD)
    TargetingFactory(product=None, segment=smb, posture=Posture.EXCLUDE)

    classify(account=account, segment=enterprise, region=None, starts_on=MAY)
    assert names(account)[0] == "One"
    classify(account=account, segment=smb, region=None, starts_on=MAY)
    assert "One" not in names(account)


def priced_in_own_release(plan) -> None:
    release(PriceBook.objects.get(code="standard"), flat(plan.charges.get(), 99))


def test_what_they_were_shown_lately_goes_first_among_equals(account, others, crm):
    Exposure.objects.create(
        account=account,
        product=others["voice"].product,
        kind="demo",
        shown_on=MAY - timedelta(days=3),
    )
    found = {
        each.candidate.name: each.candidate.shown_on
        for each in next_products(account=account, on=MAY).suggestions
    }

    assert found["voice"] == MAY - timedelta(days=3)
    assert found["desk"] is None


def test_what_is_better_together_is_said(account, crm, others):
    IntegrationFactory(
        product_a=crm.product,
        product_b=others["desk"].product,
        better_together="One history of every customer.",
        syncs_workflow=True,
    )

    (first, *_) = next_products(account=account, on=MAY).suggestions
    assert first.candidate.better_together == "One history of every customer."
    assert first.candidate.motion == "adjacent_cross_sell"


def test_who_holds_nothing_is_offered_nothing(account):
    assert names(account, on=SINCE - timedelta(days=1)) == []


def test_sums_and_ledger_count_alike(account):
    assert counted_from_the_sums(on=MAY) == together_by_the_ledger(on=MAY)
    fold()
    assert together(on=MAY) == together_by_the_ledger(on=MAY)


def test_the_metric_has_the_same_classes(account, crm):
    rows = program().get("/api/v1/metrics/attach-rate/?on=2026-05-01").json()["rows"]
    metric = {row["to"]: row["affinity"] for row in rows if row["from"] == "crm"}
    found = next_products(account=account, on=MAY).suggestions[:3]

    assert metric == {each.candidate.name: each.candidate.affinity.value for each in found}


def test_the_answer_costs_the_same_whatever_the_portfolio(account):
    client, address = program("revops"), f"/api/v1/accounts/{account.code}/next-products/"

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as decision:
            next_products(account=account, on=MAY)
        with CaptureQueriesContext(connection) as answer:
            assert client.get(address, {"on": "2026-05-01"}).status_code == 200
        return len(decision), len(answer)

    cost()
    before = cost()
    for number in range(5):
        priced_in_own_release(tier(f"more-{number}"))
    assert cost() == before
    assert before[0] <= 15


def test_programs_ask_for_it(account):
    answer = program("revops").get(f"/api/v1/accounts/{account.code}/next-products/?on=2026-05-01")

    assert answer.status_code == 200, answer.content
    (first, *_) = answer.json()["results"]
    assert (first["product"], first["mrr"], first["currency"]) == ("desk", 2000, "USD")
    assert first["affinity"] == {
        "held": "crm",
        "affinity": "strong",
        "rate": 0.5,
        "holders": 10,
        "both": 5,
    }
    assert first["prices"][0]["amount"] == {"amount": "20.00", "currency": "USD"}
