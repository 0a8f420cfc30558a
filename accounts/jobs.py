"""What is asked about customers every night."""

from datetime import datetime

from django.utils.timezone import get_current_timezone

from accounts.credits.subscribed import grant_all_due, take_back_of_voided
from accounts.moments import tell_moments
from config.jobs import job


@job
def tell_usage_moments(*, now: datetime) -> str:
    """Tells of customers who have nearly used up a limit, or made a habit of a feature."""
    return f"{tell_moments(on=now.astimezone(get_current_timezone()).date()):,} moments told."


@job
def grant_credits(*, now: datetime) -> str:
    """Grants the credits of the intervals that begin today, and of those that were missed.
    What is left of grants whose line was voided is taken back."""
    on = now.astimezone(get_current_timezone()).date()
    taken = take_back_of_voided(at=now, on=on)
    return f"{grant_all_due(on=on):,} grants, {taken:,} of voided lines taken back."
