"""Amounts, currencies, and the one rounding."""

from decimal import ROUND_HALF_UP, Decimal

from babel.core import get_global
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

AMOUNT_DIGITS = {"max_digits": 18, "decimal_places": 6}


def minor_digits(currency: str) -> int:
    """How many digits follow the point in a currency: USD 2, JPY 0, KWD 3 (CLDR)."""
    digits = get_global("currency_fractions")
    return digits.get(currency, digits["DEFAULT"])[0]


def round_money(amount: Decimal, currency: str) -> Decimal:
    """The amount rounded half up to the currency's minor unit: the only rounding there is."""
    return amount.quantize(Decimal(1).scaleb(-minor_digits(currency)), ROUND_HALF_UP)


def to_minor(amount: Decimal, currency: str) -> int:
    """Whole minor units of an amount, rounded once: 19.99 EUR is 1999."""
    return int(round_money(amount, currency).scaleb(minor_digits(currency)))


def from_minor(minor: int, currency: str) -> Decimal:
    """The amount that whole minor units stand for: 1999 of EUR is 19.99."""
    return Decimal(minor).scaleb(-minor_digits(currency))


def validate_currency(code: str) -> None:
    """Refuses codes that ISO 4217 does not know.

    Raises ValidationError.
    """
    if code not in get_global("all_currencies"):
        raise ValidationError(f"{code} is not a currency of ISO 4217.", code="currency")


class CurrencyField(models.CharField):
    """An ISO 4217 code, such as EUR."""

    def __init__(self, *args, **kwargs) -> None:
        kwargs["max_length"] = 3
        kwargs["validators"] = [
            RegexValidator(r"^[A-Z]{3}\Z", "Three capital letters, such as EUR."),
            validate_currency,
        ]
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"], kwargs["validators"]
        return name, path, args, kwargs
