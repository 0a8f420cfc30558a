"""What retention figures share: ratios of money over accounts, and what makes them doubtful."""

import numpy as np

from metrics.inputs.pairs import Pairs
from metrics.registry import Interval, Question, Warn
from metrics.statistics import FEW, around, bootstrap_ratio

CONCENTRATED = 0.2  # of the opening, in one account
NOT_CAUSE = "An association, not a cause: who takes more products may differ in other ways."


def nobody_paid(question: Question) -> Warn:
    return Warn("ZERO_DENOMINATOR", f"Nobody paid on the day before {question.start}.")


def kept(pairs: Pairs) -> np.ndarray:
    """What each account still pays of what it paid at the opening."""
    return np.minimum(pairs.opening, pairs.closing)


def ratio_interval(after: np.ndarray, before: np.ndarray, n: int, level: float) -> Interval | None:
    """Of a ratio of sums over accounts: by the delta method, where they are few by bootstrap.

    The residuals e = after - ratio x before add up to nought; the standard error of the ratio is
    sd(e) / (sqrt(n) x mean of before).
    """
    if n < 2:
        return None
    if n < FEW:
        paying = before > 0
        return bootstrap_ratio(after[paying], before[paying], level)
    ratio = after.sum() / before.sum()
    return around(float(ratio), ratio_error(after, before, n), level, "delta")


def ratio_error(after: np.ndarray, before: np.ndarray, n: int) -> float:
    total = before.sum()
    ratio = after.sum() / total
    squares = after @ after - 2 * ratio * (after @ before) + ratio**2 * (before @ before)
    return float((max(squares, 0.0) * n / (n - 1)) ** 0.5 / total)


def doubts(before: np.ndarray, n: int) -> list[Warn]:
    """What to know of a ratio of money: few accounts, or one that outweighs the rest."""
    warnings = []
    if n < FEW:
        warnings.append(Warn("UNSTABLE_INTERVAL", f"{n} customers are few."))
    share = float(before.max() / before.sum())
    if share > CONCENTRATED:
        detail = f"One customer brings {share:.0%} of the opening revenue."
        warnings.append(Warn("CONCENTRATION", detail))
    return warnings


def mean_interval(paid: np.ndarray, level: float) -> Interval | None:
    """Of a mean over accounts, by its standard error; where they are few, by bootstrap."""
    if len(paid) < 2:
        return None
    if len(paid) < FEW:
        return bootstrap_ratio(paid, np.ones(len(paid)), level)
    error = float(paid.std(ddof=1) / len(paid) ** 0.5)
    return around(float(paid.mean()), error, level, "normal")
