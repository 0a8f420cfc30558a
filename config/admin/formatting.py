"""How figures are written for people: money with its currency, shares, days."""

from decimal import Decimal

from babel.numbers import format_currency, format_decimal
from django import template
from django.utils.translation import get_language, to_locale

from config.money import from_minor

NOTHING = "–"

register = template.Library()


def _locale() -> str:
    return to_locale(get_language() or "en")


def money(amount: Decimal | None, currency: str) -> str:
    """An amount with its currency and every digit it has: €19.00, $0.0035."""
    if amount is None:
        return NOTHING
    return format_currency(
        amount.normalize(), currency, locale=_locale(), decimal_quantization=False
    )


@register.filter
def total(amount: Decimal | None, currency: str) -> str:
    """A rounded amount with all digits of its currency: $228.90, ¥229."""
    return NOTHING if amount is None else format_currency(amount, currency, locale=_locale())


@register.filter
def minor(units: int | None, currency: str) -> str:
    """Whole minor units as an amount: 1999 of EUR is €19.99."""
    return NOTHING if units is None else money(from_minor(units, currency), currency)


@register.filter
def whole(units: int | None, currency: str) -> str:
    """Minor units as an amount without its fraction, for figures that are read at a glance."""
    if units is None:
        return NOTHING
    rounded = from_minor(units, currency).quantize(Decimal(1))
    return format_currency(
        rounded, currency, format="¤#,##0", locale=_locale(), currency_digits=False
    )


@register.filter
def number(value: float | None, digits: int = 0) -> str:
    if value is None:
        return NOTHING
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=_locale())


@register.filter
def percent(share: float | None, digits: int = 0) -> str:
    """A fraction as a percentage: 0.434 is 43 %."""
    return NOTHING if share is None else f"{number(share * 100, digits)}\N{NO-BREAK SPACE}%"


@register.filter
def interval(bounds: dict | None) -> str:
    """A 95 % interval of a share: 41–45 %."""
    if not bounds or bounds.get("low") is None:
        return NOTHING
    return f"{number(bounds['low'] * 100)}–{percent(bounds['high'])}"
