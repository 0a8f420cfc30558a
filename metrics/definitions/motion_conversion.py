"""How often what is offered is bought, and whether that is what others have seen."""

from collections.abc import Iterable
from decimal import Decimal

import numpy as np

from metrics.inputs.offers import OFFERS, Offer, Tally
from metrics.inputs.rows import Rows
from metrics.registry import Answer, Interval, Question, Unit, Warn, metric
from metrics.statistics import wilson
from metrics.survival import Curve, Waits
from metrics.timing import YEAR
from portfolio.models import Motion

Band = tuple[Decimal | None, Decimal | None]
LONGEST = 36_600  # days for which a lost offer goes on being lost


@metric(
    version=2,
    unit=Unit.RATE,
    reads=OFFERS,
    parameters=("min_support", "followed_to"),
    chart="rates",
    formula="won / (won + lost), of the offers made in the period",
)
def motion_conversion(offers: Rows, question: Question) -> Answer:
    """Of the offers made in the period that are decided by now, the share that was won, for each
    motion beside the published band. The verdict is that of the interval, not of the point: below
    or above when all of it lies outside, within when all of it lies inside, otherwise
    inconclusive; insufficient with fewer decided offers than the minimum support. Offers still
    open are not in the rate: `won_of_all` is the share of all that were made, and `within_365`
    the share won within 365 days of the offer by product limit: open ones count for as long as
    they were followed, to the day `followed_to`, lost ones are never won. What was disqualified
    was never offered."""
    tally = Tally.of(offers.rows)
    won, decided = tally.won, tally.decided
    of_all = won / tally.offers if tally.offers else None
    within = _within(offers.rows, question)
    members = {**_counts(tally), "won_of_all": of_all, f"within_{YEAR}": within}
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


def _within(rows: Iterable[Offer], question: Question) -> dict:
    """The share won within a year of the offer; None where none was made a year ago.

    Of a win whose day is not known nothing is said.
    """
    until = question.scope.followed_to or question.on
    won, others = [], []
    for row in rows:
        if row.is_won and row.decided_on and row.decided_on <= until:
            won.append((row.decided_on - row.day).days)
        elif row.is_lost and (row.decided_on is None or row.decided_on <= until):
            others.append(LONGEST)
        elif row.day <= until and not (row.is_won and row.decided_on is None):
            others.append((until - row.day).days)
    events, censored = (np.array(days, dtype=np.int64) for days in (won, others))
    found = Curve(Waits.of(events, censored), question.scope.level).reached(YEAR)
    if all((until - row.day).days < YEAR for row in rows):
        return {**found, "share": None, "low": None, "high": None}
    return found


def _row(motion: str, offers: Rows, question: Question) -> dict:
    rows = [row for row in offers.rows if row.motion == motion]
    tally = Tally.of(rows)
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
        f"within_{YEAR}": _within(rows, question)["share"],
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
