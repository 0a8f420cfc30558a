"""What currencies are worth in one another, by tables that finance keeps."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from config.access.scoping import EXPORTED
from config.codes import CodeField
from config.money import AMOUNT_DIGITS, CurrencyField
from config.periods import Dated, DatedQuerySet, one_at_a_time
from config.versions import Versioned

PER = (1, 100, 1000, 10_000, 1_000_000)


class RateTable(Versioned):
    """Rates into one currency from one place, such as the month-end rates of a central bank."""

    code = CodeField()
    name = models.CharField(max_length=200)
    currency = CurrencyField(help_text="What the rates convert into; it stays once there are any.")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Says beside the field what the database would refuse of rows taken together."""
        super().clean()
        others = self.pk and RateTable.objects.filter(pk=self.pk).exclude(currency=self.currency)
        if others and others.filter(rates__isnull=False).exists():
            raise ValidationError({"currency": "Its rates are into another currency: they stay."})


class ExchangeRate(Versioned, Dated):
    """What a currency is worth in that of a table, for a stretch of days."""

    table = models.ForeignKey(RateTable, models.PROTECT, related_name="rates")
    currency = CurrencyField(help_text="What is converted.")
    rate = models.DecimalField(
        **AMOUNT_DIGITS, help_text="What it is worth in the currency of the table: 1.08."
    )
    per = models.PositiveIntegerField(
        default=1, help_text="How much of it is worth that: 1, or 100 as banks quote yen."
    )
    source = models.CharField(max_length=500, help_text="Where the rate comes from.")

    objects = DatedQuerySet.as_manager()

    class Meta:
        default_permissions = EXPORTED
        ordering = ["table", "currency", "starts_on"]
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time(
                "table",
                "currency",
                name="exchangerate_one_at_a_time",
                message="Another rate of this currency covers part of these days.",
            ),
            models.CheckConstraint(
                name="exchangerate_is_positive",
                condition=Q(rate__gt=0, rate__lt=10**8),
                violation_error_message="A rate is more than nought, and below a hundred million.",
            ),
            models.CheckConstraint(
                name="exchangerate_is_per_a_power_of_ten",
                condition=Q(per__in=PER),
                violation_error_message="A rate is per 1, 100, 1000, 10000 or 1000000.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.per} {self.currency} at {self.rate.normalize():f} ({self.table})"

    @property
    def worth(self) -> Decimal:
        """What one of the currency is worth; exact, as `per` is a power of ten."""
        return self.rate / self.per

    def clean(self) -> None:
        """Says beside the field what the database would refuse of rows taken together."""
        super().clean()
        if self.table_id and self.table.currency == self.currency:
            message = f"{self.table} is into {self.currency}, which needs no rate."
            raise ValidationError({"currency": message})
