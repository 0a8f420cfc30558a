"""Movements and retention of the book whose figures were worked out by hand."""

import pytest

from tests.factories.books import bring
from tests.factories.figures import figure
from tests.metrics.test_worked_example import ACCOUNTS, ITEMS

pytestmark = pytest.mark.django_db
YEAR = {"start": "2025-01-01", "end": "2026-01-01"}


@pytest.fixture
def ask(api, tmp_path):
    bring(tmp_path, ACCOUNTS, ITEMS)
    return lambda code, **parameters: figure(api, code, **{**YEAR, **parameters})


def test_the_waterfall_of_2025(ask):
    answer = ask("mrr-movements")

    assert answer["rows"] == [
        {
            **YEAR,
            "opening": 80_000,
            "new": 10_000,
            "reactivation": 8_000,
            "expansion": 16_000,
            "contraction": 0,
            "churn": -40_000,
            "closing": 74_000,
            "reconciles": True,
        }
    ]
    parts = {name: cents for name, cents in answer["parts"].items() if cents}
    assert parts == {"cross_sell": 5_000, "tier_upsell": 6_000, "switch_net": 5_000}
    assert (answer["value"], answer["currency"]) == (-6_000, "USD")


def test_retention_of_2025(ask):
    net = ask("net-revenue-retention")
    gross = ask("gross-revenue-retention")
    churn = ask("logo-churn")

    assert (net["value"], net["numerator"], net["denominator"], net["n"]) == (
        0.725,
        58_000,
        80_000,
        4,
    )
    assert (gross["value"], gross["numerator"]) == (0.6, 48_000)
    assert (net["ndr_by_movements"], gross["grr_by_movements"]) == (0.625, 0.5)
    assert (churn["value"], churn["numerator"], churn["denominator"]) == (0.25, 1, 4)


def test_what_products_lost_by_themselves_in_2025(ask):
    """a3 gave MKT up for DATA, a4 left, a2 came back for less: 100 + 80 + 200 + 0 of 800."""
    gross = ask("gross-revenue-retention", grain="product", group_by="segment")

    assert (gross["value"], gross["numerator"], gross["denominator"]) == (0.475, 38_000, 80_000)
    assert sum(group["numerator"] for group in gross["groups"]) == 38_000
    assert ask("gross-revenue-retention", grain="account")["value"] == 0.6


def test_platform_retention_of_2025(ask):
    answer = ask("platform-retention")
    sides = {group["key"]["products_at_opening"]: group for group in answer["groups"]}

    assert sides["single"]["nrr"] == 1.15
    assert sides["multi"]["nrr"] == pytest.approx(350 / 600)
    assert answer["difference"]["value"] == pytest.approx(350 / 600 - 1.15)
    assert answer["value"] == pytest.approx(-0.566667, abs=1e-6)
    assert answer["moved_to_several"] == {"customers": 1, "opening": 10_000, "closing": 15_000}
    assert {warning["code"] for warning in answer["warnings"]} == {"UNSTABLE_INTERVAL"}


def test_upsells_of_2025(ask):
    conversion = ask("upsell-conversion")
    average = ask("average-upgrade-value")
    share = ask("upsell-acv-share")

    assert (conversion["numerator"], conversion["denominator"]) == (0, 4)
    assert (average["value"], average["median"], average["denominator"]) == (6_000, 6_000, 1)
    assert (share["numerator"], share["denominator"]) == (6_000 * 12, 26_000 * 12)


def test_expansion_of_2025(ask):
    answer = ask("expansion-mrr")

    assert answer["value"] == 16_000
    assert {name: cents for name, cents in answer["parts"].items() if cents} == {
        "cross_sell": 5_000,
        "tier_upsell": 6_000,
    }
    assert ask("expansion-mrr", motion="tier_upsell")["value"] == 6_000


def test_revenue_of_a_customer_at_the_end_of_2025(api, ask):
    answer = figure(api, "arpa", on="2025-12-31")

    assert (answer["value"], answer["median"], answer["n"]) == (18_500, 15_500, 4)


def test_cohorts_of_the_book(api, ask):
    answer = figure(api, "cohort-retention", on="2025-12-31")
    cells = {(row["cohort"], row["months"]): row for row in answer["rows"]}

    # a2 began on 2024-06-01: 100, nothing on its twelfth anniversary, 80 on the fifteenth
    assert [cells["2024-06", k]["mrr"] for k in (0, 11, 12, 14, 15)] == [
        10_000,
        10_000,
        0,
        0,
        8_000,
    ]
    # a4 left on 2025-03-15: its anniversary of 2025-03-01 is the last that it pays on
    assert [cells["2024-02", k]["mrr"] for k in (0, 13, 14)] == [30_000, 30_000, 0]
    assert max(months for cohort, months in cells if cohort == "2025-05") == 7
    # after twelve months: a1 100, a2 0, a3 300, a4 300, of 100 + 100 + 200 + 300
    assert (answer["numerator"], answer["denominator"], answer["n"]) == (70_000, 70_000, 4)
    assert answer["logo_retention"] == 0.75


def test_lifetime_value_of_2025(ask):
    answer = ask("lifetime-value", gross_margin="0.8")

    # 800 / 4 a month, three of four stay
    assert answer["value"] == pytest.approx(20_000 * 12 * 0.8 / 0.25)
    # nobody was followed for three years: the value by survival is not known
    assert answer["by_survival"] == {
        "months": 36, "value": None, "staying": None, "at_risk": 0, "customers": 5,
    }  # fmt: skip
    uplift = ask("lifetime-value-uplift")
    assert uplift["value"] is None  # nobody with one product left


@pytest.mark.parametrize(("by", "keys"), [("segment", 2), ("region", 2), ("cohort", 5)])
def test_slices_of_the_waterfall_add_up(ask, by, keys):
    answer = ask("mrr-movements", group_by=by)
    rows = [group["rows"][0] for group in answer["groups"]]

    assert len(rows) <= keys
    assert all(row["reconciles"] for row in rows)
    whole = answer["rows"][0]
    for name in ("opening", "new", "reactivation", "expansion", "contraction", "churn", "closing"):
        assert sum(row[name] for row in rows) == whole[name]


def test_the_value_by_survival_is_of_who_really_stayed(api, tmp_path):
    """Two begin, one leaves after a year and a day: thirteen months of both, 23 of one in two.

    The one that left before the opening counts: those of the opening alone have all survived.
    """
    accounts = "a smb emea 2020-01-01\nb smb emea 2020-01-01\nc ent emea 2023-12-01"
    items = "a CRM x 2020-01-01 - 10000\nb CRM x 2020-01-01 2021-01-01 7000"
    bring(tmp_path, accounts, f"{items}\nc CRM x 2024-02-01 - 500")
    year = {"start": "2024-01-01", "end": "2025-01-01"}
    answer = figure(api, "lifetime-value", **year, group_by="segment")

    found = answer["by_survival"]
    assert (found["customers"], found["at_risk"], found["staying"]) == (3, 1, 0.5)
    assert found["value"] == pytest.approx(10_000 * (13 + 23 * 0.5))
    (smb,) = [group for group in answer["groups"] if group["key"]["segment"] == "smb"]
    assert smb["by_survival"]["value"] == found["value"]
    discounted = figure(api, "lifetime-value", **year, segment="smb", discount_rate="0.1")
    assert discounted["by_survival"]["value"] == pytest.approx(
        sum(10_000 * (1 if m < 13 else 0.5) / 1.1 ** (m / 12) for m in range(36))
    )
