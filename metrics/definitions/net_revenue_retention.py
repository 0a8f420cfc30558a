"""What customers of a year ago pay now."""

from dataclasses import replace

from metrics.inputs.pairs import PAIRS, Pairs
from metrics.registry import Answer, Question, Unit, metric
from metrics.retention import net_by_movements, retained


@metric(
    unit=Unit.RATIO,
    money=True,
    version=2,
    reads=PAIRS,
    parameters=("rates",),
    chart="retention",
    formula="revenue at the closing of who paid at the opening / their revenue at the opening",
)
def net_revenue_retention(pairs: Pairs, question: Question) -> Answer:
    """Of what customers paid on the day before the period, what the same customers pay on its
    last day: growth counts, and so does who left and came back inside the period. New customers
    do not. The groups are those of the opening. ndr_by_movements reads the same off the waterfall
    of these customers instead, without reactivation: the opening and what they expanded,
    contracted and churned, over the opening. With rates both ends count at those of the
    opening."""
    answer = retained(pairs, question, lambda opening, closing: closing)
    return replace(answer, members={"ndr_by_movements": net_by_movements(pairs)})
