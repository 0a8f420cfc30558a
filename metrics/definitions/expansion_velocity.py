"""How much recurring revenue a day of selling brings."""

from metrics.inputs.offers import OFFERS, Tally
from metrics.inputs.rows import Rows
from metrics.registry import Answer, Question, Unit, Warn, metric
from metrics.statistics import wilson


@metric(
    unit=Unit.MONEY_A_DAY,
    money=True,
    reads=OFFERS,
    chart="money",
    formula="offers x win rate x mean monthly value of won ones / mean days from offer to win",
)
def expansion_velocity(offers: Rows, question: Question) -> Answer:
    """Monthly recurring revenue that selling to customers brings for each day that a sale takes:
    how many offers were made in the period, the share won of those decided, the mean monthly
    value and the mean days from the offer to its win of those won, all four beside the figure.
    Won ones of which the value or the day is not known count for the rate alone. It is no
    revenue: it compares motions and periods with one another."""
    tally = Tally.of(offers.rows)
    won = [row for row in offers.rows if row.is_won]
    values = [row.value for row in won if row.value is not None]
    cycles = [(row.decided_on - row.day).days for row in won if row.decided_on]
    rate = tally.won / tally.decided if tally.decided else None
    interval = wilson(tally.won, tally.decided, question.scope.level)
    members = {
        "offers": tally.offers,
        "won": tally.won,
        "lost": tally.lost,
        "win_rate": rate,
        "win_rate_low": interval and interval.low,
        "win_rate_high": interval and interval.high,
        "mean_value": _mean(values),
        "mean_cycle_days": _mean(cycles),
    }
    value = velocity(tally.offers, rate, members["mean_value"], members["mean_cycle_days"])
    if value is None:
        what = "Nothing was won." if not won else "No won offer has a value and took a day or more."
        warnings = [Warn("ZERO_DENOMINATOR", what)]
        return Answer(None, n=tally.offers, warnings=warnings, members=members)
    return Answer(value, n=tally.offers, members=members)


def _mean(values: list[int]) -> float | None:
    return sum(values) / len(values) if values else None


def velocity(
    offers: int, rate: float | None, value: float | None, cycle: float | None
) -> float | None:
    """The product of the three over the fourth; None where one is not known or nothing is won."""
    if not rate or value is None or not cycle:
        return None
    return offers * rate * value / cycle
