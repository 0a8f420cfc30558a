"""How long customers take until they first pay more."""

from metrics.inputs.first_days import FIRST_DAYS, Started
from metrics.registry import Answer, Question, Unit, metric
from metrics.timing import told


@metric(
    unit=Unit.DAYS,
    reads=FIRST_DAYS,
    chart="survival",
    formula="day of the first expansion - first paid day; median by product limit",
)
def time_to_expansion(started: Started, question: Question) -> Answer:
    """Days from a customer's first paid day to the first on which they pay more than the day
    before, for whatever reason; coming back is no expansion. Who never has yet counts for as
    long as they were followed, to the day of the figure. The figure is the day by which half of
    them have, null as long as half have not; never the mean over those alone who have."""
    waits, immediate = started.until(lambda firsts: firsts.expansion)
    return told(waits, immediate, question, "come to pay more")
