"""Writing the lines of a release that is not published."""

from collections.abc import Sequence

from django.db import transaction

from pricing.models import Price, PriceRelease, PriceTier
from pricing.publication import NotInState

Line = tuple[Price, Sequence[PriceTier]]


@transaction.atomic
def draft(*, release: PriceRelease, lines: Sequence[Line] | None = None) -> PriceRelease:
    """Save a release, and put these lines in the place of those it has; None leaves them.

    What was submitted is a draft again. Raises NotInState for what is published or cancelled.
    """
    stored = PriceRelease.objects.select_for_update(no_key=True, of=("self",)).filter(pk=release.pk)
    if any(not row.is_open for row in stored):
        raise NotInState(f"It is {release.get_state_display().lower()}: it is never edited.")
    release.save()
    if lines is not None:
        release.lines.all().delete()
        _add(release, lines)
    release.refresh_from_db()
    return release


def _add(release: PriceRelease, lines: Sequence[Line]) -> None:
    for price, _ in lines:
        price.release = release
        price.follow_release()
    Price.objects.bulk_create([price for price, _ in lines])
    tiers = []
    for price, bands in lines:
        for tier in bands:
            tier.price = price
            tiers.append(tier)
    PriceTier.objects.bulk_create(tiers)
