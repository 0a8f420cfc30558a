"""Bundles that nobody who adds up will buy."""

from collections.abc import Iterator

from config.findings import Asked, Found, Severity, finding
from pricing.findings.bundle_discount import found_of
from pricing.ladders import Band
from pricing.offered import OFFERS, offered


@finding(Severity.ERROR, needs=OFFERS)
def bundle_dearer_than_its_parts(asked: Asked) -> Iterator[Found]:
    """A bundle costs more than its parts separately. Nobody who adds up will buy it: a release
    that brings this about is refused, a change of what is on sale may still do."""
    for ladder, market in asked.once(offered).ladders():
        if ladder.band is Band.DEARER:
            yield found_of(ladder, market)
