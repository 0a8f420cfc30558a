"""How quantities are spelled for people."""

from decimal import Decimal

SCALE = ("B", "KB", "MB", "GB", "TB", "PB")  # steps of a thousand


def spelled(quantity: Decimal, unit: str = "") -> str:
    """A quantity in the largest unit in which one digit after the point says all of it.

    1000 GB are 1 TB, 1500 GB 1.5 TB, and 1024 GB stay 1,024 GB.
    """
    while unit in SCALE[:-1] and quantity >= 1000 and quantity % 100 == 0:
        quantity, unit = quantity / 1000, SCALE[SCALE.index(unit) + 1]
    text = f"{quantity:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text} {unit}".strip()
