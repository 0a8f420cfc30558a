"""How many customers use what they pay for, by the month they came in and their age."""

from metrics.inputs.activity import IN_USE, Activity
from metrics.months import by_month
from metrics.registry import Answer, Question, Unit, metric


@metric(
    unit=Unit.RATE,
    reads=IN_USE,
    chart="activity",
    formula="customers who used a feature in their k-th month / customers that old",
)
def cohort_feature_use(activity: Activity, question: Question) -> Answer:
    """By the month of the first paid day and months since then: of the customers for whom that
    month is over, who used any feature in it (with feature, this one; with product, one of this
    product, by customers who began with it); whoever has left counts on below. Months that began
    before use was told of at all (told_since) are unknown, and not counted. The value is the share
    that did in their twelfth month, over all cohorts."""
    return by_month(activity, question, ever=False)
