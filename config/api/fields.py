"""Which spellings of a value are accepted: exactly one."""

import math
import re
from datetime import UTC, date, datetime
from decimal import Decimal

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

AMOUNT = re.compile(r"-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?")
WHOLE = re.compile(r"0|-?[1-9][0-9]{0,18}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
)
LARGEST_INTEGER = 2**63 - 1
FIRST_YEAR, LAST_YEAR = 1900, 9000  # of what is asked about; rows may have any day


def decimal_of(text: object) -> Decimal | None:
    """The number that a canonical amount spells, else None: 19.99 yes; 1e2, +1, -0, １ no."""
    if not isinstance(text, str) or not AMOUNT.fullmatch(text):
        return None
    number = Decimal(text)
    return None if number.is_zero() and text.startswith("-") else number


def day_of(text: object) -> date | None:
    """The day that `YYYY-MM-DD` names, else None."""
    if not isinstance(text, str) or not DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def asked_day(text: object) -> date | None:
    """The day that a question names, else None: of a year that calendars still go on from."""
    day = day_of(text)
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else None


def fault_of_day(text: object) -> str:
    """Why a text is no day, or none that a question may name."""
    if day_of(text):
        return f"Ask about a day of the years {FIRST_YEAR} to {LAST_YEAR}."
    return "Must be a day such as 2026-01-31."


def canonical(number: Decimal) -> str:
    """A number as the API spells it: no exponent, no needless zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class OnlyText:
    """Text must be text: REST framework would take numbers too."""

    default_error_messages = {"text": "Must be a string."}

    def to_internal_value(self, data):
        if not isinstance(data, str):
            self.fail("text")
        return super().to_internal_value(data)


class CharField(OnlyText, serializers.CharField):
    pass


class EmailField(OnlyText, serializers.EmailField):
    pass


class SlugField(OnlyText, serializers.SlugField):
    pass


class URLField(OnlyText, serializers.URLField):
    pass


class ChoiceField(OnlyText, serializers.ChoiceField):
    pass


class UUIDField(OnlyText, serializers.UUIDField):
    pass


class OfText:
    """A field that reads its canonical text where the whole input is text: a query string."""

    @property
    def in_a_query(self) -> bool:
        return getattr(self.root, "of_text", False)


class BooleanField(OfText, serializers.BooleanField):
    default_error_messages = {"invalid": "Must be true or false."}
    spellings = {"true": True, "false": False}

    def to_internal_value(self, data):
        value = self.spellings.get(data) if self.in_a_query and isinstance(data, str) else data
        if not isinstance(value, bool):
            self.fail("invalid")
        return value


class IntegerField(OfText, serializers.IntegerField):
    default_error_messages = {"invalid": "Must be an integer."}

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("min_value", -LARGEST_INTEGER)
        kwargs.setdefault("max_value", LARGEST_INTEGER)
        super().__init__(**kwargs)

    def to_internal_value(self, data):
        if self.in_a_query and isinstance(data, str) and WHOLE.fullmatch(data):
            data = int(data)
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return data


class FloatField(serializers.FloatField):
    """A share or a score, never money."""

    default_error_messages = {"invalid": "Must be a finite number."}

    def to_internal_value(self, data):
        if not isinstance(data, int | float) or isinstance(data, bool):
            self.fail("invalid")
        try:
            number = float(data)
        except OverflowError:
            self.fail("invalid")
        if not math.isfinite(number):
            self.fail("invalid")
        return number


class DateField(OfText, serializers.DateField):
    """A day; in a question one that can be asked about."""

    def to_internal_value(self, value):
        day = asked_day(value) if self.in_a_query else day_of(value)
        if day is None:
            raise serializers.ValidationError(fault_of_day(value), code="invalid")
        return day


class DateTimeField(serializers.DateTimeField):
    default_error_messages = {
        "invalid": "Must be an instant with its offset, such as 2026-01-31T12:00:00Z."
    }

    def to_internal_value(self, value):
        if not isinstance(value, str) or not INSTANT.fullmatch(value):
            self.fail("invalid")
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail("invalid")

    def to_representation(self, value):
        """As it is read: `strftime` would write the year 1 with one digit."""
        text = value.astimezone(UTC).isoformat(timespec="microseconds")
        return f"{text.removesuffix('+00:00')}Z"


@extend_schema_field({"type": "string", "pattern": f"^{AMOUNT.pattern}$", "examples": ["0.5"]})
class DecimalField(serializers.DecimalField):
    """A number as a canonical string; JSON numbers are floats and are refused."""

    default_error_messages = {
        "invalid": 'Must be a string such as "19.99", at most 12 digits before the point, 6 after.'
    }

    def to_internal_value(self, data):
        number = decimal_of(data)
        if number is None:
            self.fail("invalid")
        return self.quantize(self.validate_precision(number))

    def to_representation(self, value):
        return canonical(value)
