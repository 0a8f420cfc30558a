"""What counts as held: paid, activated, entitled, over gaps, and from one bundle."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.subscriptions import end_line
from portfolio.models import Product
from tests.accounts.priced import a_bundle, a_charge, sell
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    FeatureFactory,
    LineFactory,
    SubscriptionFactory,
    TrialFactory,
    UsageDayFactory,
    owned_by,
)
from tests.factories.books import bring
from tests.factories.figures import facts, figure
from tests.factories.people import of_role, program_of
from tests.metrics.test_worked_example import ACCOUNTS, ITEMS

pytestmark = pytest.mark.django_db
ON = date(2025, 6, 30)
HELD = ("products-per-customer", "multi-product-revenue-mix", "attach-rate", "portfolio-coherence")


@pytest.fixture
def shop():
    """Three products; one account pays for a and holds b free, another pays for a and tries c."""
    charges = {code: ChargeFactory(plan__product__code=code) for code in "abc"}
    one, other = AccountFactory(), AccountFactory()
    for account in (one, other):
        LineFactory(subscription=SubscriptionFactory(account=account), charge=charges["a"])
    LineFactory(subscription=SubscriptionFactory(account=one), charge=charges["b"], amount=0)
    features = {p.code: FeatureFactory(product=p) for p in Product.objects.all()}
    TrialFactory(account=other, feature=features["c"], ends_on=date(2025, 7, 1))
    UsageDayFactory(account=one, feature=features["a"], day=date(2025, 5, 31))
    UsageDayFactory(account=one, feature=features["b"], day=date(2025, 6, 1), value=0)
    UsageDayFactory(account=other, feature=features["c"], day=date(2025, 6, 1))
    return one, other


def distribution(client, **asked) -> dict[int, int]:
    answer = figure(client, "products-per-customer", **{"on": ON, **asked})
    return {row["products"]: row["customers"] for row in answer["distribution"]}


def test_entitlement_is_not_adoption(api, shop):
    assert distribution(api) == distribution(api, basis="paid") == {1: 2}
    assert distribution(api, basis="entitled") == {2: 2}
    # used 30 days ago is just too long ago; used for nothing is not used; what is tried counts
    assert distribution(api, basis="activated") == {1: 1}
    assert distribution(api, basis="activated", on="2025-06-29") == {1: 2}
    assert distribution(api, basis="entitled", on="2025-07-01") == {1: 1, 2: 1}  # the trial is over
    rows = figure(api, "attach-rate", on=ON, basis="entitled")["rows"]
    assert {(r["from"], r["to"]): (r["both"], r["holders"]) for r in rows if r["both"]} == {
        ("a", "b"): (1, 2), ("b", "a"): (1, 1), ("a", "c"): (1, 2), ("c", "a"): (1, 1),
    }  # fmt: skip
    mix = figure(api, "multi-product-revenue-mix", on=ON, basis="entitled")
    assert (mix["value"], mix["denominator"]) == (1, 20_000)


def test_what_is_used_counts_at_once_and_only_for_who_sees_it(api, shop):
    one, _ = shop
    feature = FeatureFactory(product=Product.objects.get(code="b"))
    UsageDayFactory(account=one, feature=feature, day=ON)
    seller = of_role("sales")
    owned_by(seller, account=one)

    assert distribution(api, basis="activated") == {1: 2}
    assert distribution(program_of(seller), basis="entitled") == {2: 1}


def test_a_product_that_restarts_soon_has_never_stopped(api, tmp_path):
    items = "a CRM x 2025-01-01 2025-06-01 500\na CRM x 2025-07-01 - 800\na MKT x 2025-01-01 - 100"
    bring(tmp_path, "a smb emea 2025-01-01", items)

    assert distribution(api, on="2025-06-15") == {1: 1}
    assert distribution(api, on="2025-06-15", gap_days=29) == {1: 1}
    assert distribution(api, on="2025-06-15", gap_days=30) == {2: 1}
    mix = figure(api, "multi-product-revenue-mix", on="2025-06-15", gap_days=30)
    assert (mix["value"], mix["denominator"]) == (1, 600)  # at what it brought before
    assert distribution(api, on="2025-07-01", gap_days=30) == {2: 1}


@pytest.mark.parametrize("by", [None, "segment", "currency"])
def test_a_gap_of_nothing_and_the_basis_of_payment_change_nothing(api, tmp_path, by):
    """The lines say what the ledger says: two ways to the same figures."""
    bring(tmp_path, ACCOUNTS, ITEMS)
    asked = {"start": "2025-03-01", "end": "2026-01-01", "interval": "month"}
    asked |= {"group_by": by} if by else {}
    for code in HELD:
        plain, by_lines = figure(api, code, **asked), figure(api, code, **asked, gap_days=1)
        for answer in (plain, by_lines):
            answer["series"] = [facts(month) for month in answer["series"]]
        assert facts(by_lines) == facts(plain), code


def test_pairs_that_came_out_of_one_bundle_are_counted_apart(api):
    parts = [a_charge(amount) for amount in (99, 79)]
    sell(a_bundle(150, *parts))
    (line,) = sell(parts[0])
    sell(parts[1], subscription=line.subscription)
    gone = sell(a_bundle(150, *parts))
    end_line(line=gone[0], on=date(2025, 6, 30))
    rows = figure(api, "attach-rate", on=ON)["rows"]

    assert [(row["both"], row["from_one_bundle"]) for row in rows] == [(2, 1), (2, 1)]

    # a series asks once for all its months and groups; what restarts soon never left its bundle
    for part in parts:
        sell(part, subscription=gone[0].subscription, on=date(2025, 7, 15))
    asked = {"start": "2025-05-01", "end": "2025-08-01", "interval": "month", "group_by": "segment"}
    with CaptureQueriesContext(connection) as queries:
        series = figure(api, "attach-rate", **asked)["series"]
    assert sum("bundle_plan_id" in query["sql"] for query in queries) == 1
    bridged = figure(api, "attach-rate", **asked, gap_days=15)
    counted = [
        [month["rows"][0]["from_one_bundle"] for month in months]
        for months in (series, bridged["series"])
    ]
    assert counted == [[2, 1, 1], [2, 2, 1]]
    assert bridged["groups"][0]["rows"][0]["from_one_bundle"] == 1
