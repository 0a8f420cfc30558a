"""How often what is offered is bought, and whether that is what others have seen."""

from decimal import Decimal

from metrics.inputs.offers import OFFERS, Tally
from metrics.inputs.rows import Rows
from metrics.registry import Answer, Interval, Question, Unit, Warn, metric
from metrics.statistics import wilson
from portfolio.models import Motion

Band = tuple[Decimal | None, Decimal | None]


@metric(
    unit=Unit.RATE,
    reads=OFFERS,
    parameters=("min_support",),
    chart="rates",
    formula="won / (won + lost), of the offers made in the period",
)
def motion_conversion(offers: Rows, question: Question) -> Answer:
    """Of the offers made in the period that are decided by now, the share that was won, for each
    motion beside the published band. The verdict is that of the interval, not of the point: below
    or above when all of it lies outside, within when all of it lies inside, otherwise
    inconclusive; insufficient with fewer decided offers than the minimum support. Offers still
    open are not in the rate: `won_of_all` is the share of all that were made. What was
    disqualified was never offered."""
    tally = Tally.of(offers.rows)
    won, decided = tally.won, tally.decided
    of_all = won / tally.offers if tally.offers else None
    members = {**_counts(tally), "won_of_all": of_all}
    rows = [_row(motion, offers, question) for motion in Motion.values]
    rows = [row for row in rows if row["offers"]]
    if not decided:
        what = "None of the offers is decided." if tally.offers else "Nothing was offered."
        warnings = [Warn("ZERO_DENOMINATOR", what)]
        return Answer(None, 0, 0, tally.offers, None, warnings, members, rows)
    few = [row["motion"] for row in rows if row["verdict"] == "insufficient"]
    detail = f"Fewer than {question.min_support} are decided of: {', '.join(few)}."
    warnings = [Warn("INSUFFICIENT_SUPPORT", detail)] if few else []
    interval = wilson(won, decided, question.scope.level)
    return Answer(won / decided, won, decided, tally.offers, interval, warnings, members, rows)


def _counts(tally: Tally) -> dict:
    return {"offers": tally.offers, "won": tally.won, "lost": tally.lost, "open": tally.open}


def _row(motion: str, offers: Rows, question: Question) -> dict:
    tally = Tally.of(row for row in offers.rows if row.motion == motion)
    interval = wilson(tally.won, tally.decided, question.scope.level)
    band = question.catalog.band(f"motion-{motion}", question.on)
    low, high = (None if end is None else float(end) for end in band)
    enough = tally.decided >= question.min_support
    return {
        "motion": motion,
        **_counts(tally),
        "rate": tally.won / tally.decided if tally.decided else None,
        "low": interval and interval.low,
        "high": interval and interval.high,
        "won_of_all": tally.won / tally.offers if tally.offers else None,
        "band_low": low,
        "band_high": high,
        "verdict": verdict(interval, band) if enough and interval else "insufficient",
    }


def verdict(interval: Interval, band: Band) -> str | None:
    """Where an interval lies against a published band, whose edges belong to it; None: no band."""
    low, high = (None if end is None else float(end) for end in band)
    if low is None and high is None:
        return None
    if low is not None and interval.high < low:
        return "below"
    if high is not None and interval.low > high:
        return "above"
    inside = (low is None or interval.low >= low) and (high is None or interval.high <= high)
    return "within" if inside else "inconclusive"
