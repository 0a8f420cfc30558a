"""Every band's units at the band's own price."""

from decimal import Decimal

from pricing.amounts import BeyondBands, Part, Terms, price_model


@price_model("Graduated", bands=True)
def graduated(terms: Terms, quantity: Decimal) -> list[Part]:
    """The sum, over the bands that the quantity reaches, of flat + unit x units in the band.

    Nothing for no quantity.
    """
    reached = [band for band in terms.bands if band.share(quantity) > 0]
    if sum(band.share(quantity) for band in reached) != quantity:
        raise BeyondBands(f"The bands of this price do not reach from 0 to {quantity:f}.")
    return [
        part
        for band in reached
        for part in (
            Part(f"flat above {band.above.normalize():f}", Decimal(1), band.flat),
            Part(f"units above {band.above.normalize():f}", band.share(quantity), band.unit),
        )
    ]
