"""How much more a customer with several products is worth."""

from metrics.inputs.pairs import PAIRS, Pairs
from metrics.lifetime import Terms, Worth, uplift_interval
from metrics.registry import Answer, Question, Unit, Warn, metric
from metrics.retention import NOT_CAUSE, nobody_paid
from metrics.statistics import FEW


@metric(
    unit=Unit.RATIO,
    money=True,
    reads=PAIRS,
    parameters=("gross_margin", "discount_rate"),
    chart="sides",
    formula="lifetime value of customers with 2+ products / of those with one, minus 1",
)
def lifetime_value_uplift(pairs: Pairs, question: Question) -> Answer:
    """By how much the lifetime value of customers who held two or more products at the opening
    exceeds that of customers who held one. Lifetime values divide by few who left, so it is
    unstable: mind the interval. It says what goes together, not what causes it."""
    n = pairs.customers
    if not n:
        return Answer(None, n=0, warnings=[nobody_paid(question)])
    terms, products = Terms.of(question), pairs.at_opening("products")
    sides = {"multi": pairs.paying & (products >= 2), "single": pairs.paying & (products < 2)}
    worth = {}
    for name, chosen in sides.items():
        paid, closing = pairs.taken(chosen)
        worth[name] = Worth(paid, closing > 0, terms)
    groups = [
        {
            "key": {"products_at_opening": name},
            "value": each.value,
            "unit": Unit.MONEY,
            "n": each.n,
            "arpa": each.arpa if each.n else None,
            "yearly_retention": terms.yearly(each.retention) if each.n else None,
        }
        for name, each in worth.items()
    ]
    members = {"note": NOT_CAUSE, "gross_margin": terms.margin, "discount_rate": terms.rate}
    few = [name for name, each in worth.items() if each.n < FEW]
    warnings = [
        Warn("UNSTABLE_INTERVAL", f"{worth[name].n} customers with {name} products are few.")
        for name in few
    ]
    multi, single = worth["multi"], worth["single"]
    if not multi.value or not single.value:
        warnings.append(Warn("ZERO_DENOMINATOR", "One of the two has no customers, or lost none."))
        return Answer(None, n=n, warnings=warnings, members=members, groups=groups)
    return Answer(
        multi.value / single.value - 1,
        n=n,
        interval=uplift_interval(multi, single, question.scope.level),
        warnings=warnings,
        members=members,
        groups=groups,
    )
