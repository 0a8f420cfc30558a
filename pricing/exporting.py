"""A price book on a day as a sheet, which comes back as a draft release."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from pricing.importing.reading import COLUMNS
from pricing.models import Price

HEADER = COLUMNS
PIECE = 2000


def rows(prices: QuerySet[Price], *, on: date) -> Iterator[tuple]:
    """The prices that apply on the day, with a row for each band, in the order of a price list."""
    known = prices.known(on=on).priced().select_related("charge__plan").prefetch_related("tiers")
    known = known.order_by("charge__plan__code", "charge__code", "currency", "interval")
    for price in known.iterator(chunk_size=PIECE):
        yield from _rows_of(price)


def _rows_of(price: Price) -> Iterator[tuple]:
    key = (price.charge.plan.code, price.charge.code, price.currency, price.interval, price.model)
    version = f"{price.pk}v{price.version}"
    rest = tuple(map(_short, (price.included_units, price.package_size, price.credits)))
    if not price.has_bands:
        amounts = (_short(price.flat_amount), _short(price.unit_amount))
        yield (*key, *amounts, *rest, None, None, price.is_minimum, None, version)
        return
    for band in sorted(price.tiers.all(), key=lambda tier: tier.from_quantity):
        amounts = (_short(band.flat_amount), _short(band.unit_amount))
        bounds = (_short(band.from_quantity), _short(band.to_quantity))
        yield (*key, *amounts, *rest, *bounds, price.is_minimum, None, version)


def _short(number: Decimal | None) -> Decimal | None:
    return None if number is None else number.normalize() + 0
