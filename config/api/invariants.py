"""What must hold of the stored answers as a whole."""

from collections.abc import Iterator

from config.invariants import invariant
from config.models import StoredResponse

SHOWN = 20


@invariant
def every_kept_key_has_its_answer() -> Iterator[str]:
    """Every Idempotency-Key that is kept has the answer of its request: none is stuck."""
    for stored in StoredResponse.objects.filter(status=None)[:SHOWN]:
        yield str(stored)
