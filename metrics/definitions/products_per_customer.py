"""How many products customers hold."""

import numpy as np

from metrics.holdings import Holdings
from metrics.inputs.holdings import SIZES
from metrics.registry import Answer, Question, Unit, Warn, metric
from metrics.statistics import around, wilson


@metric(
    unit=Unit.PRODUCTS,
    reads=SIZES,
    chart="distribution",
    formula="sum of products held / customers, over customers who pay on the day",
)
def products_per_customer(held: Holdings, question: Question) -> Answer:
    """The mean number of different products that a paying customer holds on the day, with the
    median, the distribution, and the share of customers with two or more. Customers who pay
    nothing are not counted, and the same product twice counts once."""
    customers = int(held.accounts.sum())
    if not customers:
        return Answer(
            None,
            warnings=[Warn("ZERO_DENOMINATOR", "Nobody pays on this day.")],
            members={"median": None, "distribution": [], "multi": _share(held, 2, question)},
        )
    products = int((held.keys * held.accounts).sum())
    mean = products / customers
    deviations = float((held.accounts * (held.keys - mean) ** 2).sum())
    error = (deviations / (customers - 1) / customers) ** 0.5 if customers > 1 else None
    level = question.scope.level
    return Answer(
        mean,
        products,
        customers,
        customers,
        around(mean, error, level, "normal") if error is not None else None,
        members={
            "median": median(held.keys, held.accounts),
            "distribution": [
                {"products": int(size), "customers": int(count)}
                for size, count in zip(held.keys, held.accounts, strict=True)
            ],
            "multi": _share(held, 2, question),
            "at_least": [{"products": k, **_share(held, k, question)} for k in (2, 3, 4)],
        },
    )


def median(values: np.ndarray, counts: np.ndarray) -> float:
    """The median of values that occur so many times; of two middle ones, their mean."""
    cumulated = counts.cumsum()
    total = int(cumulated[-1])
    low, high = np.searchsorted(cumulated, [(total + 1) // 2, total // 2 + 1])
    return float(values[low] + values[high]) / 2


def _share(held: Holdings, least: int, question: Question) -> dict:
    customers = int(held.accounts.sum())
    hits = int(held.accounts[held.keys >= least].sum())
    interval = wilson(hits, customers, question.scope.level)
    return {
        "numerator": hits,
        "denominator": customers,
        "value": hits / customers if customers else None,
        "interval": vars(interval) if interval else None,
    }
