"""What is left of last year's revenue before any growth."""

from metrics.inputs.kept import GRAINS, KEPT, Kept
from metrics.registry import Answer, Question, Unit, metric
from metrics.retention import doubts, kept, nobody_paid, ratio_interval


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
    n = pairs.customers
    if not n:
        return Answer(None, 0, 0, 0, warnings=[nobody_paid(question)])
    left = pairs.by_product if question.scope.grain == "product" else kept(pairs)
    return Answer(
        float(left.sum() / pairs.opening.sum()),
        round(left.sum()),
        round(pairs.opening.sum()),
        n,
        ratio_interval(left, pairs.opening, n, question.scope.level),
        doubts(pairs.opening, n),
    )
