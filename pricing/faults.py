"""What keeps a release of prices from being submitted and published."""

from collections.abc import Iterator
from itertools import islice

from django.db.models import Exists, OuterRef, Q

from pricing.amounts import price_models
from pricing.bands import misfits
from pricing.dearer import dearer_by_release
from pricing.models import KEY, Cadence, Price, PriceInterval, PriceRelease, PriceTier

SHOWN = 10
KEYS = {name: OuterRef(name) for name in KEY}


def faults_of(release: PriceRelease) -> list[str]:
    """Sentences, the first ten, on what must be cured first; none: it can be submitted.

    Bundles are held against their parts once every line by itself is in order.
    """
    found = list(islice(_faults(release), SHOWN))
    return found or [str(each) for each in dearer_by_release(release)]


def _faults(release: PriceRelease) -> Iterator[str]:
    lines = release.lines.select_related("charge__plan")
    if not lines.exists():
        yield "It has no lines: add a price, or the end of one."
    if release.existing_treatment is None:
        yield "Say what happens to existing customers."
    for line in lines.exclude(Q(model__in=list(price_models)) | Q(is_end=True))[:SHOWN]:
        yield f"{line.charge}: there is no price model “{line.model}”."
    yield from _misfitting_bands(release)
    once = Q(charge__cadence=Cadence.ONE_TIME)
    once_a = Q(interval=PriceInterval.ONE_TIME)
    for line in lines.filter((once & ~once_a) | (~once & once_a))[:SHOWN]:
        yield (
            f"{line.charge} is charged {line.charge.get_cadence_display().lower()}, its price is "
            f"for: {line.get_interval_display().lower()}."
        )
    yield from _on_the_same_day(release)


def _misfitting_bands(release: PriceRelease) -> Iterator[str]:
    banded = [code for code, model in price_models.items() if model.has_bands]
    lines = release.lines.select_related("charge__plan").prefetch_related("tiers")
    strays = lines.exclude(model__in=banded).filter(
        Exists(PriceTier.objects.filter(price=OuterRef("pk")))
    )
    for line in strays[:SHOWN]:
        yield f"{line.charge} has bands, which a price of this model cannot have."
    for line in lines.filter(model__in=banded).iterator(chunk_size=2000):
        for sentence in misfits(line.terms().bands):
            yield f"{line.charge}, {line.currency}: {sentence}"


def _on_the_same_day(release: PriceRelease) -> Iterator[str]:
    """A day has one price of a key: that of another release must be cancelled first."""
    taken = Price.objects.live().filter(starts_on=release.effective_on, **KEYS)
    taken = taken.exclude(release=release)
    lines = release.lines.filter(Exists(taken), published_at=None)
    for line in lines.select_related("charge__plan")[:SHOWN]:
        yield (
            f"{line.charge}, {line.currency} a {line.interval}: another release changes it on "
            f"{release.effective_on} already."
        )
