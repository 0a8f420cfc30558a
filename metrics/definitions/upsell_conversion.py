"""How many customers bought more of what they had."""

import numpy as np

from metrics.inputs.movements import UPSELLS
from metrics.inputs.pairs import PAIRS, Pairs
from metrics.registry import Answer, Question, Unit, metric
from metrics.retention import nobody_paid
from metrics.statistics import wilson


@metric(
    unit=Unit.RATE,
    reads=PAIRS,
    choices={"motion": tuple(UPSELLS)},
    chart="share",
    formula="customers of the opening with an upsell in the period / customers of the opening",
)
def upsell_conversion(pairs: Pairs, question: Question) -> Answer:
    """Of the customers who paid on the day before the period, the share with at least one upsell
    in it: another tier, an add-on, or more of a product that they kept. A customer with three
    counts once; who joined in the period counts neither above nor below."""
    n = pairs.customers
    if not n:
        return Answer(None, 0, 0, 0, warnings=[nobody_paid(question)])
    motion = question.scope.motion
    upsold = int(np.count_nonzero(pairs.with_part((motion,) if motion else UPSELLS)))
    return Answer(upsold / n, upsold, n, n, wilson(upsold, n, question.scope.level))
