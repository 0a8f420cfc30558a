"""Sums of ledger entries, and how far they go; rebuildable at any time, never the truth."""

from django.db import models

from accounts.models import Account, ProductSet
from config.derived import OneRow, derived
from config.money import CurrencyField
from portfolio.models import Region, Segment


class Span(models.TextChoices):
    """How long a stretch of days a sum covers."""

    YEAR = "year", "Year"
    MONTH = "month", "Month"
    DAY = "day", "Day"


class Sum(models.Model):
    """By how much a stretch of days changed what accounts hold.

    The state on a day is the sum over whole years, then the months of the day's own year, then
    the days of its own month. Every stretch is a plain sum of the same entries.
    """

    span = models.CharField(max_length=5, choices=Span)
    starts_on = models.DateField(help_text="First day of the stretch.")
    currency = CurrencyField()
    accounts = models.BigIntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.span} {self.starts_on}"


class DividedSum(Sum):
    """A sum for each segment and region, with money.

    Squares of revenue are what intervals of money need.
    """

    segment = derived(Segment, null=True)
    region = derived(Region, null=True)
    products = models.PositiveSmallIntegerField(help_text="How many products are held.")
    mrr = models.BigIntegerField()
    mrr_squared = models.DecimalField(max_digits=40, decimal_places=0)

    class Meta:
        abstract = True


def one_per(*key: str, name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=["span", "starts_on", *key], nulls_distinct=False, name=name
    )


class SizeSum(DividedSum):
    """By number of products: few rows, for every question that does not name products."""

    class Meta:
        constraints = [
            one_per("segment", "region", "currency", "products", name="sizesum_one_per_key"),
        ]


class SetSum(Sum):
    """By product set, of all customers; without money, most changes of a day cancel out."""

    product_set = derived(ProductSet)

    class Meta:
        constraints = [one_per("currency", "product_set", name="setsum_one_per_key")]


class StateSum(DividedSum):
    """By product set, segment and region: too many to keep for every day."""

    product_set = derived(ProductSet)

    class Meta:
        constraints = [
            one_per("segment", "region", "currency", "product_set", name="statesum_one_per_key"),
        ]


KINDS = ("new", "reactivation", "expansion", "contraction", "churn")


class MovementSum(Sum):
    """By how much accounts came, grew, shrank and went, and why those that stayed changed.

    `accounts` and `mrr` are the whole change; kinds add up to it, and parts to expansion and
    contraction. Losses are negative.
    """

    mrr = models.BigIntegerField()
    new = models.BigIntegerField()
    reactivation = models.BigIntegerField()
    expansion = models.BigIntegerField()
    contraction = models.BigIntegerField()
    churn = models.BigIntegerField()
    new_count = models.BigIntegerField()
    reactivation_count = models.BigIntegerField()
    expansion_count = models.BigIntegerField()
    contraction_count = models.BigIntegerField()
    churn_count = models.BigIntegerField()
    cross_sell = models.BigIntegerField()
    re_add = models.BigIntegerField()
    tier_upsell = models.BigIntegerField()
    feature_upsell = models.BigIntegerField()
    capacity_upsell = models.BigIntegerField()
    price_change = models.BigIntegerField()
    downsell = models.BigIntegerField()
    product_drop = models.BigIntegerField()
    switch_net = models.BigIntegerField()
    discount_start = models.BigIntegerField()
    discount_end = models.BigIntegerField()
    upsells = models.BigIntegerField()

    class Meta:
        constraints = [one_per("currency", name="movementsum_one_per_key")]


class KeptColumn(models.Model):
    """A stretch of bytes of a column, of the ledger or of what was sold, in the order of days."""

    name = models.CharField(max_length=20)
    part = models.PositiveSmallIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "part"], name="keptcolumn_one_per_part"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.part}"


class TouchedAccount(models.Model):
    """An account whose lines have been written to since the columns were kept, once or more.

    A trigger tells; the ledger would not of what changes lines and no balance.
    """

    account = derived(Account)

    def __str__(self) -> str:
        return f"{self.account_id}"


class Fold(OneRow):
    """The ledger position up to which the sums have been folded; the rest is the tail.

    `columns` names the columns that were kept at that position.
    """

    position = models.BigIntegerField(default=0)
    columns = models.UUIDField(null=True)

    class Meta(OneRow.Meta):
        pass

    def __str__(self) -> str:
        return str(self.position)


class DataInputs(models.Model):
    """Counts the changes of tables that metrics read beside the ledger; part of every ETag.

    Each connection counts in a row of its own, or nearly so: on one row, all who write would
    wait for one another until the end of their transactions.
    """

    version = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "data inputs"

    def __str__(self) -> str:
        return str(self.version)
