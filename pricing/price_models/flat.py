"""One amount, whatever the quantity."""

from decimal import Decimal

from pricing.amounts import Part, Terms, price_model


@price_model("Flat", needs=("flat_amount",))
def flat(terms: Terms, quantity: Decimal) -> list[Part]:
    """flat"""
    return [Part("flat", Decimal(1), terms.flat)]
