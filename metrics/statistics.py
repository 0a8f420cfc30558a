"""How sure a figure is: thin over statsmodels, which is loaded when first needed."""

from collections.abc import Callable
from functools import cache

import numpy as np

from metrics.registry import Interval

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


def resampled(n: int) -> np.ndarray:
    """Places of accounts drawn with replacement, a row for each resample; always the same ones."""
    return np.random.default_rng(SEED).integers(0, n, size=(RESAMPLES, n))


def between(figures: np.ndarray, level: float) -> Interval | None:
    """The percentile interval of a figure over its resamples; None without any."""
    known = figures[np.isfinite(figures)]
    if not known.size:
        return None
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval("bootstrap", level, float(low), float(high))


def bootstrap_ratio(after: np.ndarray, before: np.ndarray, level: float) -> Interval:
    """Percentile bootstrap over accounts of a ratio of sums; what is below is above 0.

    The seed is fixed, so that the same question has the same answer.
    """
    drawn = resampled(len(before))
    return between(after[drawn].sum(axis=1) / before[drawn].sum(axis=1), level)


TAU = 0.05  # how far rates are expected to lie apart, for tests that may be looked at every day


def odds_of_a_difference(
    hits: tuple[np.ndarray, np.ndarray], trials: tuple[np.ndarray, np.ndarray], tau: float = TAU
) -> np.ndarray:
    """The mixture likelihood ratio of two rates, look by look (Johari and others 2015).

    Of a difference that is normal around nought with standard deviation `tau`, against none;
    nought where an arm has nobody yet, or nothing varies.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        first, second = (k / n for k, n in zip(hits, trials, strict=True))
        variance = first * (1 - first) / trials[0] + second * (1 - second) / trials[1]
        wide = variance + tau**2
        exponent = (first - second) ** 2 * tau**2 / (2 * variance * wide)
        odds = np.sqrt(variance / wide) * np.exp(np.minimum(exponent, 700.0))
    return np.where(np.isfinite(odds), odds, 0.0)


def always_valid_p(
    hits: tuple[np.ndarray, np.ndarray], trials: tuple[np.ndarray, np.ndarray], tau: float = TAU
) -> float:
    """A p that stays valid however often it is looked at: the least 1 / odds of all looks."""
    best = float(odds_of_a_difference(hits, trials, tau).max(initial=0.0))
    return 1 / best if best > 1 else 1.0


def sample_ratio_p(counts: list[int], weights: list[int]) -> float | None:
    """Chi-square p that arms have as many as their weights say; None where that says nothing."""
    from scipy.stats import chisquare  # noqa: PLC0415  (see above)

    arms = [(count, weight) for count, weight in zip(counts, weights, strict=True) if weight]
    total = sum(count for count, _ in arms)
    if len(arms) < 2 or not total:
        return None
    whole = sum(weight for _, weight in arms)
    expected = [total * weight / whole for _, weight in arms]
    return float(chisquare([count for count, _ in arms], expected).pvalue)
