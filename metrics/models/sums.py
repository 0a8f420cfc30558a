"""Sums of ledger entries, and how far they go; rebuildable at any time, never the truth."""

from django.db import models

from accounts.models import ProductSet
from config.derived import OneRow, derived
from config.money import CurrencyField
from portfolio.models import Region, Segment


class Sum(models.Model):
    """Accounts of a slice, their monthly revenue, and its squares (which intervals need)."""

    segment = derived(Segment, null=True)
    region = derived(Region, null=True)
    currency = CurrencyField()
    products = models.PositiveSmallIntegerField(help_text="How many different ones are held.")
    accounts = models.BigIntegerField()
    mrr = models.BigIntegerField()
    mrr_squared = models.DecimalField(max_digits=40, decimal_places=0)

    class Meta:
        abstract = True


def one_per(*key: str, name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=[*key, "segment", "region", "currency"], nulls_distinct=False, name=name
    )


class SizeSum(Sum):
    """By how much a day changed what accounts hold, by the number of products.

    There are as many rows as days have slices, however many accounts there are.
    """

    day = models.DateField()

    class Meta:
        constraints = [one_per("day", "products", name="sizesum_one_per_key")]

    def __str__(self) -> str:
        return f"{self.day} {self.products}"


class SetState(Sum):
    """What accounts held when a month began, by product set: all earlier entries, added up.

    A question about a day reads one state and the entries since, not all of history.
    """

    month = models.DateField(help_text="First day of the month; its own entries are not in it.")
    product_set = derived(ProductSet)

    class Meta:
        constraints = [one_per("month", "product_set", name="setstate_one_per_key")]

    def __str__(self) -> str:
        return f"{self.month} {self.product_set_id}"


class Fold(OneRow):
    """The ledger position up to which the sums have been folded; the rest is the tail.

    States by set there are for every month from `states_from` to `states_to`.
    """

    position = models.BigIntegerField(default=0)
    states_from = models.DateField(null=True)
    states_to = models.DateField(null=True)

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
