"""Which of two products customers take first."""

from itertools import combinations

import numpy as np

from metrics.inputs.adoption import ADOPTION, Lags, Order
from metrics.registry import Answer, Question, Unit, Warn, metric
from metrics.statistics import sign_test, wilson_bounds


@metric(
    unit=Unit.RATE,
    reads=ADOPTION,
    chart="order",
    formula="customers who took A before B / customers who took A and B on different days",
)
def adoption_order(order: Order, question: Question) -> Answer:
    """For every two products, by the day on which each customer first paid for them: who took
    which first, how many both on one day, the median number of days between them, negative
    where the second tends to come first, and the p-value of the sign test that both orders are
    equally frequent. Ties are left out of the share; adding a product again is no second first.
    The headline is the share of customers and pairs that keep to the more frequent order: a
    half where order means nothing, one where it is always the same."""
    codes, wanted = order.catalog.products, question.scope.product
    found = [
        (codes[one], codes[other], order.lags(one, other))
        for one, other in combinations(order.products, 2)
        if wanted in (None, codes[one], codes[other])
    ]
    found = [(one, other, lags) for one, other, lags in found if lags.customers]
    usual = sum(max(lags.before, lags.after) for _, _, lags in found)
    apart = sum(lags.before + lags.after for _, _, lags in found)
    warnings = []
    if not apart:
        detail = "No customer took two products on different days."
        warnings.append(Warn("ZERO_DENOMINATOR", detail))
    return Answer(
        usual / apart if apart else None,
        usual,
        apart,
        order.customers,
        warnings=warnings,
        rows=_rows(found, question.scope.level),
    )


def _rows(found: list[tuple[str, str, Lags]], level: float) -> list[dict]:
    """One for each pair that somebody has."""
    if not found:
        return []
    before = np.array([lags.before for _, _, lags in found])
    apart = before + np.array([lags.after for _, _, lags in found])
    low, high = wilson_bounds(before, np.maximum(apart, 1), level)
    p_values = sign_test(before, apart)
    return [
        {
            "first": one,
            "second": other,
            "before": lags.before,
            "after": lags.after,
            "same_day": lags.same_day,
            "share_before": int(before[at]) / int(apart[at]) if apart[at] else None,
            "low": float(low[at]) if apart[at] else None,
            "high": float(high[at]) if apart[at] else None,
            "median_lag": lags.median(),
            "p_value": float(p_values[at]) if apart[at] else None,
        }
        for at, (one, other, lags) in enumerate(found)
    ]
