"""How a price is written in a cell."""

from decimal import Decimal

from config.admin.formatting import NOTHING, money
from pricing.models import Price, PriceInterval


def terms(price: Price) -> str:
    """What a price says, in words: €9.00 each beyond 5, plus €29.00, a month."""
    if price.is_end:
        return "no price any more"
    said = ", ".join(_parts(price)) or NOTHING
    every = "once" if price.interval == PriceInterval.ONE_TIME else f"a {price.interval}"
    return f"{'from ' if price.is_minimum else ''}{said} {every}"


def _parts(price: Price) -> list[str]:
    parts = []
    if price.flat_amount is not None and (price.flat_amount or price.unit_amount is None):
        parts.append(money(price.flat_amount, price.currency))
    if price.unit_amount is not None:
        parts.append(_units(price))
    if price.credits is not None:
        parts.append(f"{quantity(price.credits)} credits")
    parts += [_band(tier, price) for tier in price.tiers.all()] if price.has_bands else []
    return parts


def _units(price: Price) -> str:
    each = money(price.unit_amount, price.currency)
    said = f"{each} per {quantity(price.package_size)}" if price.package_size else f"{each} each"
    return f"{said} beyond {quantity(price.included_units)}" if price.included_units else said


def _band(tier, price: Price) -> str:
    end = f"above {quantity(tier.from_quantity)}"
    if tier.to_quantity is not None:
        end = f"to {quantity(tier.to_quantity)}"
    unit, flat = money(tier.unit_amount, price.currency), money(tier.flat_amount, price.currency)
    if not tier.flat_amount:
        return f"{end}: {unit}"
    return f"{end}: {flat} + {unit}" if tier.unit_amount else f"{end}: {flat}"


def quantity(number: Decimal) -> str:
    whole = number == number.to_integral_value()
    return f"{number:,.0f}" if whole else f"{number.normalize():f}"
