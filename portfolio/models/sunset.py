"""How products end, and what strategic products make possible."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q

from config.access.scoping import EXPORTED
from config.versions import Versioned
from portfolio.models.market import Segment
from portfolio.models.product import Product, ProductRole


class SunsetPlan(Versioned):
    """How a product ends: what its customers get instead, why, and how early they are told.

    The days of the end are the product's own. A chain of successors never comes back to where
    it began: the database walks it.
    """

    product = models.OneToOneField(Product, models.PROTECT, related_name="sunset_plan")
    successor = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessor_plans",
        help_text="What customers move to.",
    )
    no_successor = models.BooleanField(
        default=False, help_text="Tick it when nothing takes its place, so that this is a decision."
    )
    reason = models.TextField(help_text="Why it ends, in words that customers may read.")
    notice_days = models.PositiveIntegerField(
        "days of notice", help_text="How long before its end of life customers must know."
    )
    announced_on = models.DateField(
        null=True, blank=True, help_text="The day customers were told, or will be."
    )

    class Meta:
        default_permissions = EXPORTED
        ordering = ["product"]
        constraints = [
            models.CheckConstraint(
                name="sunsetplan_successor_is_another_product",
                condition=Q(successor=None) | ~Q(successor=F("product")),
                violation_error_message="A product cannot be its own successor.",
            ),
            models.CheckConstraint(
                name="sunsetplan_says_what_comes_after",
                condition=Q(successor__isnull=False) | Q(no_successor=True),
                violation_error_message="Name a successor, or say that there is none.",
            ),
            models.CheckConstraint(
                name="sunsetplan_says_one_thing",
                condition=Q(successor=None) | Q(no_successor=False),
                violation_error_message=(
                    "There is a successor: do not also say that there is none."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"End of {self.product}"

    def told_by(self) -> date | None:
        """The last day on which customers can be told; None while no end of life is set."""
        ends = self.product.end_of_life_on
        return ends - timedelta(days=self.notice_days) if ends else None

    def successor_fault(self) -> str:
        """Why the successor cannot take over, "" where it can or where there is none."""
        successor, product = self.successor, self.product
        if successor is None:
            return ""
        if successor.role == ProductRole.SUNSET:
            return f"{successor} is on its way out itself."
        last = product.end_of_life_on or product.end_of_sale_on
        if last is None:
            return ""
        if successor.available_from is None or successor.available_from > last:
            return f"{successor} is not on sale yet when {product} ends on {last}."
        for ends, what in (
            (successor.end_of_life_on, "ends"),
            (successor.end_of_sale_on, "is no longer sold"),
        ):
            if ends and ends <= last:
                return f"{successor} {what} on {ends}, before {product} is gone on {last}."
        return ""


class SegmentEnablement(Versioned):
    """A strategic product makes it possible to sell to a segment: this is what it is for."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="segments_enabled")
    segment = models.ForeignKey(Segment, models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, blank=True, help_text="What they buy because of it.")

    class Meta:
        ordering = ["product", "segment"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "segment"],
                name="segmentenablement_once",
                violation_error_message="The product enables this segment already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} enables {self.segment}"
