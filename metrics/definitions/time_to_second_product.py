"""How long customers take until they have a second product."""

from metrics.inputs.first_days import FIRST_DAYS, Started
from metrics.registry import Answer, Question, Unit, metric
from metrics.timing import told


@metric(
    unit=Unit.DAYS,
    reads=FIRST_DAYS,
    chart="survival",
    formula="first day with two products at once - first paid day; median by product limit",
)
def time_to_second_product(started: Started, question: Question) -> Answer:
    """Days from a customer's first paid day to the first with two paid products at once. Who
    began with two is counted apart as immediate; a switch is no second product, nor is one that
    was bought back within 180 days. Who has none yet counts for as long as they were followed,
    to the day of the figure. The figure is the day by which half of them have one, null as long
    as half have not; beside it the share by 30 to 730 days with its interval, and the mean wait
    within the first year. The curve ends where fewer than ten are at risk."""
    waits, immediate = started.until(lambda firsts: firsts.second(question.catalog))
    return told(waits, immediate, question, "taken a second product")
