"""Figures that others have published of movements, and what is known of retention."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from accounts.subscriptions import end_line
from metrics.definitions.mrr_movements import quick_ratio
from metrics.folding import fold
from metrics.lifetime import Terms, years
from metrics.retention import added_up, ratio_interval
from metrics.statistics import newcombe
from metrics.strata import Arm, stratified
from tests.factories import AccountFactory, ChargeFactory, LineFactory, SubscriptionFactory
from tests.factories.books import bring
from tests.factories.figures import facts, figure

pytestmark = pytest.mark.django_db


def rows_of(api, **period) -> dict:
    return figure(api, "mrr-movements", **period)["rows"][0]


def test_chartmogul_gold_and_silver(api, tmp_path):
    """Four Gold yearly for 2,000; two Silver for 60 from March to May; three Gold after that."""
    bring(
        tmp_path,
        items="""
        a gold base 2024-01-10 2025-01-10 16667
        a silver base 2024-03-01 2024-05-15 6000
        a gold base 2025-03-01 - 15000
        """,
        create_accounts=True,
    )
    expected = {
        ("2024-01-01", "2024-02-01"): {"new": 16_667},
        ("2024-03-01", "2024-04-01"): {"expansion": 6_000},
        ("2024-05-01", "2024-06-01"): {"contraction": -6_000},
        ("2025-01-10", "2025-01-11"): {"churn": -16_667},
        ("2025-03-01", "2025-04-01"): {"reactivation": 15_000},
    }
    for (start, end), moved in expected.items():
        row = rows_of(api, start=start, end=end)
        kinds = ("new", "reactivation", "expansion", "contraction", "churn")
        assert {kind: row[kind] for kind in kinds if row[kind]} == moved


def test_chartmogul_logo_churn_leaves_out_who_joined_in_the_month(api, tmp_path):
    held = [f"c{n} crm base 2024-01-01 {'2024-06-10' if n < 10 else '-'} 100" for n in range(100)]
    joined = "late crm base 2024-06-02 2024-06-20 100"
    bring(tmp_path, items="\n".join([*held, joined]), create_accounts=True)
    answer = figure(api, "logo-churn", start="2024-06-01", end="2024-07-01")

    assert (answer["numerator"], answer["denominator"], answer["value"]) == (10, 100, 0.1)


@pytest.mark.parametrize(
    ("amount", "interval", "customers", "cents"),
    [
        (600, "year", 1, 5_000),
        (120, "year", 1, 1_000),
        (108, "year", 1, 900),
        (10, "month", 10, 10_000),
    ],
)
def test_yearly_prices_count_a_twelfth(api, amount, interval, customers, cents):
    """Stripe: 600 a year is 50; Baremetrics: ten at 10, 120 a year is 10; ProfitWell: with 10 %
    off it is 9."""
    charge = ChargeFactory()
    for _ in range(customers):
        subscription = SubscriptionFactory(account=AccountFactory())
        LineFactory(
            subscription=subscription, charge=charge, amount=amount, interval=interval,
            starts_on=date(2025, 1, 1),
        )  # fmt: skip

    assert figure(api, "arpa", on="2025-01-01")["numerator"] == cents


def test_quick_ratio():
    moved = {"new": 20, "expansion": 8, "churn": -5, "contraction": -3}

    assert quick_ratio(moved) == 3.5
    assert quick_ratio({**moved, "churn": 0, "contraction": 0}) is None


def test_charig_is_a_full_reversal():
    strata = {
        "small": (Arm(81, 87), Arm(234, 270)),
        "large": (Arm(192, 263), Arm(55, 80)),
    }
    found = stratified("size", strata)

    assert found.pooled == pytest.approx(273 / 350 - 289 / 350)
    assert found.mantel_haenszel > 0
    assert (found.is_reversed, found.is_fully_reversed) == (True, True)


def test_one_stratum_alone_is_no_full_reversal():
    strata = {"a": (Arm(50, 100), Arm(10, 10)), "b": (Arm(90, 100), Arm(0, 0))}
    found = stratified("size", strata)

    assert (found.left_out, found.is_fully_reversed) == (["b"], False)
    assert stratified("size", {"a": (Arm(1, 2), Arm(0, 0))}) is None


def test_the_interval_of_a_difference_of_rates():
    interval = newcombe((56, 70), (48, 80), 0.95)

    assert (interval.low, interval.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_the_value_of_a_customer():
    assert Terms(0.8, 0, 1).value(100, 0.9) == pytest.approx(9_600)
    assert Terms(1, 0, 1).value(100, 1) is None
    assert Terms(1, 0.1, 1).value(100, 1) == pytest.approx(100 * 12 * 1.1 / 0.1)
    # half a year with 0.9 is a year with 0.81
    assert Terms(1, 0, 0.5).value(100, 0.9) == pytest.approx(100 * 12 / 0.19)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2024-01-01", "2025-01-01", 1),
        ("2025-03-30", "2025-06-30", 0.25),
        ("2025-01-01", "2025-01-11", 10 / 365),
    ],
)
def test_years_of_a_period(start, end, expected):
    assert years(date.fromisoformat(start), date.fromisoformat(end)) == pytest.approx(expected)


def test_the_interval_of_a_ratio_is_of_its_residuals():
    rng = np.random.default_rng(3)
    before, after = rng.lognormal(3, 1, 200), rng.lognormal(3, 1, 200)
    ratio = after.sum() / before.sum()
    residuals = after - ratio * before
    error = residuals.std(ddof=1) / (200**0.5 * before.mean())

    assert added_up([(before, after, 1)]).error(200) == pytest.approx(error)
    assert ratio_interval(after, before, 200, 0.95).high == pytest.approx(ratio + 1.959964 * error)
    # doubled, it is narrower by about the root of two; money in other units changes nothing
    twice = added_up([(np.tile(before, 2), np.tile(after, 2), 1)]).error(400)
    assert twice == pytest.approx(error / 2**0.5, rel=0.01)
    assert added_up([(before * 7, after * 7, 1)]).error(200) == pytest.approx(error)


def test_one_large_customer_is_warned_of(api, tmp_path):
    few = "\n".join(f"c{n} crm base 2024-01-01 - 100" for n in range(60))
    bring(tmp_path, items=f"{few}\nbig crm base 2024-01-01 - 9000", create_accounts=True)
    answer = figure(api, "net-revenue-retention", start="2025-01-01", end="2025-02-01")

    assert [warning["code"] for warning in answer["warnings"]] == ["CONCENTRATION"]
    assert answer["interval"]["method"] == "delta"


@pytest.mark.parametrize("folded", [False, True])
def test_a_figure_as_it_was_known_then(api, folded):
    """A correction made later, of days long ago, does not change what was reported."""
    account, charge = AccountFactory(), ChargeFactory()
    subscription = SubscriptionFactory(account=account)
    line = LineFactory(subscription=subscription, charge=charge, starts_on=date(2024, 1, 1))
    codes = ("mrr-movements", "net-revenue-retention", "arpa", "products-per-customer")
    asked = {"on": "2025-06-30"}
    before = {code: figure(api, code, **asked) for code in codes}
    if folded:
        fold()
    end_line(line=line, on=date(2025, 3, 1))

    for code, known in before.items():
        position = known["as_of_position"]
        again = figure(api, code, **asked, known_at=position)
        assert facts(again) == facts(known)
        assert facts(figure(api, code, **asked)) != facts(known)
    now = figure(api, "arpa", **asked, known_at="2999-01-01T00:00:00Z")
    assert (now["value"], now["n"]) == (None, 0)


def test_a_plan_filters_by_what_is_paid_for_at_the_opening(api, tmp_path):
    bring(
        tmp_path,
        items="""
        a crm base 2024-01-01 2025-02-01 100
        a crm pro 2025-02-01 - 300
        b crm pro 2024-01-01 - 300
        c crm pro 2025-03-01 - 300
        """,
        create_accounts=True,
    )
    plan = api.get("/api/v1/plans/").json()["results"]
    pro = next(row["code"] for row in plan if row["code"].endswith("pro"))
    period = {"start": "2025-01-01", "end": "2025-07-01"}
    row = figure(api, "mrr-movements", plan=pro, **period)["rows"][0]

    assert (row["opening"], row["new"], row["expansion"], row["closing"]) == (300, 300, 0, 600)
    assert figure(api, "net-revenue-retention", plan=pro, **period)["n"] == 1


def test_a_period_that_goes_on_is_not_complete(api):
    LineFactory(subscription=SubscriptionFactory(), starts_on=date(2024, 1, 1))
    answer = figure(api, "net-revenue-retention", start="2026-01-01", end="2035-01-01")

    assert "INCOMPLETE_PERIOD" in [warning["code"] for warning in answer["warnings"]]


def test_margin_and_discount_are_fractions(api):
    answer = api.get("/api/v1/metrics/lifetime-value/", {"gross_margin": "1.2"})

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "gross_margin")
    echoed = figure(api, "lifetime-value", gross_margin="0.8")["parameters"]
    assert Decimal(echoed["gross_margin"]) == Decimal("0.8")
