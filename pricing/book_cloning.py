"""A book for other customers, that begins with the prices of one there is."""

from django.db import transaction

from pricing.adjusting import Adjustment, draft_adjustment, preview_adjustment
from pricing.models import PriceBook, PriceRelease
from pricing.proposing import Proposal


def preview_clone(
    *, source: PriceBook, release: PriceRelease, adjustment: Adjustment | None = None
) -> Proposal:
    """What the clone would begin with; neither the book nor anything else stays."""
    with transaction.atomic():
        release.book.save()
        release.book = release.book
        found = preview_adjustment(release=release, adjustment=_of(source, adjustment), prices=None)
        transaction.set_rollback(True)
    return found


@transaction.atomic
def clone_book(
    *, source: PriceBook, release: PriceRelease, adjustment: Adjustment | None = None
) -> Proposal:
    """Store the release's book, which is new, and the draft of its first prices.

    These are all prices of the source on the day before the release, adjusted if it is said how.
    Binds nobody before the draft is approved and published. Raises NothingToDo for a source
    without prices, and what `Adjustment.check` raises.
    """
    release.book.save()
    release.book = release.book  # its id is known now
    return draft_adjustment(release=release, adjustment=_of(source, adjustment), prices=None)


def _of(source: PriceBook, adjustment: Adjustment | None) -> Adjustment:
    given = adjustment or Adjustment()
    return Adjustment(
        given.set_to, given.percent, given.plus, given.step, given.ending, copy_from=source
    )
