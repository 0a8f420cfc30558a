"""Sums of ledger entries, and how far they go; rebuildable at any time, never the truth."""

from django.db import models

from accounts.models import ProductSet
from config.derived import OneRow, derived
from config.money import CurrencyField
from portfolio.models import Region, Segment


class StateSum(models.Model):
    """By how much a month changed what accounts hold and pay.

    The state at the end of a month is the sum over all months up to it: of accounts, of their
    recurring revenue and of its square (which is what intervals of money need).
    """

    month = models.DateField(help_text="First day of the month.")
    segment = derived(Segment, null=True)
    region = derived(Region, null=True)
    currency = CurrencyField()
    product_set = derived(ProductSet)
    products = models.PositiveSmallIntegerField(help_text="How many products the set has.")
    accounts = models.BigIntegerField()
    mrr = models.BigIntegerField()
    mrr_squared = models.DecimalField(max_digits=40, decimal_places=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "segment", "region", "currency", "product_set"],
                nulls_distinct=False,
                name="statesum_one_per_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.product_set_id}"


class Fold(OneRow):
    """The ledger position up to which the sums have been folded; the rest is the tail."""

    position = models.BigIntegerField(default=0)

    class Meta(OneRow.Meta):
        pass

    def __str__(self) -> str:
        return str(self.position)


class DataInputs(OneRow):
    """Counts the changes of tables that metrics read beside the ledger; part of every ETag."""

    version = models.BigIntegerField(default=0)

    class Meta(OneRow.Meta):
        verbose_name_plural = "data inputs"

    def __str__(self) -> str:
        return str(self.version)
