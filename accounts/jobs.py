"""What customers' subscriptions ask to have done every night."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.mass_renewal import renew_due
from accounts.models import RenewalRun
from config.jobs import job

DAY = timedelta(days=1)


@job
def renew_subscriptions(*, now: datetime) -> str:
    """Renews what is due today, and what was due on days that were missed."""
    today = now.astimezone(timezone.get_current_timezone()).date()
    last = RenewalRun.objects.exclude(ended_at=None).order_by("on").last()
    day = min(last.on + DAY if last else today, today)
    due = moved = 0
    while day <= today:
        run = renew_due(on=day)
        due, moved, day = due + run.lines_due, moved + run.lines_moved, day + DAY
    return f"{due:,} lines due, {moved:,} moved."
