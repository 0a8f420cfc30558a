"""What is left of last year's revenue before any growth."""

import numpy as np

from metrics.inputs.kept import GRAINS, KEPT, Kept
from metrics.registry import Answer, Question, Unit, metric
from metrics.retention import ratio_of, retained


@metric(
    unit=Unit.RATIO,
    money=True,
    reads=KEPT,
    parameters=("rates",),
    choices={"grain": GRAINS},
    chart="retention",
    formula="sum of the lower of opening and closing revenue, by customer / opening revenue",
)
def gross_revenue_retention(pairs: Kept, question: Question) -> Answer:
    """Of what customers paid on the day before the period, what is left on its last day if
    nobody's growth counts: the lower of the two, customer by customer. It compares the two ends
    of the period, so a dip between them does not show; movements tell of those. Never above 1,
    and never above net revenue retention. With grain=product it is the lower of the two for each
    product of each customer, which shows what cross-sell hides. With rates both ends
    count at those of the opening."""
    if question.scope.grain != "product":
        return retained(pairs, question, np.minimum)

    def few() -> tuple[np.ndarray, np.ndarray]:
        return pairs.worth(each[1] for each in pairs.by_product()), pairs.opening

    return ratio_of(pairs.by_product(), few, question)
