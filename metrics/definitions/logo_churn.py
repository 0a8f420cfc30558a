"""How many customers left."""

import numpy as np

from metrics.inputs.pairs import PAIRS, Pairs
from metrics.lifetime import MONTH
from metrics.registry import Answer, Question, Unit, metric
from metrics.retention import nobody_paid
from metrics.statistics import wilson


@metric(
    unit=Unit.RATE,
    reads=PAIRS,
    chart="retention",
    formula="customers of the opening who pay nothing at the closing / customers of the opening",
)
def logo_churn(pairs: Pairs, question: Question) -> Answer:
    """Of the customers who paid on the day before the period, the share that pays nothing on its
    last day. Who left and came back inside the period has stayed. The monthly equivalent is
    the churn of a month that, repeated over the period, would have lost as many."""
    n = pairs.customers
    if not n:
        return Answer(None, 0, 0, 0, warnings=[nobody_paid(question)])
    lost = n - int(np.count_nonzero(pairs.closing))
    days = (question.end - question.start).days
    return Answer(
        lost / n,
        lost,
        n,
        n,
        wilson(lost, n, question.scope.level),
        members={"monthly_equivalent": 1 - (1 - lost / n) ** (MONTH / days)},
    )
