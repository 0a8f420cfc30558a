"""The day a page is about: `?on=YYYY-MM-DD`, today when nobody says."""

from datetime import date

from django.utils import timezone
from django.utils.dateparse import parse_date

PARAMETER = "on"


def day(request) -> tuple[date, str]:
    """The day asked for, and what was wrong with the question, if anything."""
    today = timezone.localdate()
    text = request.GET.get(PARAMETER, "").strip()
    if not text:
        return today, ""
    try:
        asked = parse_date(text)
    except ValueError:
        asked = None
    if asked is None:
        return today, f"“{text[:20]}” is not a day such as {today:%Y-%m-%d}; this is today."
    return asked, ""
