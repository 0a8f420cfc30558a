"""Who holds what together."""

import numpy as np

from accounts.affinity import classes
from metrics.holdings import Holdings
from metrics.inputs.holdings import SETS
from metrics.registry import Answer, Question, Unit, Warn, metric
from metrics.statistics import wilson_bounds


@metric(
    version=2,
    unit=Unit.RATE,
    reads=SETS,
    parameters=("min_support",),
    chart="heatmap",
    formula="customers who hold both / customers who hold the first, for each ordered pair",
)
def attach_rate(held: Holdings, question: Question) -> Answer:
    """Of the customers who hold one product, the share that also holds another, for every
    ordered pair of products with holders. Beside it what tells affinity from popularity: the
    other product's base rate, lift (1 where the two have nothing to do with one another),
    leverage, Jaccard and phi. A pair with fewer holders than the minimum support is
    insufficient; a class is firm when the whole interval lies on its side of the cut. The
    headline figure is the mean over all pairs, weighted by holders."""
    members = held.members(question.catalog)
    customers = int(held.accounts.sum())
    both = ((members.T * held.accounts) @ members).astype(np.int64)
    first, second = _pairs(both, question)
    if not first.size:
        warning = Warn("ZERO_DENOMINATOR", "No two products are held on this day.")
        return Answer(None, n=customers, warnings=[warning])
    hits, holders = both[first, second], both[first, first]
    few = int((holders < question.min_support).sum())
    detail = f"{few} pairs have fewer than {question.min_support} holders."
    return Answer(
        int(hits.sum()) / int(holders.sum()),
        int(hits.sum()),
        int(holders.sum()),
        customers,
        warnings=[Warn("INSUFFICIENT_SUPPORT", detail)] if few else [],
        rows=_rows(first, second, both, held, question),
    )


def _pairs(both: np.ndarray, question: Question) -> tuple[np.ndarray, np.ndarray]:
    """Ordered pairs of different products that have holders, as places in the matrix."""
    held = np.flatnonzero(both.diagonal())
    first, second = (grid.ravel() for grid in np.meshgrid(held, held, indexing="ij"))
    wanted = first != second
    if question.scope.product:
        place = list(question.catalog.products.values()).index(question.scope.product)
        wanted &= (first == place) | (second == place)
    return first[wanted], second[wanted]


def _rows(
    first: np.ndarray, second: np.ndarray, both: np.ndarray, held: Holdings, question: Question
) -> list[dict]:
    customers, bundled = int(held.accounts.sum()), held.bundled()
    products = list(question.catalog.products)
    pairs = [(products[a], products[b]) for a, b in zip(first, second, strict=True)]
    hits, a, b = both[first, second], both[first, first], both[second, second]
    low, high = wilson_bounds(hits, a, question.scope.level)
    spread = np.sqrt(a * (customers - a)) * np.sqrt(b * (customers - b))
    with np.errstate(invalid="ignore", divide="ignore"):
        phi = (customers * hits - a * b) / spread
    codes = np.array(list(question.catalog.products.values()))
    affinity = classes(hits, a, question.thresholds, least=question.min_support)
    strong = question.thresholds["attach-strong"].as_integer_ratio()
    weak = question.thresholds["attach-weak"].as_integer_ratio()
    above, below = low >= strong[0] / strong[1], high <= weak[0] / weak[1]
    between = (low > weak[0] / weak[1]) & (high < strong[0] / strong[1])
    firm = np.select(
        [affinity == "strong", affinity == "weak", affinity == "moderate"],
        [above, below, between],
        default=False,
    )
    columns = {
        "from": codes[first],
        "to": codes[second],
        "holders": a,
        "both": hits,
        "rate": hits / a,
        "low": low,
        "high": high,
        "base_rate": b / customers,
        "lift": hits * customers / (a * b),
        "leverage": hits / customers - a * b / customers**2,
        "jaccard": hits / (a + b - hits),
        "phi": np.where(spread > 0, phi, None),
        "affinity": affinity,
        "class_is_firm": firm,
        "from_one_bundle": np.array([bundled.get(pair, 0) for pair in pairs]),
    }
    lists = {name: values.tolist() for name, values in columns.items()}
    return [dict(zip(lists, values, strict=True)) for values in zip(*lists.values(), strict=True)]
