"""What is asked about customers every night."""

from datetime import datetime

from django.utils.timezone import get_current_timezone

from accounts.moments import tell_moments
from config.jobs import job


@job
def tell_usage_moments(*, now: datetime) -> str:
    """Tells of customers who have nearly used up a limit, or made a habit of a feature."""
    return f"{tell_moments(on=now.astimezone(get_current_timezone()).date()):,} moments told."
