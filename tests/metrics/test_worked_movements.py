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
    assert (churn["value"], churn["numerator"], churn["denominator"]) == (0.25, 1, 4)
