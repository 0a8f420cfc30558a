"""How long customers take until they first buy more of what they have."""

from metrics.inputs.first_days import FIRST_DAYS, Started
from metrics.inputs.movements import UPSELLS
from metrics.registry import Answer, Question, Unit, metric
from metrics.timing import told


@metric(
    unit=Unit.DAYS,
    reads=FIRST_DAYS,
    choices={"motion": tuple(UPSELLS)},
    chart="survival",
    formula="day of the first upsell - first paid day; median by product limit",
)
def time_to_upsell(started: Started, question: Question) -> Answer:
    """Days from a customer's first paid day to the first upsell: another tier, an add-on, or
    more of a product that they kept. Who has bought none yet counts for as long as they were
    followed, to the day of the figure. The figure is the day by which half of them have, null
    as long as half have not; never the mean over those alone who have."""
    motion = question.scope.motion
    kinds = (motion,) if motion else tuple(UPSELLS)
    waits, immediate = started.until(lambda firsts: firsts.part(kinds))
    return told(waits, immediate, question, "bought an upsell")
