"""The day a page is about: `?on=YYYY-MM-DD`, today when nobody says."""

from datetime import date

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date

PARAMETER = "on"
OF_THE_LIST = "_changelist_filters"  # what a page is told of the list that it was opened from
FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)


def day(request) -> tuple[date, str]:
    """The day asked for, and what was wrong with the question, if anything."""
    today = timezone.localdate()
    text = _text(request)
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


def is_asked(request) -> bool:
    """Whether somebody names a day, and one that there is."""
    return bool(_text(request)) and not day(request)[1]


def _text(request) -> str:
    text = request.GET.get(PARAMETER)
    if text is None:
        text = QueryDict(request.GET.get(OF_THE_LIST, "")).get(PARAMETER, "")
    return text.strip()
