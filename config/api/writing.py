"""What happens around every write of the API."""

from collections.abc import Callable

from django.db import transaction
from rest_framework.response import Response


def write(view, effect: Callable[[], Response]) -> Response:
    """Runs the effect of a request in one transaction and answers its response.

    Every write goes through here, so preconditions, idempotency and retries have one place.
    """
    with transaction.atomic():
        return effect()
