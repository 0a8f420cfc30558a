"""What a bundle or a platform is made of."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from config.money import AMOUNT_DIGITS
from config.versions import Versioned
from portfolio.models import Origin, Product, ReviewState
from pricing.models.plan import COMPOSITE, Plan, PlanVersion


def is_reviewed(product: Product) -> bool:
    """Whether the product may be part of a bundle: one of another company needs our approval."""
    return product.origin == Origin.NATIVE or product.review_state == ReviewState.APPROVED


class BundleItem(Versioned):
    """A component of a bundle; of a platform, the tier at which it contains a product."""

    plan_version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="items")
    plan = models.ForeignKey(
        Plan, models.PROTECT, related_name="+", verbose_name="component", help_text="What is in it."
    )
    quantity = models.DecimalField(**AMOUNT_DIGITS, default=1)
    optional = models.BooleanField(
        default=False, help_text="Customers may take it along; it is not granted."
    )
    is_composed = models.BooleanField(
        "from the rule",
        default=False,
        editable=False,
        help_text="Nobody named it: the platform contained it on the day it was published for.",
    )

    class Meta:
        ordering = ["plan_version", "id"]
        verbose_name = "component"
        constraints = [
            models.UniqueConstraint(
                fields=["plan_version", "plan"],
                name="bundleitem_once_per_component",
                violation_error_message="The version contains this plan already.",
            ),
            models.CheckConstraint(
                name="bundleitem_quantity_is_positive",
                condition=Q(quantity__gt=0),
                violation_error_message="The quantity is more than nothing.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_version}: {self.plan}"

    def clean(self) -> None:
        """Says beside the field what the database would refuse of rows taken together."""
        super().clean()
        if self.plan_version_id is None or self.plan_id is None:
            return
        if self.plan_version.plan.kind not in COMPOSITE:
            raise ValidationError({"plan_version": "Only bundles and platforms have components."})
        if self.plan_version.plan_id == self.plan_id:
            raise ValidationError({"plan": "A bundle cannot contain itself."})
        if self.plan.kind in COMPOSITE:
            raise ValidationError({"plan": "Bundles and platforms do not nest: name their parts."})
        if self.plan.product_id and not is_reviewed(self.plan.product):
            raise ValidationError(
                {
                    "plan": f"{self.plan.product} is of {self.plan.product.vendor or 'others'} "
                    "and not approved: only approved products go into bundles and platforms."
                }
            )
