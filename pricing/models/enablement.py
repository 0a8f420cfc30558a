"""Which plans strategic products make possible."""

from django.db import models

from config.versions import Versioned
from portfolio.models import Product
from pricing.models.plan import Plan


class PlanEnablement(Versioned):
    """A strategic product makes it possible to sell a plan: this is what it is for."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="enabled_by")
    note = models.CharField(
        max_length=500, blank=True, help_text="What the plan could not do without it."
    )

    class Meta:
        ordering = ["product", "plan"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "plan"],
                name="planenablement_once",
                violation_error_message="The product enables this plan already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} enables {self.plan}"
