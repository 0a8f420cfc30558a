"""The day a page is about: `?on=YYYY-MM-DD`, today when nobody says."""

from datetime import date

from django.utils import timezone
from django.utils.dateparse import parse_date

PARAMETER = "on"
FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)


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
    if asked is None or not FIRST <= asked <= LAST:
        shown = text[:20].replace("\0", " ")
        return today, f"“{shown}” is not a day such as {today:%Y-%m-%d}; this is today."
    return asked, ""
