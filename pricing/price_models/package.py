"""Whole packages, of which the last may be partly used."""

from decimal import ROUND_CEILING, Decimal

from pricing.amounts import ZERO, Part, Terms, price_model


@price_model(
    "Package", needs=("unit_amount", "package_size"), takes=("flat_amount", "included_units")
)
def package(terms: Terms, quantity: Decimal) -> list[Part]:
    """flat + ceil(max(0, quantity - included) / size) x unit, a package being the unit"""
    beyond = max(ZERO, quantity - terms.included)
    packages = (beyond / terms.size).to_integral_value(ROUND_CEILING)
    return [Part("flat", Decimal(1), terms.flat), Part("packages", packages, terms.unit)]
