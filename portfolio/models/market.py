"""The markets we sell to."""

from django.db import models

from config.access.scoping import EXPORTED
from config.codes import CodeField
from config.versions import Versioned


class Market(Versioned):
    """A way to divide customers; the lower rank comes first in lists and rules."""

    code = CodeField()
    name = models.CharField(max_length=200)
    rank = models.PositiveIntegerField(unique=True, help_text="Lower ranks come first.")

    class Meta:
        abstract = True
        default_permissions = EXPORTED
        ordering = ["rank"]

    def __str__(self) -> str:
        return self.name


class Segment(Market):
    """A kind of customer, such as enterprise."""


class Region(Market):
    """A part of the world that we sell to."""
