"""Which products come before which others."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from config.access.scoping import EXPORTED
from config.versions import Versioned
from portfolio.models.product import Product


class SequenceKind(models.TextChoices):
    REQUIRES = "requires", "Required: not without it"
    RECOMMENDED = "recommended", "Recommended: better after it"


class SequenceQuerySet(models.QuerySet):
    def between(self, a: Product, b: Product) -> Self:
        """The step between the two, whichever comes first."""
        return self.filter(before__in=(a, b), after__in=(a, b)).select_related("before", "after")


class Sequence(Versioned):
    """One product comes before another; the database refuses steps that lead back to a product."""

    before = models.ForeignKey(Product, models.PROTECT, related_name="+")
    after = models.ForeignKey(Product, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=SequenceKind)
    min_adoption = models.DecimalField(
        "least adoption",
        max_digits=4,
        decimal_places=3,
        help_text=(
            "The share of the first product's seats in use from which the second makes sense; "
            "0.6 is 60 %."
        ),
    )

    objects = SequenceQuerySet.as_manager()

    class Meta:
        default_permissions = EXPORTED
        ordering = ["before", "after"]
        constraints = [
            models.CheckConstraint(
                name="sequence_is_of_two_products",
                condition=~Q(before=F("after")),
                violation_error_message="A product cannot come before itself.",
            ),
            models.UniqueConstraint(
                name="sequence_once_for_two_products",
                fields=["before", "after"],
                violation_error_message="This sequence is listed already.",
            ),
            models.CheckConstraint(
                name="sequence_adoption_is_a_share",
                condition=Q(min_adoption__gte=0, min_adoption__lte=1),
                violation_error_message="The least adoption is from 0 to 1.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before} before {self.after}"
