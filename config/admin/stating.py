"""Who writes through a page, and why: told to the audit trail for all pages alike."""

from functools import wraps

from rest_framework.permissions import SAFE_METHODS

from config.api.parsing import UNCLEAN
from config.api.reasons import LONGEST
from config.audit.actors import request_facts
from config.audit.context import Door, stating

REASON = "change_reason"


def stated(view):
    """The view, whose writes name the person, the request, the admin and the reason given.

    Any form whose field is called `change_reason` gives one.
    """

    @wraps(view)
    def inner(request, *args, **kwargs):
        if request.method in SAFE_METHODS:
            return view(request, *args, **kwargs)
        request.change_reason = _reason(request.POST.get(REASON, ""))
        with stating(**request_facts(request, Door.ADMIN)):
            return view(request, *args, **kwargs)

    return inner


def _reason(text: str) -> str:
    """What is recorded; a form that has the field refuses what is too long or unclean."""
    reason = text.strip()
    return "" if len(reason) > LONGEST or UNCLEAN.search(reason) else reason
