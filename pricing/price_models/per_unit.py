"""So much for each unit beyond those that are included."""

from decimal import Decimal

from pricing.amounts import ZERO, Part, Terms, price_model


@price_model("Per unit", needs=("unit_amount",), takes=("flat_amount", "included_units"))
def per_unit(terms: Terms, quantity: Decimal) -> list[Part]:
    """flat + unit x max(0, quantity - included)"""
    return [
        Part("flat", Decimal(1), terms.flat),
        Part("units", max(ZERO, quantity - terms.included), terms.unit),
    ]
