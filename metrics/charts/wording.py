"""Figures as pictures say them."""

from decimal import Decimal

from babel.numbers import format_currency

from config.money import from_minor

RATES = ("rate", "ratio", "points")
MONEY = ("money", "money_a_day")
MOST_DIGITS = 6


def percent(value: float, digits: int) -> str:
    return f"{value * 100:,.{digits}f}\N{NO-BREAK SPACE}%"


def whole(minor: float, currency: str) -> str:
    """Minor units as an amount without its fraction."""
    amount = from_minor(round(minor), currency).quantize(Decimal(1))
    return format_currency(amount, currency, "¤#,##0", locale="en", currency_digits=False)


def said(value: float | None, unit: str, currency: str = "", digits: int = 1) -> str:
    """A figure of a unit: a share in per cent, money without its fraction."""
    if value is None:
        return "–"
    if unit in RATES:
        return percent(value, digits)
    if unit in MONEY and currency:
        return whole(value, currency)
    if unit == "days":
        return f"{value:,.0f} days"
    return f"{value:,.{0 if unit in (*MONEY, 'count') else 2}f}"


def short(value: float, unit: str, step: float = 1, currency: str = "") -> str:
    """A tick of an axis: 40 %, 1.2 M; with as many digits as its steps need."""
    if unit in RATES:
        return percent(value, _digits(step * 100))
    if unit in MONEY:
        value = float(from_minor(round(value), currency)) if currency else value / 100
    for size, letter in ((1e9, " bn"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def _digits(step: float) -> int:
    """The fewest digits with which a step is told exactly; a step of 2.5 needs one."""
    for digits in range(MOST_DIGITS):
        if abs(step - round(step, digits)) < step / 1000:
            return digits
    return MOST_DIGITS


def named(key: dict) -> str:
    """A group as a label: the values of its key."""
    return ", ".join("none" if value is None else str(value) for value in key.values())


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round numbers from about the lowest to about the highest."""
    spread = (high - low) or abs(high) or 1
    step = 10 ** len(str(int(spread / count))) / 10 if spread >= count else 1.0
    while spread / step < count - 1:
        step /= 10
    for factor in (1, 2, 2.5, 5, 10, 20, 50):
        if spread / (step * factor) <= count:
            step *= factor
            break
    first = int(low // step)
    last = int(-(-high // step))
    return [place * step for place in range(first, max(last, first + 1) + 1)]
