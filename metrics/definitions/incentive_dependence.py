"""How much of what customers pay is below the list price, and for how long already."""

from dataclasses import asdict

import numpy as np

from accounts.long_discounts import MONTHS
from metrics.columns.calendar import months_completed
from metrics.inputs.discounts import DISCOUNTS, Discounts
from metrics.registry import Answer, Question, Unit, Warn, metric
from metrics.retention import ratio_interval
from metrics.statistics import wilson

STEPS = (0, 3, 6, 12, 24)  # months; the last goes on without end


@metric(
    unit=Unit.RATIO,
    money=True,
    reads=DISCOUNTS,
    version=2,
    chart="share",
    formula="recurring revenue paid below the list price / all recurring revenue",
)
def incentive_dependence(discounts: Discounts, question: Question) -> Answer:
    """The share of recurring revenue that is paid below the list price on the day, the same of
    customers, and for how many whole months these have been used to it, by their oldest discount:
    incentives that followed one another and agreed terms alike. Whoever has a discount for longer
    than the threshold discount-months takes it for the price."""
    n, paid, below = discounts.customers, discounts.paid, discounts.below
    if not n:
        warning = Warn("ZERO_DENOMINATOR", "Nobody pays on this day.")
        return Answer(None, 0, 0, 0, warnings=[warning], members={"customers": None})
    having = np.flatnonzero(below)
    count, given = len(having), below[having]
    share = wilson(count, n, question.scope.level)
    months = months_completed(discounts.since[having], np.int32(question.on.toordinal()))
    limit = question.thresholds.get(MONTHS)
    return Answer(
        float(below.sum() / paid.sum()),
        round(below.sum()),
        round(paid.sum()),
        n,
        ratio_interval(below, paid, n, question.scope.level),
        members={
            "customers": {
                "numerator": count,
                "denominator": n,
                "value": count / n,
                "interval": share and asdict(share),
            },
            "longest_months": int(months.max()) if count else None,
            "threshold_months": limit and int(limit),
        },
        rows=[
            _row(step, until, given, months)
            for step, until in zip(STEPS, (*STEPS[1:], None), strict=True)
        ],
    )


def _row(step: int, until: int | None, given: np.ndarray, months: np.ndarray) -> dict:
    within = (step <= months) & (months < until) if until else step <= months
    return {
        "months_from": step,
        "months_until": until,
        "customers": int(np.count_nonzero(within)),
        "mrr": round(given[within].sum()),
    }
