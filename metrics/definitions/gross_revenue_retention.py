"""What is left of last year's revenue before any growth."""

from dataclasses import replace

import numpy as np

from metrics.inputs.kept import GRAINS, KEPT, Kept
from metrics.registry import Answer, Question, Unit, metric
from metrics.retention import gross_by_movements, ratio_of, retained


@metric(
    unit=Unit.RATIO,
    money=True,
    version=2,
    reads=KEPT,
    parameters=("rates",),
    choices={"grain": GRAINS},
    chart="retention",
    formula="sum of the lower of opening and closing revenue, by customer / opening revenue",
)
def gross_revenue_retention(pairs: Kept, question: Question) -> Answer:
    """Of what customers paid on the day before the period, what is left on its last day if
    nobody's growth counts: the lower of the two, customer by customer. Never above 1, and never
    above net revenue retention. It compares the two ends of the period, so a dip between them
    does not show; grr_by_movements is the opening less all that these customers contracted and
    churned, over the opening: there every dip counts. With grain=product it is the lower of the
    two for each product of each customer, which shows what cross-sell hides. With rates both ends
    count at those of the opening."""
    if question.scope.grain != "product":
        answer = retained(pairs, question, np.minimum)
        return replace(answer, members={"grr_by_movements": gross_by_movements(pairs)})

    def few() -> tuple[np.ndarray, np.ndarray]:
        return pairs.worth(each[1] for each in pairs.by_product()), pairs.opening

    return ratio_of(pairs.by_product(), few, question)
