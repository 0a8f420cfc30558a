"""How money is written: an amount that fits its currency, and the currency."""

from decimal import Decimal
from operator import attrgetter

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.api.fields import AMOUNT, canonical, decimal_of
from config.money import minor_digits, validate_currency

MONEY = {
    "type": "object",
    "properties": {
        "amount": {"type": "string", "pattern": f"^{AMOUNT.pattern}$", "examples": ["19.99"]},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["EUR"]},
    },
    "required": ["amount", "currency"],
    "additionalProperties": False,
}


def written(amount: Decimal, currency: str) -> dict[str, str]:
    """`{"amount": "19.90", "currency": "EUR"}`: at least the digits of the currency."""
    digits = minor_digits(currency)
    text = canonical(amount)
    whole, _, fraction = text.partition(".")
    text = f"{whole}.{fraction.ljust(digits, '0')}" if digits or fraction else whole
    return {"amount": text, "currency": currency}


@extend_schema_field(MONEY)
class MoneyField(serializers.Field):
    """Two columns of a row as one value.

    `amount` and `currency` name the columns; `unit_price` allows digits below the minor unit.
    """

    default_error_messages = {
        "object": "Must be an object with an amount and a currency, and nothing else.",
        "amount": 'The amount must be a string such as "19.99".',
        "currency": "The currency must be a code of ISO 4217.",
        "digits": "{currency} has {digits} digits after the point.",
        "negative": "The amount may not be negative.",
    }

    def __init__(
        self,
        *,
        amount: str = "amount",
        currency: str = "currency",
        unit_price: bool = False,
        negative: bool = False,
        **kwargs,
    ) -> None:
        self.amount, self.currency = amount, currency
        self.unit_price, self.negative = unit_price, negative
        super().__init__(source="*", **kwargs)

    def to_internal_value(self, data) -> dict:
        if data is None:  # allow_null: there is no amount
            return {self.amount: None}
        if not isinstance(data, dict) or data.keys() != {"amount", "currency"}:
            self.fail("object")
        amount = decimal_of(data["amount"])
        if amount is None:
            self.fail("amount")
        self._check_currency(data["currency"])
        self._check_amount(amount, data["currency"])
        return {self.amount: amount, self.currency: data["currency"]}

    def _check_currency(self, currency: object) -> None:
        try:
            validate_currency(currency if isinstance(currency, str) else "")
        except ValidationError:
            self.fail("currency")

    def _check_amount(self, amount: Decimal, currency: str) -> None:
        digits = minor_digits(currency)
        if not self.unit_price and -amount.as_tuple().exponent > digits:
            self.fail("digits", currency=currency, digits=digits)
        if amount < 0 and not self.negative:
            self.fail("negative")

    def to_representation(self, row) -> dict[str, str] | None:
        amount = getattr(row, self.amount)
        return None if amount is None else written(amount, attrgetter(self.currency)(row))
