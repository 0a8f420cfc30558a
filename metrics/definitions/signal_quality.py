"""Which rules notice what is worth a call."""

from accounts.signals.quality import Quality
from metrics.inputs.signals import SIGNALS, Noticed
from metrics.registry import Answer, Question, Unit, Warn, metric
from metrics.statistics import wilson


@metric(
    unit=Unit.RATE,
    reads=SIGNALS,
    chart="rates",
    version=2,
    formula="won opportunities / opportunities that signals of the period opened",
)
def signal_quality(noticed: Noticed, question: Question) -> Answer:
    """Of the opportunities that signals of the period opened, the share that is won by now; for
    each rule its family, how often it fired and was suppressed, for which reasons, how many
    opportunities it opened, how many of them are won, and the median of days from opening to the
    win."""
    rows = [_row(each, question) for each in noticed.rules if each.fired or each.suppressed]
    opened = sum(row["opened"] for row in rows)
    won = sum(row["won"] for row in rows)
    if not opened:
        warning = Warn("ZERO_DENOMINATOR", "No signal of the period opened anything.")
        return Answer(None, 0, 0, noticed.customers, warnings=[warning], rows=rows)
    interval = wilson(won, opened, question.scope.level)
    return Answer(won / opened, won, opened, noticed.customers, interval, rows=rows)


def _row(each: Quality, question: Question) -> dict:
    interval = wilson(each.won, each.opened, question.scope.level)
    return {
        "rule": each.rule.code,
        "family": each.rule.family,
        "motion": each.rule.motion,
        "fired": each.fired,
        "suppressed": each.suppressed,
        **{f"suppressed_{reason}": count for reason, count in sorted(each.reasons.items())},
        "opened": each.opened,
        "won": each.won,
        "rate": each.win_rate,
        "low": interval and interval.low,
        "high": interval and interval.high,
        "median_days": each.median_days,
    }
