"""The figures at which a judgement changes, with where they come from."""

from datetime import date
from decimal import Decimal

from django.db import models

from config.access.scoping import EXPORTED
from config.codes import CodeField
from config.periods import Dated, DatedQuerySet, one_at_a_time
from config.versions import Versioned


class ThresholdQuerySet(DatedQuerySet):
    def values_on(self, on: date) -> dict[str, Decimal]:
        """Every threshold that applies on the day, by code."""
        return dict(self.in_force(on=on).values_list("code", "value"))


class Threshold(Versioned, Dated):
    """A figure at which a judgement changes, such as the attach rate that counts as strong."""

    code = CodeField(unique=False)
    value = models.DecimalField(max_digits=18, decimal_places=6)
    source = models.CharField(max_length=500, help_text="Where the figure comes from.")

    objects = ThresholdQuerySet.as_manager()

    class Meta:
        default_permissions = EXPORTED
        ordering = ["code", "starts_on"]
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time(
                "code",
                name="threshold_one_at_a_time",
                message="Another value of this threshold covers part of these days.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.value.normalize():f}"
