"""What customers with several products bring."""

from decimal import Decimal

import numpy as np

from metrics.exchange import whole
from metrics.holdings import Holdings
from metrics.inputs.holdings import SIZES
from metrics.registry import Answer, Interval, Question, Unit, Warn, metric
from metrics.statistics import FEW, around, bootstrap_ratio


@metric(
    unit=Unit.RATIO,
    reads=SIZES,
    money=True,
    version=2,
    parameters=("rates",),
    chart="mix",
    formula="recurring revenue of customers with two or more products / recurring revenue",
)
def multi_product_revenue_mix(held: Holdings, question: Question) -> Answer:
    """The share of monthly recurring revenue on the day that comes from customers who hold two
    or more products. Money is in minor units; several currencies are added up by rates of
    the day only. One customer can be the whole figure: without_largest is the share without the
    one who pays most."""
    total, multi = sum(held.mrr.tolist()), held.keys >= 2
    customers = int(held.accounts.sum())
    by_products = [
        {"products": int(size), "mrr": whole(mrr)}
        for size, mrr in zip(held.keys, held.mrr.tolist(), strict=True)
    ]
    members = {"by_products": by_products, "without_largest": None}
    if not total:
        warning = Warn("ZERO_DENOMINATOR", "Nobody pays on this day.")
        return Answer(None, 0, 0, 0, warnings=[warning], members=members)
    numerator = sum(held.mrr[multi].tolist())
    share = float(numerator / total)
    warnings = []
    if customers < FEW:
        warnings.append(Warn("UNSTABLE_INTERVAL", f"{customers} customers are few."))
    return Answer(
        share,
        whole(numerator),
        whole(total),
        customers,
        _interval(held, share, customers, question),
        warnings,
        members | {"without_largest": _without_largest(held, numerator, total)},
    )


def _without_largest(held: Holdings, numerator: Decimal | int, total: Decimal | int) -> dict:
    mrr, products = held.largest()
    numerator, rest = numerator - (mrr if products >= 2 else 0), total - mrr
    share = float(numerator / rest) if rest else None
    figures = {"numerator": whole(numerator), "denominator": whole(rest)}
    return {"value": share, **figures, "largest": whole(mrr)}


def _interval(held: Holdings, share: float, customers: int, question: Question) -> Interval | None:
    """By the delta method (a ratio of sums over accounts); by bootstrap where they are few."""
    if customers < 2:
        return None
    if customers < FEW:
        money, products = held.each_account().T
        return bootstrap_ratio(money * (products >= 2), money, question.scope.level)
    multi = held.keys >= 2
    weights = np.where(multi, (1 - share) ** 2, share**2)
    squares = float((weights * held.mrr_squared).sum()) * customers / (customers - 1)
    return around(share, squares**0.5 / float(held.mrr.sum()), question.scope.level, "delta")
