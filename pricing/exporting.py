"""A price book on a day as a sheet, which comes back as a draft release."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db import connection

from pricing.importing.reading import COLUMNS
from pricing.models import PriceBook

HEADER = COLUMNS
# One row of a price, or of each of its bands, in the order of a price list.
ROWS = """
SELECT plan.code, charge.code, p.currency, p.interval, p.model,
    CASE WHEN band.id IS NULL THEN p.flat_amount ELSE band.flat_amount END,
    CASE WHEN band.id IS NULL THEN p.unit_amount ELSE band.unit_amount END,
    p.included_units, p.package_size, p.credits, band.from_quantity, band.to_quantity,
    p.is_minimum, NULL, p.id || 'v' || p.version
FROM pricing_price p
JOIN pricing_charge charge ON charge.id = p.charge_id
JOIN pricing_plan plan ON plan.id = charge.plan_id
LEFT JOIN pricing_pricetier band ON band.price_id = p.id
WHERE p.book_id = %(book)s AND p.published_at IS NOT NULL AND NOT p.cancelled AND NOT p.is_end
  AND p.starts_on <= %(on)s AND (p.ends_on IS NULL OR p.ends_on > %(on)s)
ORDER BY plan.code, charge.code, p.currency, p.interval, band.from_quantity
"""


def rows(book: PriceBook, *, on: date) -> Iterator[tuple]:
    """The prices of a book that apply on the day, with a row for each band; one query."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"book": book.pk, "on": on})
        found = cursor.fetchall()
    for row in found:
        yield tuple(_short(cell) if isinstance(cell, Decimal) else cell for cell in row)


def _short(number: Decimal) -> Decimal:
    return number.normalize() + 0
