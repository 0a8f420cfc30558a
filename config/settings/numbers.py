"""Whole numbers from the environment; what is none is said at the start."""

import os

from django.core.exceptions import ImproperlyConfigured


def whole(name: str, default: int, *, least: int) -> int:
    """The number in the variable. Raises ImproperlyConfigured."""
    text = os.environ.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdigit()) or int(text) < least:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} on; it is {text}.")
    return int(text)
