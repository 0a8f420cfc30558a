"""How much the products of a portfolio are held together."""

import numpy as np

from accounts.affinity import classes
from metrics.holdings import Holdings
from metrics.inputs.holdings import SETS
from metrics.registry import Answer, Question, Unit, Warn, metric
from metrics.statistics import wilson


@metric(
    unit=Unit.RATE,
    reads=SETS,
    parameters=("min_support",),
    formula="sum over pairs of holders of both / sum over pairs of holders of either",
)
def portfolio_coherence(held: Holdings, question: Question) -> Answer:
    """Whether customers hold products together, as one figure: pooled over all pairs of products
    with holders, customers of both over customers of either (Jaccard). Beside it how often two
    are held together against how often they would be if they had nothing to do with one
    another, and the share of ordered pairs that are strong, of those with minimum support. Large
    customers hold more of everything, which lifts all pairs at once: look at it by segment. What
    people judge of how products fit stands on the portfolio's page; this is what is bought."""
    members = held.members(question.catalog)
    both = ((members.T * held.accounts) @ members).round().astype(np.int64)
    there = np.flatnonzero(both.diagonal())
    customers = int(held.accounts.sum())
    if question.scope.product:
        place = list(question.catalog.products.values()).index(question.scope.product)
        pairs = [(place, other) for other in there if other != place and place in there]
    else:
        pairs = [(one, other) for one in there for other in there if one < other]
    if not pairs:
        detail = "It takes two products that are held on the day."
        warning = Warn("ZERO_DENOMINATOR", detail)
        nothing = {"observed_over_expected": None, "strong": None}
        return Answer(None, n=customers, warnings=[warning], members=nothing)
    one, other = np.array(pairs).T
    holders = both.diagonal()
    together, a, b = both[one, other], holders[one], holders[other]
    either = int((a + b - together).sum())
    expected = float((a * b / customers).sum())
    return Answer(
        int(together.sum()) / either,
        int(together.sum()),
        either,
        customers,
        members={
            "products": len(there),
            "pairs": len(pairs),
            "observed_over_expected": int(together.sum()) / expected,
            "strong": _strong(together, a, b, question),
        },
    )


def _strong(together: np.ndarray, a: np.ndarray, b: np.ndarray, question: Question) -> dict:
    """Of the ordered pairs whose class can be told, how many are strong."""
    hits, holders = np.concatenate([together, together]), np.concatenate([a, b])
    found = classes(hits, holders, question.thresholds, least=question.min_support)
    told = int((found != "insufficient").sum())
    strong = int((found == "strong").sum())
    interval = wilson(strong, told, question.scope.level)
    return {
        "numerator": strong,
        "denominator": told,
        "value": strong / told if told else None,
        "interval": vars(interval) if interval else None,
    }
