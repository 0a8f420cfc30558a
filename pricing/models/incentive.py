"""Discounts that begin, end, and say whom they are for."""

from datetime import date
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from config.codes import CodeField
from config.money import AMOUNT_DIGITS, CurrencyField
from config.versions import Versioned
from portfolio.models import Product, Region, Segment
from pricing.models.plan import Interval, Plan


class IncentiveKind(models.TextChoices):
    PERCENT = "percent", "So many percent less"
    AMOUNT = "amount", "So much less each interval"
    FREE_PERIODS = "free_periods", "The first intervals are free"


class Stacking(models.TextChoices):
    EXCLUSIVE = "exclusive", "Alone: of all that apply, the best for the customer"
    STACKABLE = "stackable", "Together with others"


class IncentiveQuerySet(models.QuerySet):
    def open(self, *, on: date) -> Self:
        """Incentives that can be redeemed on the day."""
        return self.filter(redeem_from__lte=on, redeem_until__gt=on)


class Incentive(Versioned):
    """A discount on plans for some time: until when it can be had, and how long it lasts.

    There is none without both: what never ends is no incentive but the price.
    """

    code = CodeField()
    name = models.CharField(max_length=200)
    rank = models.PositiveIntegerField(
        unique=True, help_text="The order in which those that go together are taken off."
    )
    kind = models.CharField(max_length=16, choices=IncentiveKind, default=IncentiveKind.PERCENT)
    value = models.DecimalField(
        **AMOUNT_DIGITS,
        null=True,
        blank=True,
        help_text=(
            "Of a percentage, how many percent: 50 is half the price. Of an amount, what is taken "
            "off each interval, in the currency: 12.50. Free intervals have none."
        ),
    )
    currency = CurrencyField(blank=True, default="", help_text="Of an amount, and only of that.")
    plans = models.ManyToManyField(
        Plan, related_name="+", blank=True, help_text="What it makes cheaper; empty: any plan."
    )
    redeem_from = models.DateField(help_text="First day on which it can be had.")
    redeem_until = models.DateField(help_text="First day on which it cannot be had any more.")
    duration_days = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many days it lasts; or say how many intervals."
    )
    duration_periods = models.PositiveIntegerField(
        "duration in intervals", null=True, blank=True, help_text="How many intervals it lasts."
    )
    nth_product = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Only as the customer's n-th product: 2 is the second."
    )
    required_products = models.ManyToManyField(
        Product, related_name="+", blank=True, help_text="The customer has all of these."
    )
    excluded_products = models.ManyToManyField(
        Product, related_name="+", blank=True, help_text="The customer has none of these."
    )
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, blank=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    interval = models.CharField(
        max_length=16, choices=Interval, blank=True, default="", help_text="Empty: any."
    )
    reacquire_days = models.PositiveIntegerField(
        default=180,
        help_text="Not for a product that the customer gave up fewer days ago.",
    )
    max_total = models.PositiveIntegerField(
        null=True, blank=True, help_text="How often it can be had in all; empty: without limit."
    )
    max_per_account = models.PositiveIntegerField(default=1)
    stacking = models.CharField(max_length=16, choices=Stacking, default=Stacking.EXCLUSIVE)
    on_locked = models.BooleanField(
        "on locked prices",
        default=False,
        help_text="Also on a price that is held for the customer.",
    )

    objects = IncentiveQuerySet.as_manager()

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.CheckConstraint(
                name="incentive_can_be_had_until_a_day",
                condition=Q(redeem_until__gt=F("redeem_from")),
                violation_error_message="It can be had until a day after the first.",
            ),
            models.CheckConstraint(
                name="incentive_lasts_so_long_and_no_longer",
                condition=Q(
                    duration_days__isnull=False,
                    duration_days__gte=1,
                    duration_days__lte=3660,
                    duration_periods=None,
                )
                | Q(
                    duration_days=None,
                    duration_periods__isnull=False,
                    duration_periods__gte=1,
                    duration_periods__lte=120,
                ),
                violation_error_message=(
                    "Say how long it lasts: so many days, or so many intervals, and not both. A "
                    "discount without an end is the price."
                ),
            ),
            models.CheckConstraint(
                name="incentive_value_fits_its_kind",
                condition=Q(
                    kind=IncentiveKind.PERCENT, value__isnull=False, value__gt=0, value__lte=100
                )
                | Q(
                    kind=IncentiveKind.AMOUNT,
                    value__isnull=False,
                    value__gt=0,
                    value__lt=10**12,
                )
                | Q(
                    kind=IncentiveKind.FREE_PERIODS,
                    value=None,
                    duration_periods__isnull=False,
                ),
                violation_error_message=(
                    "A percentage is above 0 and at most 100, an amount above 0; free intervals "
                    "have no value but a duration in intervals."
                ),
            ),
            models.CheckConstraint(
                name="incentive_amount_has_a_currency",
                condition=Q(kind=IncentiveKind.AMOUNT) & ~Q(currency="")
                | ~Q(kind=IncentiveKind.AMOUNT) & Q(currency=""),
                violation_error_message="An amount, and nothing else, has a currency.",
            ),
            models.CheckConstraint(
                name="incentive_counts_from_one",
                condition=(Q(nth_product=None) | Q(nth_product__gte=1))
                & (Q(max_total=None) | Q(max_total__gte=1))
                & Q(max_per_account__gte=1),
                violation_error_message="The first is number 1; a limit is at least 1.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.duration_days is None and self.duration_periods is None:
            raise ValidationError(
                {"duration_days": "Say how long it lasts; a discount without an end is the price."}
            )
