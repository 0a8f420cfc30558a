"""What a dollar was worth to Larkfield's owners, month by month."""

from datetime import date
from decimal import Decimal

from metrics.demo.catalog import month
from metrics.demo.prices import CURRENCY
from metrics.demo.rows import ensure
from pricing.models import ExchangeRate, RateTable

# Cents of a euro for a dollar, over and over; the first month is four years ago.
CENTS = (
    "92.1",
    "91.4",
    "92.6",
    "93.8",
    "92.9",
    "91.7",
    "90.8",
    "90.2",
    "89.6",
    "90.9",
    "94.3",
    "95.1",
)
MONTHS = 48


def load_rates(*, on: date) -> int:
    """Add the table of rates of each month, unless it is there; returns how many rows that took."""
    facts = {"name": "Month-end rates into euros", "currency": "EUR"}
    table, is_new = ensure(RateTable, {"code": "month-end"}, facts)
    if not is_new:
        return 0
    rates = [
        ExchangeRate(
            table=table,
            currency=CURRENCY,
            rate=Decimal(CENTS[(MONTHS - ago) % len(CENTS)]) / 100,
            source="Invented for the demo.",
            starts_on=month(on, ago),
            ends_on=month(on, ago - 1) if ago else None,
        )
        for ago in range(MONTHS, -1, -1)
    ]
    return 1 + len(ExchangeRate.objects.bulk_create(rates))
