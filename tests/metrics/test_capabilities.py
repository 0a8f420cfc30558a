"""The figures that the capabilities name, each by its number."""

from datetime import date

import pytest

from portfolio.models import Benchmark
from tests.factories.books import bring
from tests.factories.figures import figure

pytestmark = pytest.mark.django_db
YEAR = {"start": "2025-01-01", "end": "2026-01-01"}
ON = {"on": "2024-12-31"}


def accounts(names: list[str], segment: str) -> list[str]:
    return [f"{name} {segment} emea 2024-01-01" for name in names]


@pytest.fixture
def growth(tmp_path):
    """400 customers pay 100,000 at the opening; 15,000 grows, 3,000 shrinks, 4,000 leaves."""
    names = [f"n{number:03}" for number in range(400)]
    rows = []
    for place, name in enumerate(names):
        start, end, more = "2024-01-01", "-", []
        if place < 30:
            end, more = "2025-03-01", [f"{name} CRM pro 2025-03-01 - 40000"]
        elif place < 72:
            more = [f"{name} MKT base 2025-04-01 - 25000"]
        elif place < 92:
            end, more = "2025-05-01", [f"{name} CRM lite 2025-05-01 - 10000"]
        elif place < 108:
            end = "2025-06-01"
        rows += [f"{name} CRM base {start} {end} 25000", *more]
    bring(tmp_path, "\n".join(accounts(names, "smb")), "\n".join(rows))


def test_s109_s110_s111_s112_s113_s114_growth_of_a_year(api, growth):
    def ask(code, **more):
        return figure(api, code, **YEAR, **more)

    expansion = ask("expansion-mrr")
    assert expansion["value"] == 1_500_000  # S109: 15,000.00, new and returned customers apart
    assert ask("expansion-mrr", motion="tier_upsell")["value"] == 450_000
    net = ask("net-revenue-retention")  # S110: (100,000 + 15,000 - 3,000 - 4,000) / 100,000
    assert (net["value"], net["denominator"]) == (1.08, 10_000_000)
    assert ask("gross-revenue-retention")["value"] == 0.93
    upsell = ask("upsell-conversion")  # S111: 30 / 400
    assert (upsell["value"], upsell["numerator"], upsell["denominator"]) == (0.075, 30, 400)
    average = ask("average-upgrade-value")  # S112: 4,500 / 30
    assert (average["value"], average["numerator"], average["denominator"]) == (15_000, 450_000, 30)
    day = {"on": "2025-12-31"}  # S113, S114: from 2024-01-01, 30 of 400 after 425 days
    assert figure(api, "time-to-upsell", **day)["events"] == 30
    assert figure(api, "time-to-upsell", **day)["value"] is None
    assert figure(api, "time-to-upsell", **day)["curve"][0]["days"] == 425
    assert figure(api, "time-to-expansion", **day)["events"] == 72
    churn = ask("logo-churn")  # S107
    assert (churn["value"], churn["numerator"]) == (0.04, 16)
    # nobody paid before the book began: null with a reason, never 0 %
    before = figure(api, "net-revenue-retention", start="2023-01-01", end="2024-01-01")
    assert (before["value"], before["warnings"][0]["code"]) == (None, "ZERO_DENOMINATOR")


def test_s111_and_s113_a_customer_counts_once_by_the_first_upgrade(api, tmp_path):
    """Of four customers a upgrades after 30 days and again, b after 90; e joins and upgrades."""
    items = """
        a CRM base 2025-01-01 2025-01-31 100
        a CRM pro 2025-01-31 2025-06-01 200
        a CRM top 2025-06-01 - 500
        b CRM base 2025-01-01 2025-04-01 100
        b CRM pro 2025-04-01 - 300
        c CRM base 2025-01-01 - 100
        d CRM base 2025-01-01 2025-09-01 100
        e CRM base 2025-02-01 2025-03-01 100
        e CRM pro 2025-03-01 - 900
    """
    bring(tmp_path, items=items, create_accounts=True)
    since = {"start": "2025-01-02", "end": "2026-01-02"}

    found = figure(api, "upsell-conversion", **since)
    assert (found["numerator"], found["denominator"]) == (2, 4)
    average = figure(api, "average-upgrade-value", **since)
    assert (average["numerator"], average["denominator"]) == (100 + 300 + 200 + 800, 4)
    # S113 of those who began in January: half have upgraded after 90 days; within the first year
    # all wait 30 days, three of four 60 more, and half of them the other 275
    waited = figure(api, "time-to-upsell", on="2026-01-02", cohort="2025-01")
    assert [waited[name] for name in ("value", "n", "events", "censored")] == [90, 4, 2, 2]
    assert waited["quantiles"] == {"0.25": 30, "0.5": 90}
    assert waited["restricted_mean"] == {"days": 365, "value": 30 + 0.75 * 60 + 0.5 * 275}


@pytest.fixture
def holders(tmp_path):
    """Three segments: five customers with 1, 1, 2, 3 and 5 products; 50 holders; 100 holders."""
    codes, rows = "ABCDE", []
    few = [f"f{n}" for n in range(5)]
    for name, count in zip(few, (1, 1, 2, 3, 5), strict=True):
        rows += [f"{name} {code} x 2024-01-01 - 1000" for code in codes[:count]]
    for segment, size, both in (("strong", 50, 20), ("weak", 100, 5)):
        for place in range(size):
            rows += [f"{segment}{place} A x 2024-01-01 - 1000"]
            rows += [f"{segment}{place} B x 2024-01-01 - 1000"] if place < both else []
    people = accounts(few, "few")
    for segment, size in (("strong", 50), ("weak", 100)):
        people += accounts([f"{segment}{place}" for place in range(size)], segment)
    bring(tmp_path, "\n".join(people), "\n".join(rows))


def test_s11_s101_s102_s103_what_customers_hold(api, holders):
    held = figure(api, "products-per-customer", segment="few", **ON)  # S101
    assert (held["median"], held["value"]) == (2, 2.4)
    mix = figure(api, "multi-product-revenue-mix", segment="few", **ON)  # S102: 10 of 12
    assert (mix["numerator"], mix["denominator"]) == (10_000, 12_000)
    assert mix["value"] == pytest.approx(10 / 12)
    for segment, rate, affinity in (("strong", 0.4, "strong"), ("weak", 0.05, "weak")):  # S103
        rows = figure(api, "attach-rate", segment=segment, **ON)["rows"]
        (row,) = [row for row in rows if row["from"] == "A"]
        assert (row["rate"], row["affinity"]) == (rate, affinity)
        assert row["low"] < rate < row["high"]


@pytest.fixture
def sides(tmp_path):
    """Ten with one product, of which two leave; ten with two, of which one leaves."""
    rows, people = [], []
    for kind, codes, gone in (("one", "A", 2), ("two", "AB", 1)):
        names = [f"{kind}{n}" for n in range(10)]
        people += accounts(names, "smb")
        for place, name in enumerate(names):
            end = "2025-07-01" if place < gone else "-"
            rows += [f"{name} {code} x 2024-01-01 {end} 1000" for code in codes]
    bring(tmp_path, "\n".join(people), "\n".join(rows))


def test_s104_s106_s107_s119_customers_of_several_products(api, sides):
    answer = figure(api, "platform-retention", **YEAR)
    found = {group["key"]["products_at_opening"]: group for group in answer["groups"]}
    assert answer["value"] == pytest.approx(0.1)  # S104: 0.9 less 0.8, a fraction for ten points
    churn = {name: group["logo_churn"] for name, group in found.items()}
    assert churn == {"single": pytest.approx(0.2), "multi": pytest.approx(0.1)}  # S107
    # S106: of all, and among customers of one age; here all are as old
    assert "not a cause" in answer["note"]
    assert answer["churn"]["retention_ratio"] == pytest.approx(0.9 / 0.8)
    (aged,) = [check for check in answer["simpson"] if check["by"] == "age"]
    assert aged["mantel_haenszel"] == pytest.approx(0.1 - 0.2)
    uplift = figure(api, "lifetime-value-uplift", **YEAR)
    assert uplift["value"] == pytest.approx((2_000 / 0.1) / (1_000 / 0.2) - 1)
    # S119: ARPU is revenue over accounts, LTV that times margin over churn; null where none left
    assert figure(api, "arpa", **ON)["value"] == 30_000 / 20
    value = figure(api, "lifetime-value", **YEAR, gross_margin="0.8")
    assert value["value"] == pytest.approx(1_500 * 12 * 0.8 / (3 / 20))
    later = figure(api, "lifetime-value", start="2025-08-01", end="2026-01-01")
    assert (later["value"], later["warnings"][-1]["code"]) == (None, "ZERO_DENOMINATOR")


def test_s117_every_figure_is_sliced_and_parts_are_the_whole(api, growth):
    for code in ("net-revenue-retention", "logo-churn", "upsell-conversion", "arpa"):
        asked = ON if code == "arpa" else YEAR
        for by in ("segment", "cohort", "region"):
            answer = figure(api, code, **asked, group_by=by)
            for name in ("numerator", "denominator", "n"):
                assert sum(group[name] for group in answer["groups"]) == answer[name]


def test_s108_s120_published_figures_are_rows_with_their_source(api):
    known = {row.key: row for row in Benchmark.objects.known(on=date(2026, 11, 1))}

    assert known["net-revenue-retention"].low * 100 == 120
    assert known["upsell-acv-share"].high * 100 == 16 or known["upsell-acv-share"].low * 100 == 16
    bands = {
        key: (float(known[key].low), float(known[key].high))
        for key in ("upsell-conversion-freemium", "upsell-conversion-trial")
    }
    assert bands == {
        "upsell-conversion-freemium": (0.08, 0.2),
        "upsell-conversion-trial": (0.03, 0.1),
    }
    assert all(row.source for row in known.values())
    catalog = api.get("/api/v1/metrics/").json()["results"]
    with_benchmark = {entry["code"] for entry in catalog if entry["benchmark"]}
    assert {"net-revenue-retention", "platform-retention", "upsell-acv-share"} <= with_benchmark
