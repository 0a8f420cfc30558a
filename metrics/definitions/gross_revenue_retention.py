"""What is left of last year's revenue before any growth."""

import numpy as np

from metrics.inputs.kept import GRAINS, KEPT, Kept
from metrics.registry import Answer, Question, Unit, metric
from metrics.retention import doubts, nobody_paid, ratio_interval, retained


@metric(
    unit=Unit.RATIO,
    money=True,
    reads=KEPT,
    choices={"grain": GRAINS},
    chart="retention",
    formula="sum of the lower of opening and closing revenue, by customer / opening revenue",
)
def gross_revenue_retention(pairs: Kept, question: Question) -> Answer:
    """Of what customers paid on the day before the period, what is left on its last day if
    nobody's growth counts: the lower of the two, customer by customer. It compares the two ends
    of the period, so a dip between them does not show; movements tell of those. Never above 1,
    and never above net revenue retention. With grain=product it is the lower of the two for each
    product of each customer, which shows what cross-sell hides."""
    if question.scope.grain == "product":
        return _by_product(pairs, question)
    return retained(pairs, question, np.minimum)


def _by_product(pairs: Kept, question: Question) -> Answer:
    n, before = pairs.customers, pairs.opening
    if not n:
        return Answer(None, 0, 0, 0, warnings=[nobody_paid(question)])
    left = pairs.by_product
    interval = ratio_interval(left, before, n, question.scope.level)
    whole = round(left.sum()), round(before.sum())
    return Answer(float(left.sum() / before.sum()), *whole, n, interval, doubts(before, n))
