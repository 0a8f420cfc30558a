"""What customers who stayed pay more."""

from accounts.models.ledger import Part
from metrics.inputs.movements import MOVEMENTS, UPSELLS, Movements
from metrics.registry import Answer, Question, Unit, Warn, metric

GAINS = (*UPSELLS, Part.CROSS_SELL, Part.RE_ADD)
# Growth that nobody sold: told apart.
UNSOLD = (Part.PRICE_CHANGE, Part.DISCOUNT_END, Part.SWITCH_NET)


@metric(
    unit=Unit.MONEY,
    money=True,
    reads=MOVEMENTS,
    choices={"motion": tuple(UPSELLS)},
    chart="parts",
    formula="sum of expansion movements, net by account and day",
)
def expansion_mrr(moved: Movements, question: Question) -> Answer:
    """By how much customers who paid before and after a day came to pay more, added up over the
    days of the period, net by account and day. New and returning customers do not count. Beside
    it the gross parts: upsells, cross-sell and products that were added again; apart from those
    what nobody sold: prices, ended discounts, switches. With a motion, its part alone."""
    gross = {part: moved.moved[part] for part in GAINS}
    members = {
        "parts": gross,
        "unsold": {part: moved.moved[part] for part in UNSOLD},
        "of_opening": moved.moved["expansion"] / moved.opening if moved.opening else None,
    }
    if not moved.opened and not any(moved.counts.values()):
        warning = Warn("ZERO_DENOMINATOR", "Nobody paid before or in the period.")
        return Answer(None, warnings=[warning], members=members)
    motion = question.scope.motion
    value = gross[motion] if motion else moved.moved["expansion"]
    return Answer(value, n=moved.counts["expansion"], members=members)
