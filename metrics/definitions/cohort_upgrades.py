"""How many customers have bought more, by the month they came in and their age."""

from metrics.inputs.activity import UPGRADED, Activity
from metrics.inputs.movements import UPSELLS
from metrics.months import by_month
from metrics.registry import Answer, Question, Unit, metric


@metric(
    unit=Unit.RATE,
    reads=UPGRADED,
    choices={"motion": tuple(UPSELLS)},
    chart="activity",
    formula="customers who upgraded by the end of their k-th month / customers that old",
)
def cohort_upgrades(activity: Activity, question: Question) -> Answer:
    """By the month of the first paid day and months since then: of the customers for whom that
    month is over, who bought an upsell in it, and who by its end; whoever has left counts on
    below. The value is the share that upgraded within twelve months, over all cohorts."""
    return by_month(activity, question, ever=True)
