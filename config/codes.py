"""The human key of a row, as people type it and programs send it."""

import re

from django.core.validators import RegexValidator
from django.db import models

CODE = re.compile(r"(?!-)(?=.*[A-Za-z0-9])[A-Za-z0-9._-]+")
OUTSIDE = re.compile(r"[^A-Za-z0-9._-]+")
LONGEST = 120


def slug(text: str) -> str:
    """The code that a foreign text becomes: each run of other characters is one "-", ends trimmed.

    The case is kept; a text without any usable character gives "".
    """
    return OUTSIDE.sub("-", text).strip("-")


class CodeField(models.CharField):
    """A key of letters, digits, dots, dashes and underscores; part of every address."""

    def __init__(self, *args, **kwargs) -> None:
        kwargs.setdefault("max_length", LONGEST)
        kwargs.setdefault("unique", True)
        kwargs.setdefault("help_text", "Letters, digits, dots, dashes and underscores.")
        kwargs["validators"] = [
            RegexValidator(
                rf"^{CODE.pattern}\Z",
                "A code has letters, digits, dots, dashes and underscores, and at least one "
                "letter or digit.",
            )
        ]
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("validators", None)
        kwargs["unique"] = self.unique  # said even when false: the default here is true
        return name, path, args, kwargs
