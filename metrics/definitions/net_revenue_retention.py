"""What customers of a year ago pay now."""

from metrics.inputs.pairs import PAIRS, Pairs
from metrics.registry import Answer, Question, Unit, metric
from metrics.retention import doubts, nobody_paid, ratio_interval


@metric(
    unit=Unit.RATIO,
    money=True,
    reads=PAIRS,
    chart="retention",
    formula="revenue at the closing of who paid at the opening / their revenue at the opening",
)
def net_revenue_retention(pairs: Pairs, question: Question) -> Answer:
    """Of what customers paid on the day before the period, what the same customers pay on its
    last day: growth counts, and so does who left and came back inside the period. New customers
    do not. The groups are those of the opening."""
    n = pairs.customers
    if not n:
        return Answer(None, 0, 0, 0, warnings=[nobody_paid(question)])
    opening, closing = pairs.opening.sum(), pairs.closing.sum()
    return Answer(
        float(closing / opening),
        round(closing),
        round(opening),
        n,
        ratio_interval(pairs.closing, pairs.opening, n, question.scope.level),
        doubts(pairs.opening, n),
    )
