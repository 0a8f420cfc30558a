"""How sure a figure is: thin over statsmodels, which is loaded when first needed."""

from collections.abc import Callable
from functools import cache

import numpy as np

from metrics.registry import Interval


@cache
def _proportion_confint() -> Callable:
    # Loading takes a second; commands that measure nothing do not pay for it.
    from statsmodels.stats.proportion import proportion_confint  # noqa: PLC0415

    return proportion_confint


def wilson_bounds(
    hits: np.ndarray, trials: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Wilson score intervals of rates, for many at once; trials are above 0 (Wilson 1927)."""
    return _proportion_confint()(hits, trials, alpha=1 - level, method="wilson")


def wilson(hits: int, trials: int, level: float) -> Interval | None:
    """The Wilson score interval of a rate; None where there is nothing to divide by."""
    if not trials:
        return None
    low, high = wilson_bounds(np.array([hits]), np.array([trials]), level)
    return Interval("wilson", level, float(low[0]), float(high[0]))


@cache
def _normal_quantile(level: float) -> float:
    from scipy.stats import norm  # noqa: PLC0415  (see above)

    return float(norm.ppf((1 + level) / 2))


def around(value: float, error: float, level: float, method: str) -> Interval:
    """The symmetric interval of an estimate with a standard error."""
    reach = _normal_quantile(level) * error
    return Interval(method, level, value - reach, value + reach)


def bootstrap_share(
    money: np.ndarray, counted: np.ndarray, level: float, seed: int = 20_251
) -> Interval:
    """Percentile bootstrap over accounts of the share of money that the counted ones bring.

    2,000 resamples; the seed is fixed, so that the same question has the same answer.
    """
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(money), size=(2_000, len(money)))
    totals = money[drawn].sum(axis=1)
    shares = (money * counted)[drawn].sum(axis=1)[totals > 0] / totals[totals > 0]
    low, high = np.quantile(shares, [(1 - level) / 2, (1 + level) / 2])
    return Interval("bootstrap", level, float(low), float(high))
