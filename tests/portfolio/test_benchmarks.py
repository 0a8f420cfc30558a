"""S120, S130: published figures are rows with a source and a date, and stand beside metrics."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portfolio.benchmarks import band
from portfolio.models import Benchmark, BenchmarkUnit, Motion
from tests.factories import BenchmarkFactory

pytestmark = pytest.mark.django_db

PUBLISHED = {
    "motion-tier_upsell": "15–25 %",
    "motion-feature_upsell": "8–15 %",
    "motion-capacity_upsell": "20–30 %",
    "motion-adjacent_cross_sell": "10–18 %",
    "motion-complementary_cross_sell": "12–20 %",
    "motion-platform_cross_sell": "5–12 %",
    "expansion-attempts-failed": "80 %",
    "multi-product-revenue-mix": "50–70 %",
    "platform-retention": "20–40 points",
    "retention-multiple": "2–3 times",
    "lifetime-value-uplift": "40–50 %",
    "logo-churn-single": "5–7 %",
    "logo-churn-multi": "1–3 %",
    "net-revenue-retention": "above 120 %",
    "upsell-acv-share": "16 %",
    "upsell-conversion-freemium": "8–20 %",
    "upsell-conversion-trial": "3–10 %",
    "bundle-discount": "15–30 %",
}


def said(row: Benchmark) -> str:
    return band(row).replace("\N{NO-BREAK SPACE}", " ")


def test_s130_every_published_figure_is_a_row_with_source_and_date():
    rows = {row.key: row for row in Benchmark.objects.all()}

    assert {key: said(row) for key, row in rows.items()} == PUBLISHED
    assert all(row.source and row.published_on for row in rows.values())


def test_every_motion_has_a_band():
    keys = set(Benchmark.objects.values_list("key", flat=True))

    assert {f"motion-{motion.value}" for motion in Motion} <= keys


@pytest.mark.parametrize(
    ("motion", "low", "high"),
    [
        (Motion.TIER_UPSELL, "0.15", "0.25"),
        (Motion.FEATURE_UPSELL, "0.08", "0.15"),
        (Motion.CAPACITY_UPSELL, "0.20", "0.30"),
        (Motion.ADJACENT_CROSS_SELL, "0.10", "0.18"),
        (Motion.COMPLEMENTARY_CROSS_SELL, "0.12", "0.20"),
        (Motion.PLATFORM_CROSS_SELL, "0.05", "0.12"),
    ],
)
def test_s65_to_s70_a_motion_has_its_band_with_a_basis_and_may_be_edited(api, motion, low, high):
    row = Benchmark.objects.get(key=f"motion-{motion.value}")
    assert (row.low, row.high, row.unit) == (Decimal(low), Decimal(high), BenchmarkUnit.SHARE)
    assert row.basis

    address = f"/api/v1/benchmarks/{row.pk}/"
    version = api.get(address).headers["ETag"]
    edited = api.patch(
        address,
        {"high": "0.5"},
        content_type="application/json",
        headers={"If-Match": version},
    )
    assert (edited.status_code, edited.json()["high"]) == (200, "0.5"), edited.json()


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"low": "0.3", "high": "0.2"}, "The low end cannot be above the high one."),
        ({"low": None, "high": None}, "Give the low end, the high end, or both."),
        ({"key": "net-revenue-retention", "published_on": date(2026, 11, 22)}, "of that day"),
    ],
)
def test_a_figure_that_says_nothing_is_refused(facts, sentence):
    with pytest.raises(ValidationError, match=sentence):
        BenchmarkFactory.build(**facts).full_clean()


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"low": Decimal("0.5"), "high": None}, "above 50 %"),
        ({"low": None, "high": Decimal("0.125")}, "below 12.5 %"),
        ({"low": Decimal(2), "high": Decimal(3), "unit": BenchmarkUnit.MULTIPLE}, "2–3 times"),
        (
            {"low": Decimal("1000"), "high": None, "unit": BenchmarkUnit.MULTIPLE},
            "above 1000 times",
        ),
    ],
)
def test_figures_are_said_as_people_say_them(facts, text):
    assert said(BenchmarkFactory.build(**facts)) == text


def test_the_figure_that_was_known_on_a_day():
    for year in (2020, 2022, 2024):
        BenchmarkFactory(key="k", published_on=date(year, 1, 1))

    def known(*day) -> int:
        return Benchmark.objects.known(on=date(*day)).get(key="k").published_on.year

    assert [known(2019, 1, 1), known(2021, 1, 1), known(2022, 1, 1), known(2030, 1, 1)] == [
        2020,
        2020,
        2022,
        2024,
    ]


def test_s102_and_s130_the_catalog_of_metrics_tells_the_figure_to_compare_with(api):
    def benchmark(code: str) -> dict | None:
        rows = api.get("/api/v1/metrics/").json()["results"]
        return next(row["benchmark"] for row in rows if row["code"] == code)

    told = benchmark("multi-product-revenue-mix")

    assert (told["low"], told["high"], told["unit"]) == ("0.5", "0.7", "share")
    assert told["published_on"] == "2026-11-22"
    assert benchmark("attach-rate") is None
    BenchmarkFactory(key="attach-rate", low="0.4", high=None)
    assert benchmark("attach-rate")["high"] is None


def test_s130_benchmarks_are_edited_over_rest(api):
    made = api.post(
        "/api/v1/benchmarks/",
        {
            "key": "attach-rate",
            "name": "Attach",
            "low": "0.25",
            "high": "0.2",
            "unit": "share",
            "source": "A study",
            "published_on": "2026-01-01",
        },
        content_type="application/json",
    )
    assert (made.status_code, made.json()["errors"][0]["path"]) == (400, "")
    assert "cannot be above" in made.json()["detail"]
    found = api.get("/api/v1/benchmarks/?key=motion-tier_upsell&on=2026-12-01").json()["results"]
    assert [(row["low"], row["high"]) for row in found] == [("0.15", "0.25")]
