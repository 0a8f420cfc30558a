"""Who takes a second product after a first one, and how soon."""

from itertools import combinations

from metrics.inputs.adoption import ADOPTION, Order, Wait
from metrics.registry import Answer, Interval, Question, Unit, Warn, metric
from metrics.survival import NOBODY, Curve
from metrics.timing import YEAR

DAYS = (90, 180, 365, 730)


@metric(
    unit=Unit.RATE,
    reads=ADOPTION,
    parameters=("min_support",),
    chart="sequence",
    formula="of customers who took A and not yet B, the share that takes B within 365 days",
)
def sequential_attach(order: Order, question: Question) -> Answer:
    """For each ordered pair of products, the share of customers that first takes the second
    within so many days of first taking the first, by product limit: who has not yet counts for
    as long as they were followed, to the day of the figure. Who had the second before is not
    among them, and who took both on one day counts in neither direction. A product that was
    given up and added again was not first taken then. The headline is over all pairs together,
    within 365 days. Pairs with fewer customers than the minimum support are insufficient."""
    rows, pooled = [], NOBODY
    codes = order.catalog.products
    for one, other in _pairs(order, question):
        for wait in order.waits(one, other):
            if wait.waits.n:
                rows.append(
                    {"from": codes[wait.first], "to": codes[wait.then]} | _row(wait, question)
                )
                pooled += wait.waits
    if not rows:
        warning = Warn("ZERO_DENOMINATOR", "No customer has a product without another.")
        return Answer(None, n=order.customers, warnings=[warning])
    curve = Curve(pooled, question.scope.level)
    year = curve.reached(YEAR)
    interval = None
    if year["low"] is not None:
        interval = Interval("log-log", question.scope.level, year["low"], year["high"])
    return Answer(
        year["share"],
        n=order.customers,
        interval=interval,
        warnings=_warnings(rows, year, question),
        members={"pairs": pooled.n, "events": int(pooled.events.sum())},
        rows=rows,
    )


def _pairs(order: Order, question: Question) -> list[tuple[int, int]]:
    """Every two products; asked for one, those that it is part of."""
    wanted, codes = question.scope.product, order.catalog.products
    pairs = combinations(order.products, 2)
    return [(one, other) for one, other in pairs if wanted in (None, codes[one], codes[other])]


def _row(wait: Wait, question: Question) -> dict:
    curve = Curve(wait.waits, question.scope.level)
    year, n = curve.reached(YEAR), wait.waits.n
    return {
        "n": n,
        "events": int(wait.waits.events.sum()),
        "censored": int(wait.waits.censored.sum()),
        **{f"by_{days}": curve.reached(days)["share"] for days in DAYS},
        "low": year["low"],
        "high": year["high"],
        "at_risk_365": year["at_risk"],
        "median_days": curve.quantile(0.5),
        "sufficient": n >= question.min_support,
        "other_first": wait.other_first,
        "same_day": wait.same_day,
    }


def _warnings(rows: list[dict], year: dict, question: Question) -> list[Warn]:
    few = sum(not row["sufficient"] for row in rows)
    warnings = []
    if year["share"] is None:
        warnings.append(Warn("NOT_REACHED", f"Nobody was followed for {YEAR} days yet."))
    if few:
        detail = f"{few} pairs have fewer than {question.min_support} customers."
        warnings.append(Warn("INSUFFICIENT_SUPPORT", detail))
    return warnings
