"""What answers about the time until something happens have in common."""

from metrics.registry import Answer, Question, Warn
from metrics.survival import LEAST_AT_RISK, Curve, Waits

REACHED_BY = (30, 90, 180, 365, 730)  # days
QUANTILES = (0.25, 0.5)
YEAR = 365
NOTE = (
    "Everybody is followed to the day of the figure, also who has left: of customers who start, "
    "the share that does it by a day. Who has not done it yet is not left out."
)


def told(waits: Waits, immediate: int, question: Question, what: str) -> Answer:
    """The median as the figure, and how far the others are. `what` finishes "Nobody ..."."""
    n = waits.n + immediate
    curve = Curve(waits, question.scope.level)
    quantiles = {str(share): curve.quantile(share) for share in QUANTILES}
    median = quantiles["0.5"]
    reached = [curve.reached(days) for days in REACHED_BY]
    return Answer(
        None if median is None else float(median),
        n=n,
        warnings=_warnings(waits, median, what, n),
        members={
            "immediate": immediate,
            "events": int(waits.events.sum()),
            "censored": int(waits.censored.sum()),
            "quantiles": quantiles,
            "reached_by": reached,
            "restricted_mean": {"days": YEAR, "value": curve.restricted_mean(YEAR)},
            "curve": curve.points(),
            "note": NOTE,
        },
        rows=reached,
    )


def _warnings(waits: Waits, median: int | None, what: str, n: int) -> list[Warn]:
    if not n:
        return [Warn("ZERO_DENOMINATOR", "Nobody ever paid by the day.")]
    if median is None:
        return [Warn("NOT_REACHED", f"Half of the customers who started have not {what} yet.")]
    followed = waits.followed(median)
    if followed < LEAST_AT_RISK:
        detail = f"Only {followed} customers were followed for {median} days without it."
        return [Warn("INSUFFICIENT_SUPPORT", detail)]
    return []
