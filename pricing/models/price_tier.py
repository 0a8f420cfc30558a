"""The bands of a price."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DecimalRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value

from config.money import AMOUNT_DIGITS
from pricing.amounts import Band
from pricing.models.price import Price, not_negative


class PriceTier(models.Model):
    """A band of a graduated or volume price: quantities above `from_quantity`, up to and
    including `to_quantity`."""

    price = models.ForeignKey(Price, models.CASCADE, related_name="tiers")
    from_quantity = models.DecimalField(
        "above", **AMOUNT_DIGITS, help_text="0 for the first band, then where the one before ends."
    )
    to_quantity = models.DecimalField(
        "up to and including",
        **AMOUNT_DIGITS,
        null=True,
        blank=True,
        help_text="Empty: without end.",
    )
    unit_amount = models.DecimalField(**AMOUNT_DIGITS, default=0)
    flat_amount = models.DecimalField(**AMOUNT_DIGITS, default=0)

    class Meta:
        ordering = ["price", "from_quantity"]
        constraints = [
            models.CheckConstraint(
                name="pricetier_is_not_empty",
                condition=Q(to_quantity=None) | Q(to_quantity__gt=F("from_quantity")),
                violation_error_message="A band ends above where it begins.",
            ),
            models.CheckConstraint(
                name="pricetier_money_is_not_negative",
                condition=not_negative(
                    "from_quantity", "to_quantity", "unit_amount", "flat_amount"
                ),
                violation_error_message="Amounts and quantities are not negative.",
            ),
            ExclusionConstraint(
                name="pricetier_bands_do_not_overlap",
                expressions=[
                    ("price", RangeOperators.EQUAL),
                    (
                        Func(
                            F("from_quantity"),
                            F("to_quantity"),
                            Value("(]"),
                            function="numrange",
                            output_field=DecimalRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Another band covers part of these quantities.",
            ),
        ]

    def __str__(self) -> str:
        end = "" if self.to_quantity is None else f" up to {self.to_quantity.normalize():f}"
        return f"above {self.from_quantity.normalize():f}{end}"

    def clean(self) -> None:
        # The range of a backwards band is an error of its own in PostgreSQL.
        super().clean()
        if (
            self.to_quantity is not None
            and self.from_quantity is not None
            and self.to_quantity <= self.from_quantity
        ):
            raise ValidationError({"to_quantity": "A band ends above where it begins."})

    def band(self) -> Band:
        return Band(self.from_quantity, self.to_quantity, self.unit_amount, self.flat_amount)
