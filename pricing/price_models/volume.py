"""All units at the price of the band that holds the quantity."""

from decimal import Decimal

from pricing.amounts import BeyondBands, Part, Terms, price_model


@price_model("Volume", bands=True)
def volume(terms: Terms, quantity: Decimal) -> list[Part]:
    """flat + unit x quantity of the band that holds the quantity; a stair step has unit 0.

    Nothing for no quantity.
    """
    if quantity == 0:
        return []
    band = next((band for band in terms.bands if band.holds(quantity)), None)
    if band is None:
        raise BeyondBands(f"No band of this price holds {quantity:f}.")
    return [Part("flat", Decimal(1), band.flat), Part("units", quantity, band.unit)]
