"""What a customer brings for as long as it stays."""

from metrics.inputs.lives import LIVES, Lives
from metrics.lifetime import MONTHS, Terms, Worth, survival_value, value_interval
from metrics.registry import Answer, Question, Unit, Warn, metric
from metrics.retention import doubts, nobody_paid

HORIZON = 3 * MONTHS


@metric(
    version=2,
    unit=Unit.MONEY,
    money=True,
    reads=LIVES,
    parameters=("gross_margin", "discount_rate"),
    chart="money",
    formula="ARPA x 12 x margin x (1 + r) / (1 + r - yearly retention of customers)",
)
def lifetime_value(pairs: Lives, question: Question) -> Answer:
    """What a customer of the opening brings before it leaves, if it pays what the average paid
    then and customers go on leaving as often as in the period. Margin is 1 and the discount rate
    0 unless they are given. It leans on an assumption without end; so beside it stand the
    value of the next 36 months alone, and the value of the first 36 months by survival: by how
    long customers have really stayed (product limit over all who ever began), which assumes
    nothing about what nobody has seen. It is null where nobody was followed so long."""
    n = pairs.customers
    if not n:
        return Answer(None, 0, 0, 0, warnings=[nobody_paid(question)])
    terms = Terms.of(question)
    paid, closing = pairs.taken(pairs.paying)
    worth = Worth(paid, closing > 0, terms)
    warnings = doubts(paid, n)
    if worth.value is None:
        warnings.append(Warn("ZERO_DENOMINATOR", "Nobody left: the value has no end."))
    members = {
        "arpa": worth.arpa,
        "yearly_retention": terms.yearly(worth.retention),
        "gross_margin": terms.margin,
        "discount_rate": terms.rate,
        "of_36_months": _of_months(worth, HORIZON),
        "by_survival": survival_value(worth, pairs.waits, HORIZON),
    }
    level = question.scope.level
    return Answer(
        worth.value, n=n, interval=value_interval(worth, level), warnings=warnings, members=members
    )


def _of_months(worth: Worth, months: int) -> float:
    """What the next months bring, each discounted, by who is still there at its beginning."""
    terms = worth.terms
    monthly = (terms.yearly(worth.retention) / (1 + terms.rate)) ** (1 / MONTHS)
    stays = float(months) if monthly == 1 else (1 - monthly**months) / (1 - monthly)
    return worth.arpa * terms.margin * stays
