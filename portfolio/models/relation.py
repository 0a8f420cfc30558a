"""How two products belong together."""

from collections.abc import Collection
from typing import Self

from django.db import models
from django.db.models import F, Q

from config.access.scoping import EXPORTED
from config.versions import Versioned
from portfolio.models.product import Product


class PairQuerySet(models.QuerySet):
    def of_product(self, product: Product) -> Self:
        """Pairs that the product is in, on whichever side."""
        return self.filter(Q(product_a=product) | Q(product_b=product))

    def among(self, products: Collection[int]) -> Self:
        """Pairs of which both products are among those with these ids."""
        return self.filter(product_a__in=products, product_b__in=products)


class Pair(models.Model):
    """Two products in no order: the one with the lower id is stored as `product_a`."""

    product_a = models.ForeignKey(
        Product, models.PROTECT, related_name="+", verbose_name="one product"
    )
    product_b = models.ForeignKey(
        Product, models.PROTECT, related_name="+", verbose_name="other product"
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_is_of_two_products",
                condition=Q(product_a__lt=F("product_b")),
                violation_error_message="Choose two different products.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_a} and {self.product_b}"

    def save(self, *args, **kwargs) -> None:
        self.put_in_order()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        self.put_in_order()

    def put_in_order(self) -> None:
        """Whoever names the two products the other way round means the same pair."""
        ids = (self.product_a_id, self.product_b_id)
        if None not in ids and ids[0] > ids[1]:
            self.product_a, self.product_b = self.product_b, self.product_a


class Depth(models.TextChoices):
    NONE = "none", "None: side by side"
    SURFACE = "surface", "Surface: links and single sign-on"
    DEEP = "deep", "Deep: one flow of data and work"


class IntegrationStatus(models.TextChoices):
    PLANNED = "planned", "Planned"
    LIVE = "live", "Live"
    RETIRED = "retired", "Retired"


class Integration(Versioned, Pair):
    """How deeply two products work together, and why a customer should have both."""

    depth = models.CharField(max_length=16, choices=Depth)
    shares_data = models.BooleanField(
        default=False, help_text="What one of them knows, the other knows too."
    )
    syncs_workflow = models.BooleanField(
        default=False, help_text="A step in one of them moves the work on in the other."
    )
    status = models.CharField(
        max_length=16,
        choices=IntegrationStatus,
        default=IntegrationStatus.LIVE,
        help_text="Only a live integration counts as technical integration.",
    )
    better_together = models.TextField(
        blank=True,
        help_text="What a customer gains by having both: the value of the two, not their features.",
    )

    objects = PairQuerySet.as_manager()

    class Meta:
        default_permissions = EXPORTED
        ordering = ["product_a", "product_b"]
        constraints = [
            *Pair.Meta.constraints,
            models.UniqueConstraint(
                name="integration_once_for_two_products",
                fields=["product_a", "product_b"],
                violation_error_message="These two products have an integration already.",
            ),
        ]


class WorkflowEdgeQuerySet(models.QuerySet):
    def of_product(self, product: Product) -> Self:
        """What flows into the product or out of it."""
        return self.filter(Q(from_product=product) | Q(to_product=product))

    def between(self, a: Product, b: Product) -> Self:
        """What flows from one of the two into the other, either way."""
        return self.filter(from_product__in=(a, b), to_product__in=(a, b)).select_related(
            "from_product", "to_product"
        )


class WorkflowEdge(Versioned):
    """Work that flows from one product into another, such as a lead into the CRM."""

    from_product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name="from")
    to_product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name="to")
    description = models.TextField(blank=True, help_text="What is handed over, and when.")

    objects = WorkflowEdgeQuerySet.as_manager()

    class Meta:
        default_permissions = EXPORTED
        verbose_name = "workflow"
        ordering = ["from_product", "to_product"]
        constraints = [
            models.CheckConstraint(
                name="workflow_goes_to_another_product",
                condition=~Q(from_product=F("to_product")),
                violation_error_message="Work flows from one product into another one.",
            ),
            models.UniqueConstraint(
                name="workflow_once_for_each_way",
                fields=["from_product", "to_product"],
                violation_error_message="This workflow is listed already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_product} → {self.to_product}"


class Question(models.TextChoices):
    NEEDS = "needs", "Related needs"
    PERSONAS = "personas", "Shared users"
    INTEGRATION = "integration", "Technical integration"
    WORKFLOW = "workflow", "Workflow continuity"


class CoherenceOverride(Versioned, Pair):
    """What somebody who knows better answers to one question about two products, and why."""

    question = models.CharField(max_length=16, choices=Question)
    score = models.DecimalField(
        max_digits=4, decimal_places=3, help_text="From 0, not at all, to 1, entirely."
    )
    note = models.TextField(help_text="Why the computed score is not right.")

    objects = PairQuerySet.as_manager()

    class Meta:
        default_permissions = EXPORTED
        verbose_name = "judgement of coherence"
        verbose_name_plural = "judgements of coherence"
        ordering = ["product_a", "product_b", "question"]
        constraints = [
            *Pair.Meta.constraints,
            models.UniqueConstraint(
                name="override_once_for_a_question",
                fields=["product_a", "product_b", "question"],
                violation_error_message="This question about the two products is judged already.",
            ),
            models.CheckConstraint(
                name="override_score_is_a_share",
                condition=Q(score__gte=0, score__lte=1),
                violation_error_message="The score is from 0 to 1.",
            ),
            models.CheckConstraint(
                name="override_says_why",
                condition=Q(note__regex=r"\S"),
                violation_error_message="Say why the computed score is not right.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_a} and {self.product_b}: {self.get_question_display().lower()}"
