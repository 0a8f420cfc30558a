"""Who writes through a page: told to the audit trail for all pages alike."""

from functools import wraps

from rest_framework.permissions import SAFE_METHODS

from config.audit.actors import request_facts
from config.audit.context import Door, stating


def stated(view):
    """The view, whose writes name the person, the request and the admin."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        if request.method in SAFE_METHODS:
            return view(request, *args, **kwargs)
        with stating(**request_facts(request, Door.ADMIN)):
            return view(request, *args, **kwargs)

    return inner
