"""What retention figures share: ratios of money over accounts, and what makes them doubtful."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from metrics.exchange import whole
from metrics.inputs.pairs import Block, Pairs
from metrics.registry import Answer, Interval, Question, Warn
from metrics.statistics import FEW, around, bootstrap_ratio

CONCENTRATED = 0.2  # of the opening, in one account
NOT_CAUSE = "An association, not a cause: who takes more products may differ in other ways."


def nobody_paid(question: Question) -> Warn:
    return Warn("ZERO_DENOMINATOR", f"Nobody paid on the day before {question.start}.")


@dataclass(frozen=True)
class Money:
    """What accounts paid before and pay after, added up; all that a ratio and its error need."""

    n: int  # who paid before
    before: float
    after: float
    whole: tuple[int, int]  # after and before in minor units
    largest: float  # of what one paid before
    squares: tuple[float, float, float]  # after x after, after x before, before x before

    @property
    def ratio(self) -> float:
        return float(self.after / self.before)

    def error(self, n: int) -> float:
        """The standard error of the ratio, over so many accounts.

        The residuals e = after - ratio x before add up to nought; it is
        sd(e) / (sqrt(n) x mean of before).
        """
        ratio, (after, mixed, before) = self.ratio, self.squares
        squares = after - 2 * ratio * mixed + ratio**2 * before
        return float((max(squares, 0.0) * n / (n - 1)) ** 0.5 / self.before)


def added_up(blocks: Iterable[Block]) -> Money:
    """The sums of pairs of arrays: what accounts paid before, what they pay after, and the factor
    that converts both."""
    n, paid, left, squares, largest = 0, 0, 0, np.zeros(3), 0.0
    for before, after, factor in blocks:
        n += int(np.count_nonzero(before))
        paid += _worth(before, factor)
        left += _worth(after, factor)
        scale = float(factor)
        squares += np.array([after @ after, after @ before, before @ before]) * scale**2
        largest = max(largest, float(before.max(initial=0)) * scale)
    return Money(
        n, float(paid), float(left), (whole(left), whole(paid)), largest, tuple(squares.tolist())
    )


def _worth(amounts: np.ndarray, factor: Decimal | int) -> Decimal | float:
    """Amounts added up; where a factor converts them, which are whole then, exactly."""
    total = float(amounts.sum())
    return round(total) * factor if isinstance(factor, Decimal) else total


def retained(
    pairs: Pairs, question: Question, left: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> Answer:
    """The ratio of what is left to what was paid at the opening; `left` tells, from what
    accounts paid at the opening and pay at the closing, what of it counts."""
    blocks = ((each[0], left(*each[:2]), each[2]) for each in pairs.blocks())
    return ratio_of(blocks, lambda: (left(pairs.opening, pairs.closing), pairs.opening), question)


def net_by_movements(pairs: Pairs) -> float | None:
    """The opening and what these customers expanded, contracted and churned, over the opening: the
    closing without what came back, for all movements together make the closing of the opening."""
    opening, closing = _ends(pairs)
    return float((closing - pairs.moved(("reactivation",))) / opening) if opening else None


def gross_by_movements(pairs: Pairs) -> float | None:
    """The opening less what these customers contracted and churned, over the opening: every dip
    counts, also one that was made up for by the closing."""
    opening, _ = _ends(pairs)
    return float((opening + pairs.moved(("contraction", "churn"))) / opening) if opening else None


def _ends(pairs: Pairs) -> tuple[Decimal | float, Decimal | float]:
    opening = closing = 0
    for before, after, factor in pairs.blocks():
        opening += _worth(before, factor)
        closing += _worth(after, factor)
    return opening, closing


def ratio_of(blocks: Iterable[Block], few: Callable[[], tuple], question: Question) -> Answer:
    """The ratio of what is left to what was paid at the opening; `few` gives the two as arrays,
    where accounts are so few that they are drawn one by one."""
    money, level = added_up(blocks), question.scope.level
    if not money.n:
        return Answer(None, 0, 0, 0, warnings=[nobody_paid(question)])
    if money.n < FEW:
        interval = ratio_interval(*few(), money.n, level)
    else:
        interval = around(money.ratio, money.error(money.n), level, "delta")
    return Answer(
        money.ratio, *money.whole, money.n, interval, _doubts(money.n, money.largest / money.before)
    )


def ratio_interval(after: np.ndarray, before: np.ndarray, n: int, level: float) -> Interval | None:
    """Of a ratio of sums over accounts: by the delta method, where they are few by bootstrap."""
    if n < 2:
        return None
    if n < FEW:
        paying = before > 0
        return bootstrap_ratio(after[paying], before[paying], level)
    money = added_up([(before, after, 1)])
    return around(money.ratio, money.error(n), level, "delta")


def doubts(before: np.ndarray, n: int) -> list[Warn]:
    """What to know of a ratio of money: few accounts, or one that outweighs the rest."""
    return _doubts(n, float(before.max() / before.sum()))


def _doubts(n: int, largest_share: float) -> list[Warn]:
    warnings = []
    if n < FEW:
        warnings.append(Warn("UNSTABLE_INTERVAL", f"{n} customers are few."))
    if largest_share > CONCENTRATED:
        detail = f"One customer brings {largest_share:.0%} of the opening revenue."
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
