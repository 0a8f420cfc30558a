"""What must hold of people as a whole."""

from collections.abc import Iterator

from config.access.models import User
from config.access.separation import APPROVER, PREPARER
from config.invariants import invariant


@invariant
def nobody_prepares_and_approves() -> Iterator[str]:
    """Nobody is preparer and approver of prices."""
    both = User.objects.filter(groups__name=PREPARER).filter(groups__name=APPROVER)
    yield from (f"user {pk}" for pk in both.order_by("pk").values_list("pk", flat=True))
