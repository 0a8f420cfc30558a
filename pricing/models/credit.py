"""Credits: what they are called, what features cost in them, and how packs grant them."""

from django.db import models
from django.db.models import Q

from config.codes import CodeField
from config.money import AMOUNT_DIGITS
from config.periods import Dated, DatedQuerySet, one_at_a_time
from config.versions import Versioned
from portfolio.models import Portfolio
from pricing.models.feature import Feature
from pricing.models.plan import Charge, Plan


class OnEmpty(models.TextChoices):
    BLOCK = "block", "Nothing more can be used"
    ALLOW_NEGATIVE = "allow_negative", "It goes on; the next credits pay for it"
    OVERAGE = "overage", "It goes on at a price in money"


class CreditUnit(Versioned):
    """A kind of credits; credits of one kind never pay for what is counted in another."""

    code = CodeField()
    name = models.CharField(max_length=200)
    portfolio = models.ForeignKey(Portfolio, models.PROTECT, related_name="+")
    on_empty = models.CharField(
        "when empty",
        max_length=16,
        choices=[choice for choice in OnEmpty.choices if choice[0] != OnEmpty.OVERAGE],
        default=OnEmpty.BLOCK,
        help_text="For customers without a credit pack; a pack says it for those who have it.",
    )

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="creditunit_has_no_price",
                condition=~Q(on_empty=OnEmpty.OVERAGE),
                violation_error_message="Only a credit pack has a price for what goes beyond it.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BurnRate(Dated):
    """How many credits one unit of a feature costs, for a stretch of days.

    Binding from the moment it is written: only its end is ever changed.
    """

    unit = models.ForeignKey(CreditUnit, models.PROTECT, related_name="rates")
    feature = models.ForeignKey(Feature, models.PROTECT, related_name="+")
    credits = models.DecimalField(
        "credits per unit", **AMOUNT_DIGITS, help_text="What one of it costs."
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["unit", "feature", "starts_on"]
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time(
                "unit",
                "feature",
                name="burnrate_one_at_a_time",
                message="Another rate of this feature covers part of these days.",
            ),
            models.CheckConstraint(
                name="burnrate_is_positive",
                condition=Q(credits__gt=0, credits__lt=10**12),
                violation_error_message="A unit costs more than no credits.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.feature}: {self.credits.normalize():f} {self.unit}"


class CreditTerms(Versioned):
    """What a credit pack is worth beside its price, which says how many credits it grants."""

    plan = models.OneToOneField(
        Plan, models.CASCADE, related_name="credit_terms", help_text="A credit pack."
    )
    unit = models.ForeignKey(CreditUnit, models.PROTECT, related_name="packs")
    valid_months = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text=(
            "How long its credits can be used. Empty: until the next are granted; bought once, "
            "without end."
        ),
    )
    priority = models.PositiveSmallIntegerField(
        default=100, help_text="Credits with a lower number are used first."
    )
    on_empty = models.CharField(
        "when empty", max_length=16, choices=OnEmpty.choices, default=OnEmpty.BLOCK
    )
    # With its plan a key of two columns, which the migration adds: the charge is the pack's own.
    overage_charge = models.ForeignKey(
        Charge,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        help_text="The charge of the pack whose price for a unit a credit beyond it costs.",
    )

    class Meta:
        verbose_name = "terms of a credit pack"
        verbose_name_plural = "terms of credit packs"
        ordering = ["plan"]
        constraints = [
            models.CheckConstraint(
                name="creditterms_overage_has_its_charge",
                condition=Q(on_empty=OnEmpty.OVERAGE, overage_charge__isnull=False)
                | ~Q(on_empty=OnEmpty.OVERAGE) & Q(overage_charge=None),
                violation_error_message=(
                    "Going on at a price needs the charge that has the price; nothing else has it."
                ),
            ),
            models.CheckConstraint(
                name="creditterms_valid_a_month_or_more",
                condition=Q(valid_months=None) | Q(valid_months__gte=1, valid_months__lte=600),
                violation_error_message="Credits are valid for 1 to 600 months, or without end.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.unit}"
