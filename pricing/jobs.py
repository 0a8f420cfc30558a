"""What prices ask to be done every night."""

from datetime import datetime, timedelta

from config.jobs import job
from pricing.models import PriceSheet

KEPT = timedelta(days=1)


@job
def forget_price_sheets(*, now: datetime) -> str:
    """Removes spreadsheets of prices that were sent a day ago: what was drafted of them stays."""
    removed, _ = PriceSheet.objects.filter(sent_at__lt=now - KEPT).delete()
    return f"{removed:,} sheets forgotten."
