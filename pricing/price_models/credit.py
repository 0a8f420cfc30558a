"""One amount, for which credits are granted."""

from decimal import Decimal

from pricing.amounts import Part, Terms, price_model


@price_model("Credits", needs=("flat_amount", "credits"))
def credit(terms: Terms, quantity: Decimal) -> list[Part]:
    """flat; it grants `credits`"""
    return [Part("flat", Decimal(1), terms.flat)]
