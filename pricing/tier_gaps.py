"""Whether neighbouring tiers differ enough, and whether what is worth most is kept for the top."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from portfolio.models import Threshold
from pricing.comparison import Change, Comparison, Row
from pricing.grants import measure
from pricing.models import Feature, Plan, ValueType
from pricing.plan_prices import Prices, price_ratio
from pricing.remarks import Remark

# Rows of thresholds that say from which figure on something is worth a remark; where somebody
# has taken a row away, nothing is remarked on.
FEATURES, HIGH, LOW = "tier-gap-features", "value-rating-high", "value-rating-low"


@dataclass(frozen=True)
class Step:
    """From one tier to the next: what gets better, and how much more of it there is."""

    lower: Plan
    upper: Plan
    improved: list[Feature]
    limits: list[Change]
    price_ratio: Decimal | None
    remarks: list[Remark] = field(default_factory=list)


@dataclass(frozen=True)
class Review:
    """The steps between the tiers of a product, and remarks on what its features are worth."""

    steps: list[Step]
    remarks: list[Remark]

    @property
    def all_remarks(self) -> list[Remark]:
        return [remark for step in self.steps for remark in step.remarks] + self.remarks


def review(*, comparison: Comparison, on: date, prices: Prices | None = None) -> Review:
    """Judge a comparison of tiers, with the thresholds of the day: one query.

    Of neighbours: fewer improved features than the threshold, and limits that grow less than the
    price, as far as `prices` are given. Of the whole: features of high value that the lowest
    tier gives in full, and features of low value that set the highest tier apart.
    """
    return judge(comparison, prices or {}, thresholds_on(on))


def thresholds_on(on: date) -> dict[str, Decimal]:
    """The figures from which something is worth a remark, on the day: one query."""
    return Threshold.objects.values_on(on)


def judge(comparison: Comparison, prices: Prices, thresholds: dict[str, Decimal]) -> Review:
    """Judge a comparison by these thresholds and prices, without a query."""
    steps = [
        _step(comparison, place, prices, thresholds) for place in range(1, len(comparison.tiers))
    ]
    return Review(steps, _of_value(comparison, thresholds) if steps else [])


def _step(
    comparison: Comparison, place: int, prices: Prices, thresholds: dict[str, Decimal]
) -> Step:
    lower, upper = comparison.tiers[place - 1].plan, comparison.tiers[place].plan
    changes = [Change(row.feature, *row.cells[place - 1 : place + 1]) for row in comparison.rows]
    step = Step(
        lower,
        upper,
        [change.feature for change in changes if change.is_gain],
        [c for c in changes if c.feature.value_type == ValueType.QUANTITY and (c.old or c.new)],
        price_ratio(prices.get(lower.code), prices.get(upper.code)),
    )
    if (fewest := thresholds.get(FEATURES)) is not None and len(step.improved) < fewest:
        step.remarks.append(_too_similar(step, fewest))
    step.remarks.extend(
        _grows_less(step, change)
        for change in step.limits
        if step.price_ratio and change.ratio is not None and change.ratio < step.price_ratio
    )
    return step


def _too_similar(step: Step, fewest: Decimal) -> Remark:
    better = len(step.improved)
    sentence = (
        f"{step.upper} is better than {step.lower} in {better} "
        f"{'feature' if better == 1 else 'features'} only; customers see a difference from "
        f"{fewest.normalize():f} on."
    )
    return Remark("tiers_too_similar", sentence, (step.lower, step.upper))


def _grows_less(step: Step, change: Change) -> Remark:
    sentence = (
        f"{change.feature} grows less than the price from {step.lower} to {step.upper}: "
        f"×{change.ratio:.2f} against ×{step.price_ratio:.2f}."
    )
    plans = (step.lower, step.upper)
    return Remark("limit_grows_less_than_price", sentence, plans, change.feature)


def _of_value(comparison: Comparison, thresholds: dict[str, Decimal]) -> list[Remark]:
    high, low = thresholds.get(HIGH), thresholds.get(LOW)
    lowest, highest = comparison.tiers[0].plan, comparison.tiers[-1].plan
    remarks = []
    for row in comparison.rows:
        rating = row.feature.value_rating
        if rating is None:
            continue
        if high is not None and rating >= high and _given_away(row):
            sentence = (
                f"{row.feature} is worth {rating} of 5, and {lowest} gives as much of it as "
                f"{highest}."
            )
            remarks.append(
                Remark("high_value_in_lowest_tier", sentence, (lowest, highest), row.feature)
            )
        if low is not None and rating <= low and _gates_the_top(row):
            sentence = (
                f"{row.feature} is worth {rating} of 5, and only {highest} has it: few will pay "
                "for that."
            )
            remarks.append(Remark("low_value_gates_top_tier", sentence, (highest,), row.feature))
    return remarks


def _given_away(row: Row) -> bool:
    return measure(row.cells[0]) > 0 and measure(row.cells[0]) >= measure(row.cells[-1])


def _gates_the_top(row: Row) -> bool:
    return measure(row.cells[-1]) > 0 and not any(measure(cell) for cell in row.cells[:-1])
