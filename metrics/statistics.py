"""How sure a figure is: thin over statsmodels, which is loaded when first needed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, inf, sqrt

import numpy as np

from metrics.registry import Interval

LARGEST_EXPONENT = 700
FEW = 50  # below so many accounts, intervals of money are bootstrapped and called unstable


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


def newcombe(first: tuple[int, int], second: tuple[int, int], level: float) -> Interval:
    """Of the difference of two rates, first minus second, each (hits, trials) (Newcombe 1998)."""
    from statsmodels.stats.proportion import confint_proportions_2indep  # noqa: PLC0415

    low, high = confint_proportions_2indep(
        *first, *second, method="newcomb", compare="diff", alpha=1 - level
    )
    return Interval("newcombe", level, float(low), float(high))


def pooled_p(first: tuple[int, int], second: tuple[int, int]) -> float | None:
    """Two-sided p of the pooled z test that two rates are equal; None where it says nothing."""
    from statsmodels.stats.proportion import proportions_ztest  # noqa: PLC0415

    hits, trials = zip(first, second, strict=True)
    if sum(hits) in (0, sum(trials)):
        return None
    return float(proportions_ztest(hits, trials)[1])


@cache
def _normal_quantile(level: float) -> float:
    from scipy.stats import norm  # noqa: PLC0415  (see above)

    return float(norm.ppf((1 + level) / 2))


def around(value: float, error: float, level: float, method: str) -> Interval:
    """The symmetric interval of an estimate with a standard error."""
    reach = _normal_quantile(level) * error
    return Interval(method, level, value - reach, value + reach)


def reach(level: float) -> float:
    """How many standard errors an interval of the level reaches to either side."""
    return _normal_quantile(level)


SEED, RESAMPLES = 20_251, 2_000


def resampled(*columns: np.ndarray) -> list[np.ndarray]:
    """Of columns of accounts, each with the accounts drawn with replacement: resamples x accounts.

    The seed is fixed and accounts are drawn in the order of what the columns tell, so that the
    same accounts have the same resamples, from wherever and in whatever order they were read.
    """
    n, order = len(columns[0]), np.lexsort(columns)
    drawn = order[np.random.default_rng(SEED).integers(0, n, size=(RESAMPLES, n))]
    return [column[drawn] for column in columns]


def between(figures: np.ndarray, level: float) -> Interval | None:
    """The percentile interval of a figure over its resamples; None without any."""
    known = figures[np.isfinite(figures)]
    if not known.size:
        return None
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval("bootstrap", level, float(low), float(high))


def bootstrap_ratio(after: np.ndarray, before: np.ndarray, level: float) -> Interval:
    """Percentile bootstrap over accounts of a ratio of sums; what is below is above 0."""
    after, before = resampled(after, before)
    return between(after.sum(axis=1) / before.sum(axis=1), level)


def sign_test(hits: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """Two-sided p-values that hits and misses are equally frequent, for many at once."""
    from scipy.stats import binom  # noqa: PLC0415  (see above)

    fewer = np.minimum(hits, trials - hits)
    return np.minimum(1, 2 * binom.cdf(fewer, trials, 0.5))


def sample_ratio_p(counts: Sequence[int], weights: Sequence[float]) -> float | None:
    """The p-value that accounts were split by the weights; below 0.01 the split is not trusted.

    Chi-square; None where there is nothing to split or only one arm.
    """
    from scipy.stats import chisquare  # noqa: PLC0415  (see above)

    if not sum(counts) or len(counts) < 2:
        return None
    expected = np.array(weights, dtype=float) / sum(weights) * sum(counts)
    return float(chisquare(counts, expected).pvalue)


@dataclass(frozen=True)
class Look:
    """Hits and trials of two arms when somebody looked; later looks include the earlier ones."""

    first: tuple[int, int]
    second: tuple[int, int]


def likelihood_ratio(look: Look, tau: float) -> float | None:
    """For a difference of two rates against none, mixed over N(0, tau^2) (Johari et al. 2017).

    None where the variance is nought: it says nothing yet.
    """
    (k1, n1), (k2, n2) = look.first, look.second
    if not n1 or not n2:
        return None
    p1, p2 = k1 / n1, k2 / n2
    variance = p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
    if not variance:
        return None
    whole = variance + tau**2
    exponent = (p2 - p1) ** 2 * tau**2 / (2 * variance * whole)
    # What overflows a float is a certainty: its reciprocal is nought.
    return sqrt(variance / whole) * (exp(exponent) if exponent < LARGEST_EXPONENT else inf)


def always_valid_p(looks: Sequence[Look], tau: float) -> float:
    """The p-value that holds however often somebody looks: the least of 1 / L over the looks."""
    ratios = [likelihood_ratio(look, tau) for look in looks]
    return min([1.0, *(1 / ratio for ratio in ratios if ratio)])
