"""The figures that judgements start with, and what others have published; all editable."""

from datetime import date
from decimal import Decimal

from django.db.migrations import RunSQL

from portfolio.thresholds import thresholds

COLLECTED = date(2026, 11, 22)
SOURCE = (
    "Figure that circulates for B2B software companies with several products, as collected for "
    "Portico in November 2026; the first publication is not known."
)
SHARE, POINTS, MULTIPLE = "share", "points", "multiple"
# key, name, low, high, unit, basis
BENCHMARKS = [
    (
        "motion-tier_upsell",
        "Tier upsell converts",
        "0.15",
        "0.25",
        SHARE,
        "of offers, a year; where value is realised and needs grow",
    ),
    (
        "motion-feature_upsell",
        "Feature upsell converts",
        "0.08",
        "0.15",
        SHARE,
        "of offers; where a capability is missing",
    ),
    (
        "motion-capacity_upsell",
        "Capacity upsell converts",
        "0.20",
        "0.30",
        SHARE,
        "of offers; close to a limit",
    ),
    (
        "motion-adjacent_cross_sell",
        "Adjacent cross-sell converts",
        "0.10",
        "0.18",
        SHARE,
        "of offers; where the workflow rubs",
    ),
    (
        "motion-complementary_cross_sell",
        "Complementary cross-sell converts",
        "0.12",
        "0.20",
        SHARE,
        "of offers; with power users",
    ),
    (
        "motion-platform_cross_sell",
        "Platform cross-sell converts",
        "0.05",
        "0.12",
        SHARE,
        "of offers; with an initiative of the whole company",
    ),
    (
        "expansion-attempts-failed",
        "Upsell and cross-sell attempts that fail",
        "0.80",
        "0.80",
        SHARE,
        "of all attempts; mostly for bad timing and bad targeting",
    ),
    (
        "multi-product-revenue-mix",
        "Revenue from customers with several products",
        "0.50",
        "0.70",
        SHARE,
        "of recurring revenue, from customers with two or more products",
    ),
    (
        "platform-retention",
        "Platform net revenue retention above single-product",
        "0.20",
        "0.40",
        POINTS,
        "net revenue retention of customers with two or more products less that of others",
    ),
    (
        "retention-multiple",
        "Retention of customers with several products",
        "2",
        "3",
        MULTIPLE,
        "of that of customers with one product; an association, not a cause",
    ),
    (
        "lifetime-value-uplift",
        "Lifetime value of customers with several products",
        "0.40",
        "0.50",
        SHARE,
        "above that of customers with one product; an association, not a cause",
    ),
    (
        "logo-churn-single",
        "Customers with one product who leave",
        "0.05",
        "0.07",
        SHARE,
        "of customers, a year",
    ),
    (
        "logo-churn-multi",
        "Customers with several products who leave",
        "0.01",
        "0.03",
        SHARE,
        "of customers, a year",
    ),
    (
        "net-revenue-retention",
        "Net revenue retention",
        "1.20",
        None,
        SHARE,
        "of the opening revenue, a year",
    ),
    (
        "upsell-acv-share",
        "New annual contract value from upsell",
        "0.16",
        "0.16",
        SHARE,
        "of new annual contract value; what the average company has, not a target",
    ),
    (
        "upsell-conversion-freemium",
        "Upsell conversion from a free plan",
        "0.08",
        "0.20",
        SHARE,
        "of users of a free plan",
    ),
    (
        "upsell-conversion-trial",
        "Upsell conversion from a trial",
        "0.03",
        "0.10",
        SHARE,
        "of trials",
    ),
    (
        "bundle-discount",
        "Discount of a bundle",
        "0.15",
        "0.30",
        SHARE,
        "below the prices of its parts; up to 10 % is too small to be felt",
    ),
]

ADD = """
    INSERT INTO portfolio_benchmark (key, name, low, high, unit, basis, source, published_on)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""

THRESHOLDS = [
    thresholds(
        "Default of Portico: the usual rule of thumb for portfolios of B2B software.",
        {"attach-strong": "0.40", "attach-weak": "0.05"},
    ),
    thresholds(
        "Default of Portico: of pairs truly at 30 %, 16 % look strong with 30 holders, 23 % with 20.",
        {"minimum-support": "30"},
    ),
    thresholds(
        "Default of Portico: from here on, two products have more in common than not.",
        {"coherence-platform": "0.6"},
    ),
    thresholds(
        "Default of Portico: up to here, two products share little more than a vendor.",
        {"coherence-point-solutions": "0.3"},
    ),
    thresholds(
        "Default of Portico: with fewer than three in five seats in use, value is rarely realised.",
        {"sequence-min-adoption": "0.6"},
    ),
    thresholds(
        "Default of Portico; no publication says where little begins.",
        {"sunset-revenue-share": "0.02", "sunset-falling-months": "6"},
    ),
]


def published(key, name, low, high, unit, basis):
    """The statement that adds a benchmark."""
    limits = [Decimal(low), high and Decimal(high)]
    return ADD, [key, name, *limits, unit, basis, SOURCE, COLLECTED]


FIGURES = [*THRESHOLDS, RunSQL([published(*row) for row in BENCHMARKS], RunSQL.noop)]
