"""What happens around every write of the API."""

from collections.abc import Callable

from django.db import transaction
from rest_framework.response import Response

from config.audit.actors import request_facts
from config.audit.context import Door, stating


def write(view, effect: Callable[[], Response]) -> Response:
    """Runs the effect of a request in one transaction and answers its response.

    Every write goes through here, so preconditions, idempotency and retries have one place.
    Its events name the caller, the request and, if the request has one, the reason.
    """
    with stating(**request_facts(view.request, Door.API)), transaction.atomic():
        return effect()
