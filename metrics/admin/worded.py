"""Figures as the pages of metrics say them."""

from config.admin.formatting import NOTHING, number, percent
from metrics.charts.wording import RATES, said
from metrics.registry import Metric
from portfolio.models.benchmark import BenchmarkUnit

# Columns whose unit is not that of the metric.
MONEY = {
    "opening", "closing", "new", "reactivation", "expansion", "contraction", "churn", "fx", "mrr",
    "median", "trimmed_mean", "arpa", "of_36_months", "mean_value",
}  # fmt: skip
SHARES = {
    "rate", "base_rate", "revenue_retention", "logo_retention", "monthly_equivalent",
    "yearly_retention", "nrr", "grr", "logo_churn", "gross_margin", "discount_rate", "of_opening",
    "won_of_all", "band_low", "band_high", "win_rate", "win_rate_low", "win_rate_high",
    "ndr_by_movements", "grr_by_movements", "nrr_low", "nrr_high", "new_logo_share", "weight_share",
    "distance", "load_share",
    "share", "share_before", "by_90", "by_180", "by_365", "by_730", "within_365",
}  # fmt: skip
COUNTS = {
    "n",
    "holders",
    "both",
    "customers",
    "staying",
    "months",
    "lost",
    "products",
    "median_lag",
}
OF_UNIT = {"value", "low", "high"}


def amounts_of(metric: Metric) -> set[str]:
    """Which of numerator and denominator are money: of a ratio of money both."""
    if not metric.money:
        return set()
    return {"numerator", "denominator"} if metric.unit in RATES else {"numerator"}


def worded(name: str, value: object, unit: str, currency: str) -> str:
    """A cell of the table; the key of the whole, beside its groups, is empty."""
    if value is None:
        return NOTHING
    if value == "":
        return "all"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _numbered(name, value, unit, currency)
    return str(value)


def _numbered(name: str, value: float, unit: str, currency: str) -> str:
    # Of times, what has bounds is the share by so many days.
    if name in SHARES or (unit == "days" and name in ("low", "high")):
        return percent(value, 1)
    if name in MONEY and currency:
        return said(value, "money", currency)
    if name in OF_UNIT:
        return said(value, unit, currency)
    return number(value, 0 if name in COUNTS or isinstance(value, int) else 3)


def figure_words(answer: dict) -> str:
    return said(answer["value"], answer["unit"], answer.get("currency", ""))


def interval_words(answer: dict) -> str:
    """The interval of the headline figure, with how sure it is and how it was found."""
    interval = answer["interval"]
    if not interval:
        return ""
    unit, currency = answer["unit"], answer.get("currency", "")
    low, high = (said(interval[end], unit, currency) for end in ("low", "high"))
    return f"{percent(interval['level'])} interval {low} to {high} ({interval['method']})"


def benchmark_words(row) -> str:
    """A published band: from 15 % to 25 %, at least, at most."""
    digits = 2 if row.unit == BenchmarkUnit.MULTIPLE else 0
    low, high = (
        None if end is None else percent(float(end), digits) if not digits else number(end, digits)
        for end in (row.low, row.high)
    )
    if low and high:
        return low if low == high else f"{low} to {high}"
    return f"at least {low}" if low else f"at most {high}"
