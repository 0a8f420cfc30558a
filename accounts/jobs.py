"""What is asked about customers every night."""

from datetime import datetime, timedelta

from django.utils.timezone import get_current_timezone

from accounts.moments import tell_moments
from accounts.signals.evaluation import evaluate
from config.jobs import job


@job
def tell_usage_moments(*, now: datetime) -> str:
    """Tells of customers who have nearly used up a limit, or made a habit of a feature."""
    return f"{tell_moments(on=now.astimezone(get_current_timezone()).date()):,} moments told."


@job
def evaluate_signal_rules(*, now: datetime) -> str:
    """Asks the signal rules about the day before, the last whole one, and opens what fires."""
    today = now.astimezone(get_current_timezone()).date()
    found = evaluate(on=today - timedelta(days=1))
    suppressed = found.suppressed.total()
    return f"{len(found.opened):,} opportunities opened, {suppressed:,} signals suppressed."
