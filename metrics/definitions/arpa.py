"""What a customer pays."""

import numpy as np

from metrics.inputs.pairs import PAYING, Pairs
from metrics.registry import Answer, Question, Unit, Warn, metric
from metrics.retention import added_up, doubts, mean_interval


@metric(
    unit=Unit.MONEY,
    money=True,
    reads=PAYING,
    parameters=("rates",),
    chart="money",
    formula="monthly recurring revenue / customers who pay",
)
def arpa(pairs: Pairs, question: Question) -> Answer:
    """Monthly recurring revenue of a paying customer on the day, on average. A few large
    customers lift the mean, so the median stands beside it. With rates, those of the day count."""
    paid = pairs.opening[pairs.paying]
    n = len(paid)
    if not n:
        warning = Warn("ZERO_DENOMINATOR", "Nobody pays on this day.")
        return Answer(None, 0, 0, 0, warnings=[warning], members={"median": None})
    total = added_up(pairs.blocks())
    return Answer(
        total.before / n,
        total.whole[1],
        n,
        n,
        mean_interval(paid, question.scope.level),
        doubts(paid, n),
        {"median": float(np.median(paid))},
    )
