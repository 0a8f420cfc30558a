"""How much of what was sold came from customers who bought more of what they had."""

from metrics.inputs.movements import MOVEMENTS, UPSELLS, Movements
from metrics.registry import Answer, Question, Unit, Warn, metric

MONTHS = 12  # of a contract's year


@metric(
    unit=Unit.RATIO,
    money=True,
    reads=MOVEMENTS,
    chart="share",
    formula="upsell x 12 / ((new + expansion) x 12)",
)
def upsell_acv_share(moved: Movements, question: Question) -> Answer:
    """Of the annual contract value that new customers and growing ones brought in the period, the
    share of upsells: another tier, an add-on, more of the same. Customers who came back are not
    in the denominator. A published share is that of an average business, not a target."""
    sold = moved.moved["new"] + moved.moved["expansion"]
    upsell = sum(moved.moved[part] for part in UPSELLS)
    if not sold:
        warning = Warn("ZERO_DENOMINATOR", "Nothing was sold in the period.")
        return Answer(None, 0, 0, moved.closed, warnings=[warning])
    return Answer(upsell / sold, upsell * MONTHS, sold * MONTHS, moved.closed)
