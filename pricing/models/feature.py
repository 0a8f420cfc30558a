"""What a product can do, and how much of it: the things that plans grant."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from config.codes import CodeField
from config.versions import Versioned
from portfolio.models import Product


class ValueType(models.TextChoices):
    FLAG = "flag", "There or not"
    QUANTITY = "quantity", "So many"
    LEVEL = "level", "One of several levels"


class OnExceed(models.TextChoices):
    BLOCK_NEW = "block_new", "Nothing new can be added"
    READ_ONLY = "read_only", "Everything stays, to read only"
    GRACE = "grace", "It goes on for some days"


class Feature(Versioned):
    """A capability or a limit of a product, which plan versions grant."""

    code = CodeField()
    name = models.CharField(max_length=200)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    value_type = models.CharField(
        max_length=16, choices=ValueType, help_text="What a plan says of it; never changes."
    )
    unit = models.CharField(
        max_length=20,
        blank=True,
        help_text="What is counted, such as GB; 1000 GB are shown as 1 TB. Empty: plain numbers.",
    )
    levels = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        size=20,
        help_text="The levels from the lowest upwards, separated by commas.",
    )
    is_support = models.BooleanField(
        "support",
        default=False,
        help_text="How customers are helped; comparisons tell it apart from what the product does.",
    )
    value_rating = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text="What it is worth to customers, from 1 to 5; empty: nobody has judged it.",
    )
    on_exceed = models.CharField(
        "when exceeded",
        max_length=16,
        choices=OnExceed,
        default=OnExceed.BLOCK_NEW,
        help_text="What happens to a customer above the limit. Nothing is ever deleted.",
    )
    grace_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many days it goes on; only with grace."
    )
    rank = models.PositiveIntegerField(
        default=0, help_text="Its place in comparisons, the lowest first."
    )

    class Meta:
        ordering = ["product", "rank", "code"]
        constraints = [
            models.CheckConstraint(
                name="feature_levels_with_level_type",
                condition=Q(value_type=ValueType.LEVEL, levels__len__gte=2)
                | ~Q(value_type=ValueType.LEVEL) & Q(levels=[]),
                violation_error_message=(
                    "A feature of levels names at least two; any other names none."
                ),
            ),
            models.CheckConstraint(
                name="feature_unit_with_quantity_type",
                condition=Q(value_type=ValueType.QUANTITY) | Q(unit=""),
                violation_error_message="Only what is counted has a unit.",
            ),
            models.CheckConstraint(
                name="feature_value_rating_from_1_to_5",
                condition=Q(value_rating=None) | Q(value_rating__gte=1, value_rating__lte=5),
                violation_error_message="The rating is from 1 to 5.",
            ),
            models.CheckConstraint(
                name="feature_grace_has_days",
                condition=Q(on_exceed=OnExceed.GRACE, grace_days__isnull=False, grace_days__gte=1)
                | ~Q(on_exceed=OnExceed.GRACE) & Q(grace_days=None),
                violation_error_message=(
                    "Grace needs its days, one at least; nothing else has any."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        self.levels = [level.strip() for level in self.levels or []]
        if len(set(self.levels)) < len(self.levels) or "" in self.levels:
            raise ValidationError({"levels": "Every level is named, and named once."})
