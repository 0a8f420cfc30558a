"""Figures as pictures say them."""

from decimal import Decimal

from babel.numbers import format_currency

from config.money import from_minor
from metrics.registry import metrics

RATES = ("rate", "ratio", "points")
MONEY = ("money", "money_a_day")
MOST_DIGITS = 6
LITTLE = 10_000  # minor units
SIDES = {"multi": "several products", "single": "one product"}


def percent(value: float, digits: int) -> str:
    """A share in per cent; of a very small one, so many digits that it is not nought."""
    while value and digits < MOST_DIGITS and not round(value * 100, digits):
        digits += 1
    return f"{value * 100:,.{digits}f}\N{NO-BREAK SPACE}%"


def whole(minor: float, currency: str, pattern: str = "¤#,##0") -> str:
    """Minor units as an amount without its fraction, unless the pattern has one."""
    amount = from_minor(round(minor), currency)
    if pattern == "¤#,##0":
        amount = amount.quantize(Decimal(1))
    return format_currency(amount, currency, pattern, locale="en", currency_digits=False)


def said(value: float | None, unit: str, currency: str = "", digits: int = 1) -> str:
    """A figure of a unit: a share in per cent, money without its fraction unless it is little."""
    if value is None:
        return "–"
    if unit in RATES:
        return percent(value, digits)
    if unit == "money_a_day" and currency and abs(value) < LITTLE:
        return whole(value, currency, "¤#,##0.00")
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
    if "products_at_opening" in key:
        return SIDES[key["products_at_opening"]]
    return ", ".join("none" if value is None else str(value) for value in key.values())


def caption(answer: dict, what: str = "", *, mark: str = "line") -> str:
    """What the axis of a picture is: of what, in which money, and what stands for intervals."""
    known = metrics.get(answer.get("metric", ""))
    words = what or (known.title if known else "")
    if answer["unit"] in MONEY or any("unit" in group for group in answer["groups"]):
        words += f", {answer.get('currency', '')}".rstrip(", ")
        words += " a day" if answer["unit"] == "money_a_day" else ""
    parts = [answer, *answer["groups"], *answer.get("series", [])]
    if any(part.get("interval") for part in parts):
        level = percent(answer.get("parameters", {}).get("level", 0.95), 0)
        words += f"; the {mark} is the {level} interval"
    return words


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
