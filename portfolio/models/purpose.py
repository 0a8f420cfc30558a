"""Who uses products, and what for."""

from django.db import models

from config.access.scoping import EXPORTED
from config.codes import CodeField
from config.versions import Versioned


class Purpose(Versioned):
    """A reason to have a product, shared with other products or its own."""

    code = CodeField()
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)

    class Meta:
        default_permissions = EXPORTED
        abstract = True
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Persona(Purpose):
    """A kind of person who works with products, such as a support agent."""


class CustomerNeed(Purpose):
    """What customers want to get done, such as answering every request in one place."""
