"""What customers ask to be done every night."""

from datetime import datetime

from django.utils import timezone

from accounts.credits.subscribed import grant_all_due, take_back_of_voided
from config.jobs import job


@job
def grant_credits(*, now: datetime) -> str:
    """Grants the credits of the intervals that begin today, and of those that were missed.
    What is left of grants whose line was voided is taken back."""
    on = now.astimezone(timezone.get_current_timezone()).date()
    taken = take_back_of_voided(at=now, on=on)
    return f"{grant_all_due(on=on):,} grants, {taken:,} of voided lines taken back."
