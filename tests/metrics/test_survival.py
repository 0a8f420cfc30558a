"""The product limit against figures that others have published, and against plain counting."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.folding import fold
from metrics.survival import NOBODY, Curve, Waits
from tests.factories import LineFactory
from tests.factories.books import bring
from tests.factories.figures import facts, figure
from tests.metrics.test_worked_example import ACCOUNTS, ITEMS

DAY = timedelta(days=1)
TIMES = ("time-to-second-product", "time-to-expansion", "time-to-upsell")


def waits(events, censored) -> Waits:
    return Waits.of(np.array(events, dtype=int), np.array(censored, dtype=int))


def test_freireich_of_1963():
    """Remission of 21 patients with 6-MP, in weeks."""
    found = waits([6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])
    curve = Curve(found, 0.95)

    assert curve.days.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    expected = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert curve.survival == pytest.approx(expected, abs=5e-4)
    assert (curve.quantile(0.5), curve.quantile(0.6)) == (23, None)
    # the curve is told to the day on which ten are still at risk
    assert [point["days"] for point in curve.points()] == [6, 7, 10, 13, 16]
    # survival's survfit(conf.type = "log-log") at 10 weeks
    at = curve.reached(10)
    assert (1 - at["high"], 1 - at["low"]) == pytest.approx((0.503, 0.889), abs=5e-4)


def test_nobody_has_no_share():
    curve = Curve(NOBODY, 0.95)

    assert (curve.quantile(0.5), curve.restricted_mean(365), curve.points()) == (None, None, [])
    assert curve.reached(30) == {"days": 30, "share": None, "low": None, "high": None, "at_risk": 0}


counts = st.lists(st.integers(1, 12), max_size=12)


@settings(max_examples=60, deadline=None)
@given(counts, counts, counts)
def test_the_product_limit_is_what_walking_through_the_days_gives(events, censored, more):
    curve = Curve(waits(events, censored), 0.95)
    everybody = events + censored
    left, area = 1.0, 0.0
    for day in range(1, 14):
        area += left
        risk = sum(time >= day for time in everybody)
        if risk:
            left *= 1 - events.count(day) / risk
        known = left < 1e-9 or risk > 0
        assert curve.reached(day)["at_risk"] == risk
        share = curve.reached(day)["share"]
        assert share == (pytest.approx(1 - left, abs=1e-9) if known else None)
        if share is not None:
            assert curve.restricted_mean(day) == pytest.approx(area)
    both = waits(events, censored) + waits(more, [])
    assert both.at_risk.tolist() == waits(events + more, censored).at_risk.tolist()
    # twice as many of the same are the same, and surer
    twice = Curve(waits(events * 2, censored * 2), 0.95)
    assert twice.survival == pytest.approx(curve.survival)
    inside = (curve.survival > 0) & (curve.survival < 1)
    assert (twice.low[inside] > curve.low[inside]).all()
    assert (twice.high[inside] < curve.high[inside]).all()


@pytest.mark.django_db
@pytest.mark.parametrize("folded", [False, True])
def test_s105_the_worked_example_of_time_to_the_second_product(api, tmp_path, folded):
    bring(tmp_path, ACCOUNTS, ITEMS)
    if folded:
        fold()
    answer = figure(api, "time-to-second-product", on="2025-12-31")

    named = ("value", "n", "immediate", "events", "censored")
    assert [answer[name] for name in named] == [396, 5, 1, 2, 2]
    assert answer["quantiles"] == {"0.25": 182, "0.5": 396}
    shares = {row["days"]: (row["share"], row["at_risk"]) for row in answer["reached_by"]}
    assert shares == {30: (0, 4), 90: (0, 4), 180: (0, 4), 365: (0.25, 2), 730: (None, 0)}
    assert answer["restricted_mean"] == {"days": 365, "value": 182 + 0.75 * 183}
    # a day earlier the second of them has not bought yet: nobody can say when half will have
    before = figure(api, "time-to-second-product", on="2025-03-31")
    assert (before["value"], before["events"]) == (None, 1)
    assert [warning["code"] for warning in before["warnings"]] == ["NOT_REACHED"]
    # a1 and a3 by cross-sell, a6 by its tier; nobody else came to pay more
    expansion = figure(api, "time-to-expansion", on="2025-12-31")
    assert (expansion["events"], expansion["n"], expansion["immediate"]) == (3, 5, 0)
    upsell = figure(api, "time-to-upsell", on="2025-12-31")
    assert (upsell["events"], upsell["censored"]) == (1, 4)
    assert figure(api, "time-to-upsell", on="2025-12-31", motion="capacity_upsell")["events"] == 0


@pytest.mark.django_db
def test_slices_are_those_of_the_first_paid_day(api, tmp_path):
    bring(tmp_path, ACCOUNTS, ITEMS)
    asked = {"on": "2025-12-31"}
    answer = figure(api, "time-to-second-product", group_by="segment", **asked)
    groups = {group["key"]["segment"]: group for group in answer["groups"]}

    for name in ("n", "immediate", "events", "censored"):
        assert sum(group[name] for group in groups.values()) == answer[name]
    for segment, group in groups.items():
        alone = figure(api, "time-to-second-product", segment=segment, **asked)
        assert {name: alone[name] for name in group if name != "key"} == {
            name: value for name, value in group.items() if name != "key"
        }
    assert figure(api, "time-to-second-product", cohort="2024-03", **asked)["n"] == 1
    assert figure(api, "time-to-second-product", product="CRM", **asked)["n"] == 5


SECOND = {
    "switch": ("a A 2024-01-01 2024-03-01, a B 2024-03-01 -", None),
    "back within 180 days": ("a A 2024-01-01 2024-03-01, a B 2024-03-01 -, a A 2024-08-27 -", None),
    "back after 181 days": ("a A 2024-01-01 2024-03-01, a B 2024-03-01 -, a A 2024-08-29 -", 241),
    "a third after that": (
        "a A 2024-01-01 2024-03-01, a B 2024-03-01 -, a A 2024-04-01 -, a C 2024-05-01 -",
        121,
    ),
    "returning with more": ("a A 2024-01-01 2024-03-01, a A 2024-06-01 -, a B 2024-06-01 -", 152),
    "both at once": ("a A 2024-01-01 -, a B 2024-01-01 -", 0),
    "after both at once": ("a A 2024-01-01 2024-02-01, a B 2024-01-01 -, a C 2024-09-01 -", 0),
    "one twice": ("a A 2024-01-01 -, a A 2024-02-01 -", None),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", SECOND)
def test_s105_what_a_second_product_is(api, tmp_path, case):
    rows, days = SECOND[case]
    items = []
    for row in rows.split(", "):
        account, product, start, end = row.split()
        items.append(f"{account} {product} base {start} {end} 100")
    bring(tmp_path, items="\n".join(items), create_accounts=True)
    answer = figure(api, "time-to-second-product", on="2025-12-31")

    assert answer["immediate"] == (1 if days == 0 else 0)
    assert answer["value"] == (days or None)


@pytest.mark.django_db
@pytest.mark.parametrize("code", TIMES)
def test_nobody_is_null_with_a_reason(api, code):
    answer = figure(api, code, on="2025-12-31")

    assert (answer["value"], answer["n"], answer["quantiles"]) == (
        None,
        0,
        {"0.25": None, "0.5": None},
    )
    assert [warning["code"] for warning in answer["warnings"]] == ["ZERO_DENOMINATOR"]


@pytest.mark.django_db
def test_what_comes_after_the_fold_counts(api):
    line = LineFactory(starts_on=date(2024, 1, 1))
    other = LineFactory(starts_on=date(2024, 1, 1))
    fold()
    before = figure(api, TIMES[0], on="2025-12-31")
    account = line.subscription.account
    LineFactory(subscription=line.subscription, account=account, starts_on=date(2024, 1, 31))
    after = figure(api, TIMES[0], on="2025-12-31")

    assert (before["events"], before["n"], after["events"], after["n"]) == (0, 2, 1, 2)
    assert after["quantiles"]["0.5"] == 30
    assert other.pk
    fold()
    assert facts(figure(api, TIMES[0], on="2025-12-31")) == facts(after)
