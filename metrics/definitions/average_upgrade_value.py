"""What an upsell brings."""

import numpy as np

from metrics.inputs.upgrades import UPGRADES, Upgrades
from metrics.registry import Answer, Question, Unit, Warn, metric

CUT = 0.1  # of the amounts at either end, for the trimmed mean


@metric(
    unit=Unit.MONEY,
    money=True,
    reads=UPGRADES,
    chart="money",
    formula="recurring revenue of upsells / number of upsells (account x product x day)",
)
def average_upgrade_value(upgrades: Upgrades, question: Question) -> Answer:
    """The monthly recurring revenue that an upsell brings on average: another tier, an add-on or
    more of a product that the customer kept. A few big ones move the mean, so beside it stand
    the median and the mean without the largest and smallest tenth, both of the money of a
    customer and day."""
    amounts = np.sort(upgrades.by_day)
    if not upgrades.sales:
        warning = Warn("ZERO_DENOMINATOR", "There was no upsell in the period.")
        members = {"median": None, "trimmed_mean": None}
        return Answer(None, 0, 0, 0, warnings=[warning], members=members)
    cut = int(len(amounts) * CUT)
    total = round(amounts.sum())
    return Answer(
        total / upgrades.sales,
        total,
        upgrades.sales,
        upgrades.customers,
        members={
            "median": float(np.median(amounts)),
            "trimmed_mean": float(amounts[cut : len(amounts) - cut].mean()),
        },
    )
