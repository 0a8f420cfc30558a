"""A small book with gaps, worked out by hand: what restarts within g days never stopped."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.ledger import recording
from accounts.models import Account, LedgerHead
from accounts.profiles import classify
from metrics.folding import fold
from metrics.registry import metrics
from portfolio.models import Product, Segment
from pricing.models import Charge, Plan
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    LineFactory,
    PlanFactory,
    PortfolioFactory,
    ProductFactory,
    SegmentFactory,
    SubscriptionFactory,
    owned_by,
)
from tests.factories.figures import facts, figure
from tests.factories.people import of_role, program_of

pytestmark = pytest.mark.django_db
WHERE = {"a": "smb", "b": "ent", "c": "smb"}
# One product of a restarts after 30 days, dearer and on another tier; all that b has after 26, for
# less. Only if a never stopped did anybody ever hold CRM, MKT and DATA together.
LINES = (
    ("a", "CRM-base", "2025-01-01", "2025-06-01", 500),
    ("a", "MKT-base", "2025-01-01", None, 100),
    ("a", "DATA-base", "2025-06-10", "2025-06-20", 50),
    ("b", "CRM-base", "2025-01-01", "2025-05-15", 300),
    ("c", "CRM-base", "2025-01-01", None, 70),
)
RESTARTS = (
    ("a", "CRM-pro", "2025-07-01", None, 800),
    ("b", "CRM-base", "2025-06-10", None, 250),
)
SUMMER = {"start": "2025-06-01", "end": "2025-08-01"}
LATE = {"start": "2025-06-15", "end": "2025-08-01"}


def hold(code: str, plan: str, starts_on: str, ends_on: str | None, amount: int) -> None:
    charge = Charge.objects.filter(plan__code=plan).first() or ChargeFactory(
        plan__code=plan,
        plan__product=Product.objects.filter(code=plan.split("-", maxsplit=1)[0]).first()
        or ProductFactory(code=plan.split("-", maxsplit=1)[0]),
        plan__rank=1 + Plan.objects.count(),
    )
    LineFactory(
        subscription=SubscriptionFactory(account=Account.objects.get(code=code)),
        charge=charge,
        starts_on=date.fromisoformat(starts_on),
        ends_on=ends_on and date.fromisoformat(ends_on),
        amount=amount,
    )


@pytest.fixture
def before_restarts():
    """The position of the ledger before anybody knew of restarts."""
    segments = {code: SegmentFactory(code=code) for code in ("smb", "ent")}
    with recording():
        for code, segment in WHERE.items():
            account = AccountFactory(code=code)
            classify(
                account=account, starts_on=date(2025, 1, 1), segment=segments[segment], region=None
            )
        for line in LINES:
            hold(*line)
    position = LedgerHead.objects.get().position
    for line in RESTARTS:
        hold(*line)
    return position


def waterfall(answer: dict) -> list[int]:
    (row,) = answer["rows"]
    assert row["reconciles"]
    kinds = ("opening", "new", "reactivation", "expansion", "contraction", "churn", "closing")
    return [row[kind] for kind in kinds]


@pytest.mark.parametrize("folded", [True, False])
def test_churn_and_reactivation_in_a_gap_vanish(api, before_restarts, folded):
    if folded:
        fold()
    plain = [67_000, 0, 25_000, 85_000, -55_000, 0, 122_000]
    carried = [97_000, 0, 0, 35_000, -10_000, 0, 122_000]
    for gap_days, expected in ((None, plain), (25, plain), (30, carried)):
        asked = SUMMER | ({"gap_days": gap_days} if gap_days else {})
        answer = figure(api, "mrr-movements", **asked)
        assert waterfall(answer) == expected
    parts = {name: cents for name, cents in answer["parts"].items() if cents}
    assert parts == {
        "cross_sell": 5_000, "tier_upsell": 30_000, "product_drop": -5_000, "downsell": -5_000,
    }  # fmt: skip
    # only b's gap is as short as 26 days
    some = figure(api, "mrr-movements", **SUMMER, gap_days=26)
    assert waterfall(some) == [97_000, 0, 0, 85_000, -60_000, 0, 122_000]
    assert figure(api, "expansion-mrr", **SUMMER, gap_days=30)["value"] == 35_000
    assert figure(api, "average-upgrade-value", **SUMMER, gap_days=30)["value"] == 30_000
    assert figure(api, "upsell-acv-share", **SUMMER, gap_days=30)["value"] == 30 / 35


def test_who_is_in_a_gap_at_the_opening_is_of_the_opening(api, before_restarts):
    """At the opening b is between two lines; at that of June 15, a is."""
    asked = SUMMER | {"gap_days": 30}
    net, gross = (figure(api, f"{kind}-revenue-retention", **asked) for kind in ("net", "gross"))
    assert (net["numerator"], net["denominator"], net["n"]) == (122_000, 97_000, 3)
    assert gross["numerator"] == 60_000 + 25_000 + 7_000
    by_product = figure(api, "gross-revenue-retention", **asked, grain="product")
    assert by_product["numerator"] == 92_000
    churn = {"start": "2025-05-01", "end": "2025-06-01"}
    assert figure(api, "logo-churn", **churn)["numerator"] == 1
    assert figure(api, "logo-churn", **churn, gap_days=30)["numerator"] == 0
    assert figure(api, "upsell-conversion", **asked)["numerator"] == 1
    sides = figure(api, "platform-retention", **LATE, gap_days=30)["groups"]
    assert [side["n"] for side in sides] == [1, 2]


def test_slices_count_what_is_carried(api, before_restarts):
    """Also a set of products that nobody ever had, but for the gap."""
    by_product = figure(api, "net-revenue-retention", **LATE, gap_days=30, group_by="product")
    opening = {group["key"]["product"]: group["denominator"] for group in by_product["groups"]}
    assert opening == {"CRM": 65_000 + 25_000 + 7_000, "MKT": 65_000, "DATA": 65_000}
    on_plan = figure(api, "logo-churn", **LATE, gap_days=30, plan="CRM-base")
    assert on_plan["n"] == 3
    assert figure(api, "logo-churn", **LATE, plan="CRM-base")["n"] == 2
    parts = figure(api, "mrr-movements", **SUMMER, gap_days=30, group_by="segment")
    assert {group["key"]["segment"]: waterfall(group) for group in parts["groups"]} == {
        "smb": [67_000, 0, 0, 35_000, -5_000, 0, 97_000],
        "ent": [30_000, 0, 0, 0, -5_000, 0, 25_000],
    }


def test_waits_see_two_products_and_more_money_across_a_gap(api, before_restarts):
    hold("b", "OPS-base", "2025-05-20", "2025-06-02", 1)
    asked = {"on": "2025-07-31"}
    for code, plain, carried in (("second-product", 0, 1), ("expansion", 1, 2), ("upsell", 0, 1)):
        found = figure(api, f"time-to-{code}", **asked)
        assert found["events"] == plain, code
        found = figure(api, f"time-to-{code}", **asked, gap_days=30)
        assert (found["events"], found["n"]) == (carried, 3), code
    cohorts = figure(api, "cohort-retention", **asked, gap_days=30)
    paid = {row["months"]: row["mrr"] for row in cohorts["rows"]}
    assert (paid[5], paid[6]) == (60_000 + 30_100 + 7_000, 122_000)


def test_a_restart_that_nobody_knew_of_bridges_nothing(api, before_restarts):
    """And who belongs where is told as it was known, too."""
    ent = Segment.objects.get(code="ent")
    classify(
        account=Account.objects.get(code="a"), starts_on=date(2025, 5, 1), segment=ent, region=None
    )
    then = SUMMER | {"known_at": before_restarts}
    plain = figure(api, "mrr-movements", **then, group_by="segment")
    carried = figure(api, "mrr-movements", **then, gap_days=30, group_by="segment")
    assert facts(carried) == facts(plain)
    later = SUMMER | {"known_at": before_restarts + 2}
    carried = figure(api, "mrr-movements", **later, gap_days=30, group_by="segment")
    assert waterfall(carried) == [97_000, 0, 0, 35_000, -10_000, 0, 122_000]
    assert {group["key"]["segment"]: group["n"] for group in carried["groups"]} == {
        "smb": 2, "ent": 1,
    }  # fmt: skip
    now = figure(api, "mrr-movements", **SUMMER, gap_days=30, group_by="segment")
    assert {group["key"]["segment"]: group["n"] for group in now["groups"]} == {"smb": 1, "ent": 2}


def test_who_sees_some_accounts_has_their_gaps_alone(before_restarts):
    seller = of_role("sales")
    owned_by(seller, account=Account.objects.get(code="b"))
    answer = figure(program_of(seller), "mrr-movements", **SUMMER, gap_days=30)
    assert waterfall(answer) == [30_000, 0, 0, 0, -5_000, 0, 25_000]


def test_credits_are_bridged_as_one_more_product(api, before_restarts):
    """Two lots of credits side by side: while one goes on, the end of the other is no gap."""
    account = Account.objects.get(code="c")
    plan = PlanFactory(kind="credit_pack", product=None, portfolio=PortfolioFactory())
    charge = ChargeFactory(plan=plan)
    subscription = SubscriptionFactory(account=account)
    days = [(1, 10), (1, 15), (20, None)]
    for number, (start, end) in enumerate(days):
        LineFactory(
            subscription=subscription, charge=charge, product=None, instance=number,
            starts_on=date(2025, 6, start), ends_on=end and date(2025, 6, end), amount=10,
        )  # fmt: skip
    for day in ("2025-06-12", "2025-06-17"):
        mix = figure(api, "multi-product-revenue-mix", on=day, gap_days=5, segment="smb")
        paid = figure(api, "arpa", on=day, gap_days=5, segment="smb")
        assert mix["denominator"] == paid["numerator"] == 22_000 + 1_000, day
    assert figure(api, "arpa", on="2025-06-17", segment="smb")["numerator"] == 22_000


def test_without_gap_days_nothing_is_read_of_gaps(api, before_restarts):
    for code in ("mrr-movements", "net-revenue-retention", "time-to-expansion", "attach-rate"):
        with CaptureQueriesContext(connection) as plain:
            figure(api, code)
        assert not any("gap" in query["sql"] for query in plain.captured_queries), code


def test_gap_days_are_offered_where_they_matter():
    offered = {code for code, metric in metrics.items() if "gap_days" in metric.parameters}
    assert offered == {
        "arpa", "attach-rate", "average-upgrade-value", "cohort-retention", "expansion-mrr",
        "gross-revenue-retention", "lifetime-value", "lifetime-value-uplift", "logo-churn",
        "mrr-movements", "multi-product-revenue-mix", "net-revenue-retention", "owner-book",
        "platform-retention", "portfolio-coherence", "products-per-customer", "time-to-expansion",
        "time-to-second-product", "time-to-upsell", "upsell-acv-share", "upsell-conversion",
    }  # fmt: skip
