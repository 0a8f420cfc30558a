"""Anything with a price, what it includes, and its priced parts."""

from datetime import date

from django.db import models
from django.db.models import Q

from config.access.scoping import EXPORTED
from config.codes import CodeField
from config.periods import Dated, DatedQuerySet, in_order, one_at_a_time
from config.versions import Versioned
from portfolio.models import Product, ProductStatus, SellableQuerySet, status_of


class PlanKind(models.TextChoices):
    TIER = "tier", "Tier"


class Plan(Versioned):
    """Something with a price: a tier of a product, ranked from the smallest upwards."""

    code = CodeField(max_length=250)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=PlanKind, default=PlanKind.TIER)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    rank = models.PositiveIntegerField(help_text="Higher tiers of a product have higher ranks.")
    is_public = models.BooleanField("public", default=True)
    available_from = models.DateField(
        null=True, blank=True, help_text="First day it can be sold; empty: a draft."
    )
    end_of_sale_on = models.DateField(
        null=True, blank=True, help_text="First day no new customer can buy it."
    )
    end_of_life_on = models.DateField(
        null=True, blank=True, help_text="First day nobody has it any more."
    )

    objects = SellableQuerySet.as_manager()

    class Meta:
        default_permissions = EXPORTED
        ordering = ["product", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "rank"],
                name="plan_one_tier_per_rank",
                violation_error_message="Another tier of this product has this rank.",
            ),
            # What a foreign key of two columns points to: a line's product is that of its plan.
            models.UniqueConstraint(fields=["id", "product"], name="plan_of_product"),
            models.CheckConstraint(
                name="plan_dates_follow_one_another",
                condition=in_order("available_from", "end_of_sale_on", "end_of_life_on"),
                violation_error_message=(
                    "The dates must follow one another: available, end of sale, end of life."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def status(self, *, on: date) -> ProductStatus:
        """Where the plan stands in its life on the day; derived from its dates alone."""
        return status_of(self, on=on)


class VersionState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"


class Treatment(models.TextChoices):
    KEEP = "keep", "Existing customers keep what they have"
    GAINS_ONLY = "gains_only", "Existing customers get what is better, and lose nothing"
    NEXT_BOUNDARY = "next_boundary", "Existing customers move at the end of their term"
    POLICY = "policy", "A grandfathering policy decides"


class PlanVersion(Versioned, Dated):
    """What a plan includes for a stretch of days; once published it is never edited, only ended."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=VersionState, default=VersionState.DRAFT)
    existing_treatment = models.CharField(
        max_length=16,
        choices=Treatment,
        null=True,
        blank=True,
        help_text="What happens to those who have the plan already; needed to publish.",
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        default_permissions = EXPORTED
        ordering = ["plan", "number"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="planversion_number_once",
                violation_error_message="The plan has a version of this number already.",
            ),
            models.CheckConstraint(
                name="planversion_published_says_what_happens",
                condition=Q(state=VersionState.DRAFT) | Q(existing_treatment__isnull=False),
                violation_error_message="Say what happens to existing customers before publishing.",
            ),
            one_at_a_time(
                "plan",
                name="planversion_one_published_at_a_time",
                message="Another published version covers part of these days.",
                condition=Q(state=VersionState.PUBLISHED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} v{self.number}"


class Cadence(models.TextChoices):
    RECURRING = "recurring", "Recurring"
    USAGE = "usage", "By usage"
    ONE_TIME = "one_time", "Once"


class Interval(models.TextChoices):
    MONTH = "month", "Month"
    QUARTER = "quarter", "Quarter"
    YEAR = "year", "Year"

    @property
    def months(self) -> int:
        return {"month": 1, "quarter": 3, "year": 12}[self.value]


class Charge(Versioned):
    """A priced part of a plan, such as its base fee or its seats."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="charges")
    code = CodeField(unique=False, max_length=40, default="base")
    cadence = models.CharField(max_length=16, choices=Cadence, default=Cadence.RECURRING)

    class Meta:
        default_permissions = EXPORTED
        ordering = ["plan", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"],
                name="charge_code_once_per_plan",
                violation_error_message="The plan has a charge of this code already.",
            ),
            # What a foreign key of two columns points to: a line's charge is one of its plan.
            models.UniqueConstraint(fields=["id", "plan"], name="charge_of_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.code}"
