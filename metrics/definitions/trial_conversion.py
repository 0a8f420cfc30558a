"""Whether trials with somebody at their side lead to more sales than trials alone."""

from metrics.inputs.offers import Tally
from metrics.inputs.rows import Rows
from metrics.inputs.tried import TRIED_OUT
from metrics.registry import Answer, Question, Unit, Warn, metric
from metrics.statistics import newcombe, wilson

KINDS = {"guided": True, "self_service": False}


@metric(
    unit=Unit.POINTS,
    reads=TRIED_OUT,
    parameters=("min_support",),
    chart="rates",
    formula="won / (won + lost) of guided trials - the same of self-service ones",
)
def trial_conversion(tried: Rows, question: Question) -> Answer:
    """Of the opportunities that were first tried in the period and are decided by now, the share
    that was won, guided and self-service, and by how much guided trials do better, with Newcombe's
    interval. An opportunity counts once, and as guided if any of its trials was. Who is guided was
    chosen, not drawn, so the difference tells what goes together, not what causes it; an experiment
    tells that. Trials without an opportunity have no sale to lead to."""
    tallies = {
        kind: Tally.of(row for row in tried.rows if row.is_guided == is_guided)
        for kind, is_guided in KINDS.items()
    }
    rows = [_row(kind, tally, question) for kind, tally in tallies.items() if tally.offers]
    guided, alone = tallies.values()
    if not (guided.decided and alone.decided):
        words = "Nothing was tried." if not rows else "A kind of trial has no decided opportunity."
        warnings = [Warn("ZERO_DENOMINATOR", words)]
        return Answer(None, n=len(tried.rows), warnings=warnings, rows=rows)
    warnings = []
    if min(guided.decided, alone.decided) < question.min_support:
        detail = f"A kind of trial has fewer than {question.min_support} decided opportunities."
        warnings.append(Warn("INSUFFICIENT_SUPPORT", detail))
    counts = [(tally.won, tally.decided) for tally in (guided, alone)]
    difference = guided.won / guided.decided - alone.won / alone.decided
    interval = newcombe(*counts, question.scope.level)
    return Answer(difference, n=len(tried.rows), interval=interval, warnings=warnings, rows=rows)


def _row(kind: str, tally: Tally, question: Question) -> dict:
    interval = wilson(tally.won, tally.decided, question.scope.level)
    return {
        "kind": kind,
        "tried": tally.offers,
        "won": tally.won,
        "lost": tally.lost,
        "open": tally.open,
        "rate": tally.won / tally.decided if tally.decided else None,
        "low": interval and interval.low,
        "high": interval and interval.high,
    }
