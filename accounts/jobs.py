"""What is done and asked about customers every night."""

from datetime import date, datetime, timedelta

from django.utils.timezone import get_current_timezone

from accounts.credits.subscribed import grant_all_due, take_back_of_voided
from accounts.grandfathering.noticing import tell_notices
from accounts.mass_renewal import renew_due
from accounts.models import RenewalRun
from accounts.moments import tell_moments
from accounts.signals.evaluation import evaluate
from config.jobs import job

DAY = timedelta(days=1)


def _day(now: datetime) -> date:
    return now.astimezone(get_current_timezone()).date()


@job
def renew_subscriptions(*, now: datetime) -> str:
    """Renews what is due today, and what was due on days that were missed."""
    today = _day(now)
    last = RenewalRun.objects.exclude(ended_at=None).order_by("on").last()
    day = min(last.on + DAY if last else today, today)
    due = moved = 0
    while day <= today:
        run = renew_due(on=day)
        due, moved, day = due + run.lines_due, moved + run.lines_moved, day + DAY
    return f"{due:,} lines due, {moved:,} moved."


@job
def tell_price_notices(*, now: datetime) -> str:
    """Tells which customers are to be told today that a price of theirs will move."""
    return f"{tell_notices(on=_day(now)):,} customers are to be told."


@job
def tell_usage_moments(*, now: datetime) -> str:
    """Tells of customers who have nearly used up a limit, or made a habit of a feature."""
    return f"{tell_moments(on=_day(now)):,} moments told."


@job
def grant_credits(*, now: datetime) -> str:
    """Grants the credits of the intervals that begin today, and of those that were missed.
    What is left of grants whose line was voided is taken back."""
    taken = take_back_of_voided(at=now, on=_day(now))
    return f"{grant_all_due(on=_day(now)):,} grants, {taken:,} of voided lines taken back."


@job
def evaluate_signal_rules(*, now: datetime) -> str:
    """Asks the signal rules about the day before, the last whole one, and opens what fires."""
    found = evaluate(on=_day(now) - DAY)
    suppressed = found.suppressed.total()
    return f"{len(found.opened):,} opportunities opened, {suppressed:,} signals suppressed."
