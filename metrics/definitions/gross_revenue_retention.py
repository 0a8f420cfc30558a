"""What is left of last year's revenue before any growth."""

import numpy as np

from metrics.inputs.pairs import PAIRS, Pairs
from metrics.registry import Answer, Question, Unit, metric
from metrics.retention import retained


@metric(
    unit=Unit.RATIO,
    money=True,
    reads=PAIRS,
    chart="retention",
    formula="sum of the lower of opening and closing revenue, by customer / opening revenue",
)
def gross_revenue_retention(pairs: Pairs, question: Question) -> Answer:
    """Of what customers paid on the day before the period, what is left on its last day if
    nobody's growth counts: the lower of the two, customer by customer. It compares the two ends
    of the period, so a dip between them does not show; movements tell of those. Never above 1,
    and never above net revenue retention."""
    return retained(pairs, question, np.minimum)
