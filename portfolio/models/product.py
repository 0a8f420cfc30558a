"""What we sell, and the part it plays."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.access.scoping import EXPORTED
from config.codes import CodeField
from config.periods import in_order
from config.versions import Versioned
from portfolio.models.portfolio import Portfolio
from portfolio.models.purpose import CustomerNeed, Persona


class ProductRole(models.TextChoices):
    ANCHOR = "anchor", "Anchor: the way in"
    ATTACH = "attach", "Attach: added to an anchor"
    STRATEGIC = "strategic", "Strategic: justifies the platform"
    SUNSET = "sunset", "Sunset: on its way out"


class Origin(models.TextChoices):
    NATIVE = "native", "Our own"
    THIRD_PARTY = "third_party", "Third party"


class ReviewState(models.TextChoices):
    NOT_NEEDED = "not_needed", "Not needed"
    PENDING = "pending", "Pending"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"


class ProductStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    SCHEDULED = "scheduled", "Scheduled"
    ON_SALE = "on_sale", "On sale"
    CLOSED = "closed", "Closed for sale"
    RETIRED = "retired", "Retired"


def status_of(sellable, *, on: date) -> ProductStatus:
    """Where something that is sold stands in its life on the day."""
    if sellable.end_of_life_on and sellable.end_of_life_on <= on:
        return ProductStatus.RETIRED
    if sellable.available_from is None:
        return ProductStatus.DRAFT
    if sellable.available_from > on:
        return ProductStatus.SCHEDULED
    if sellable.end_of_sale_on and sellable.end_of_sale_on <= on:
        return ProductStatus.CLOSED
    return ProductStatus.ON_SALE


class SellableQuerySet(models.QuerySet):
    """Things that are sold from one day to another: products, and plans of them."""

    def on_sale(self, *, on: date) -> Self:
        """Those that a new customer can buy on the day."""
        return self.with_status(ProductStatus.ON_SALE, on=on)

    def not_retired(self, *, on: date) -> Self:
        """Products that somebody has, or may come to have, on the day or later: drafts too."""
        return self.filter(Q(end_of_life_on=None) | Q(end_of_life_on__gt=on))

    def with_status(self, status: str, *, on: date) -> Self:
        """Those whose status on the day is this one."""
        open_for_sale = Q(end_of_sale_on=None) | Q(end_of_sale_on__gt=on)
        retired = Q(end_of_life_on__isnull=False, end_of_life_on__lte=on)
        started = Q(available_from__isnull=False, available_from__lte=on)
        conditions = {
            ProductStatus.DRAFT: ~retired & Q(available_from=None),
            ProductStatus.SCHEDULED: ~retired & Q(available_from__gt=on),
            ProductStatus.ON_SALE: ~retired & started & open_for_sale,
            ProductStatus.CLOSED: ~retired & started & ~open_for_sale,
            ProductStatus.RETIRED: retired,
        }
        return self.filter(conditions[ProductStatus(status)])


class Product(Versioned):
    """Something we sell, and the part it plays in its portfolio."""

    code = CodeField()
    name = models.CharField(max_length=200)
    portfolio = models.ForeignKey(Portfolio, models.PROTECT, related_name="products")
    role = models.CharField(
        max_length=16,
        choices=ProductRole,
        null=True,
        blank=True,
        help_text="Empty until somebody has decided it; a product without a role cannot be sold.",
    )
    is_core = models.BooleanField(
        "core", default=False, help_text="Other products of a layered portfolio build on it."
    )
    origin = models.CharField(max_length=16, choices=Origin, default=Origin.NATIVE)
    vendor = models.CharField(max_length=200, blank=True)
    review_state = models.CharField(
        max_length=16,
        choices=ReviewState,
        default=ReviewState.NOT_NEEDED,
        help_text="Only approved third-party products go into bundles and platforms.",
    )
    value_proposition = models.TextField(blank=True)
    personas = models.ManyToManyField(
        Persona, blank=True, related_name="products", help_text="Who works with it."
    )
    needs = models.ManyToManyField(
        CustomerNeed,
        blank=True,
        related_name="products",
        help_text="What customers want to get done with it.",
    )
    available_from = models.DateField(
        null=True, blank=True, help_text="First day it can be sold; empty: a draft."
    )
    end_of_sale_on = models.DateField(
        null=True, blank=True, help_text="First day no new customer can buy it."
    )
    end_of_support_on = models.DateField(null=True, blank=True)
    end_of_life_on = models.DateField(
        null=True, blank=True, help_text="First day nobody has it any more."
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SellableQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        default_permissions = EXPORTED
        constraints = [
            models.CheckConstraint(
                name="product_dates_follow_one_another",
                condition=in_order(
                    "available_from", "end_of_sale_on", "end_of_support_on", "end_of_life_on"
                ),
                violation_error_message=(
                    "The dates must follow one another: available, end of sale, end of support, "
                    "end of life."
                ),
            ),
            models.CheckConstraint(
                name="product_has_a_role_when_it_is_sold",
                condition=Q(role__isnull=False) | Q(available_from=None),
                violation_error_message="Decide the role before the product is sold.",
            ),
            models.CheckConstraint(
                name="product_sunset_has_an_end_of_sale",
                condition=Q(role=None)
                | ~Q(role=ProductRole.SUNSET)
                | Q(end_of_sale_on__isnull=False),
                violation_error_message="A sunset product needs the day its sale ends.",
            ),
            models.CheckConstraint(
                name="product_third_party_is_reviewed",
                condition=Q(origin=Origin.NATIVE, review_state=ReviewState.NOT_NEEDED)
                | Q(origin=Origin.THIRD_PARTY) & ~Q(review_state=ReviewState.NOT_NEEDED),
                violation_error_message=(
                    "A third-party product needs a review state; one of our own has none."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def status(self, *, on: date) -> ProductStatus:
        """Where the product stands in its life on the day; derived from its dates alone."""
        return status_of(self, on=on)


# Deleting a persona or a need that products name is refused; Django would just cut the links.
# History tells of a link in words.
for _links in (Product.personas, Product.needs):
    _end = _links.through._meta.get_field(_links.field.m2m_reverse_field_name())
    _end.remote_field.on_delete = models.PROTECT
    _end.verbose_name = _end.remote_field.model._meta.verbose_name
    _links.through._meta.verbose_name = f"{_end.verbose_name} of a product"
