"""How much of what customers pay is below the list price, and for how long already."""

from dataclasses import asdict
from datetime import date

from accounts.long_discounts import MONTHS
from config.periods import months_between
from metrics.inputs.discounts import DISCOUNTS, Discounts
from metrics.registry import Answer, Question, Unit, Warn, metric
from metrics.retention import ratio_interval
from metrics.statistics import wilson

STEPS = (0, 3, 6, 12, 24)  # months; the last goes on without end


@metric(
    unit=Unit.RATIO,
    money=True,
    reads=DISCOUNTS,
    chart="share",
    formula="recurring revenue paid below the list price / all recurring revenue",
)
def incentive_dependence(discounts: Discounts, question: Question) -> Answer:
    """The share of recurring revenue that is paid below the list price on the day, the same of
    customers, and for how many whole months these have been used to it, by their oldest discount:
    incentives that followed one another and agreed terms alike. Whoever has a discount for longer
    than the threshold discount-months takes it for the price."""
    n = discounts.customers
    if not n:
        warning = Warn("ZERO_DENOMINATOR", "Nobody pays on this day.")
        return Answer(None, 0, 0, 0, warnings=[warning], members={"customers": None})
    below, paid = discounts.money()
    having = [row for row in discounts.rows if row.discounted]
    share = wilson(len(having), n, question.scope.level)
    months = {row.account: _months(discounts.since[row.account], question.on) for row in having}
    limit = question.thresholds.get(MONTHS)
    return Answer(
        float(below.sum() / paid.sum()),
        round(below.sum()),
        round(paid.sum()),
        n,
        ratio_interval(below, paid, n, question.scope.level),
        members={
            "customers": {
                "numerator": len(having),
                "denominator": n,
                "value": len(having) / n,
                "interval": share and asdict(share),
            },
            "longest_months": max(months.values(), default=None),
            "threshold_months": limit and int(limit),
        },
        rows=[
            _row(step, until, having, months)
            for step, until in zip(STEPS, (*STEPS[1:], None), strict=True)
        ],
    )


def _months(since: date, on: date) -> int:
    """Whole months from the first day of a discount to the day."""
    return months_between(since, on) - (on.day < since.day)


def _row(step: int, until: int | None, having: list, months: dict[int, int]) -> dict:
    rows = [
        row
        for row in having
        if step <= months[row.account] and (until is None or months[row.account] < until)
    ]
    return {
        "months_from": step,
        "months_until": until,
        "customers": len(rows),
        "mrr": sum(row.discounted for row in rows),
    }
