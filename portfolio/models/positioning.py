"""How products are put before customers: to whom, by whom, with what to show."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from config.access.scoping import EXPORTED
from config.versions import Versioned
from portfolio.models.market import Segment
from portfolio.models.motion import Motion
from portfolio.models.portfolio import OwnerModel
from portfolio.models.product import Product


class Posture(models.TextChoices):
    LEAD = "lead", "Lead with it"
    RECOMMEND = "recommend", "Recommend it"
    NEUTRAL = "neutral", "Sell it when asked"
    EXCLUDE = "exclude", "Never offer it"


class Targeting(Versioned):
    """How a product is positioned in a segment; without a product, how everything at once is.

    A row without a product is about plans that bundle products and the platform.
    """

    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="targetings",
        help_text="Empty: plans that bundle several products, and the platform.",
    )
    segment = models.ForeignKey(Segment, models.PROTECT, related_name="targetings")
    posture = models.CharField(max_length=16, choices=Posture)
    max_products = models.PositiveSmallIntegerField(
        "most products",
        null=True,
        blank=True,
        help_text="How many products to offer to a customer of the segment at most; of several "
        "rows the smallest number holds. Empty: no limit.",
    )

    class Meta:
        default_permissions = EXPORTED
        ordering = ["segment", "product"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "segment"],
                nulls_distinct=False,
                name="targeting_once_per_product_and_segment",
                violation_error_message="This is positioned in the segment already.",
            ),
            models.CheckConstraint(
                name="targeting_offers_something",
                condition=Q(max_products=None) | Q(max_products__gte=1),
                violation_error_message=(
                    "At least one product can be offered; to offer none, exclude them."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product or 'Bundles and platform'} in {self.segment}"


class ChannelQuerySet(models.QuerySet):
    def about(self, product: Product | None) -> Self:
        """Rows of the product, and those that are about any."""
        return self.filter(Q(product=None) | Q(product=product))


class Channel(Versioned):
    """Who sells: the row that says most about product, segment and motion decides.

    A blank criterion fits anything; `portfolio.channels` says which row is more exact.
    """

    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="channels",
        help_text="Empty: any product.",
    )
    segment = models.ForeignKey(
        Segment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="channels",
        help_text="Empty: any segment.",
    )
    motion = models.CharField(
        max_length=24, choices=Motion, null=True, blank=True, help_text="Empty: any motion."
    )
    owner_model = models.CharField("who sells", max_length=16, choices=OwnerModel)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        default_permissions = EXPORTED
        ordering = ["product", "segment", "motion"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "segment", "motion"],
                nulls_distinct=False,
                name="channel_one_per_criteria",
                violation_error_message=(
                    "Another channel has the same product, segment and motion: change that one."
                ),
            ),
            models.CheckConstraint(
                name="channel_has_a_criterion",
                condition=Q(product__isnull=False)
                | Q(segment__isnull=False)
                | Q(motion__isnull=False),
                violation_error_message=(
                    "Name a product, a segment or a motion: who sells everything else is the "
                    "portfolio's own channel."
                ),
            ),
        ]

    def __str__(self) -> str:
        named = [self.product, self.segment, self.get_motion_display()]
        return f"{', '.join(str(name) for name in named if name)}: {self.get_owner_model_display()}"


class AssetKind(models.TextChoices):
    DEMO = "demo", "Demo"
    CASE_STUDY = "case_study", "Case study"
    ONE_PAGER = "one_pager", "One-pager"
    VIDEO = "video", "Video"
    CALCULATOR = "calculator", "Calculator"


class AssetQuerySet(models.QuerySet):
    def shown(self, *, on: date) -> Self:
        """Assets that are out on the day."""
        return self.filter(published_on__lte=on)

    def of_products(self, *products: Product) -> Self:
        """Assets whose products are all among these."""
        return self.filter(
            Q(other_product=None) | Q(other_product__in=products), product__in=products
        )


class Asset(Versioned):
    """Something to show to a customer, about one product or two that belong together."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=AssetKind)
    product = models.ForeignKey(Product, models.PROTECT, related_name="assets")
    other_product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="What it works together with; empty: it is about one product.",
    )
    industry = models.CharField(
        max_length=100, blank=True, help_text="As on the account; empty: any industry."
    )
    employees_from = models.PositiveIntegerField(
        null=True, blank=True, help_text="Smallest company it suits; empty: no matter how small."
    )
    employees_to = models.PositiveIntegerField(
        null=True, blank=True, help_text="Largest company it suits; empty: no matter how large."
    )
    url = models.URLField("address", max_length=500)
    message = models.TextField(blank=True, help_text="What to say with it.")
    published_on = models.DateField(help_text="First day it may be shown; newer ones go first.")

    objects = AssetQuerySet.as_manager()

    class Meta:
        ordering = ["-published_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="asset_is_about_two_different_products",
                condition=Q(other_product=None) | ~Q(other_product=F("product")),
                violation_error_message="The other product must be another one.",
            ),
            models.CheckConstraint(
                name="asset_size_band_is_in_order",
                condition=Q(employees_from=None)
                | Q(employees_to=None)
                | Q(employees_to__gte=F("employees_from")),
                violation_error_message="The largest company cannot be below the smallest.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
