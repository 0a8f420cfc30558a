"""What every account holds and pays, before and after each day on which that changes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models.account import Account
from config.derived import OneRow, derived
from config.money import CurrencyField
from portfolio.models import Region, Segment


class ProductSet(models.Model):
    """A set of products, as a number to group by; sets are never changed and never reused."""

    products = ArrayField(
        models.BigIntegerField(), unique=True, help_text="Ids of products, ascending."
    )

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{len(self.products)} products"


class LedgerHead(OneRow):
    """The position of the last entry; the last thing that a recording transaction locks."""

    position = models.BigIntegerField(default=0)

    class Meta(OneRow.Meta):
        pass

    def __str__(self) -> str:
        return str(self.position)


class EntryKind(models.TextChoices):
    CHANGE = "change", "Change of what is held or paid"
    RECLASS = "reclass", "Change of segment or region alone"


class Part(models.TextChoices):
    """Why an account that pays before and after a day pays more or less; losses are negative."""

    CROSS_SELL = "cross_sell", "Product never held before"
    RE_ADD = "re_add", "Product held before"
    TIER_UPSELL = "tier_upsell", "Another tier, more money"
    FEATURE_UPSELL = "feature_upsell", "An add-on"
    CAPACITY_UPSELL = "capacity_upsell", "More of the same tier"
    PRICE_CHANGE = "price_change", "Another list price"
    DOWNSELL = "downsell", "Less of a kept product"
    PRODUCT_DROP = "product_drop", "Product given up"
    SWITCH_NET = "switch_net", "Products added and given up on one day, net"
    DISCOUNT_START = "discount_start", "A discount begins"
    DISCOUNT_END = "discount_end", "A discount ends"


def part() -> models.BigIntegerField:
    """A part of the day's change; null instead of nought keeps the widest table narrow."""
    return models.BigIntegerField(null=True)


class LedgerEntry(models.Model):
    """What an account holds and pays before and after one day; appended, never edited.

    `sign` -1 takes back the entry it copies: figures are plain sums of sign times value, and
    every past position can be asked again. At most one entry per account and day is in force:
    the last by position, if its sign is +1. Money is in minor units of the account's currency.
    """

    position = models.BigIntegerField(primary_key=True)
    recorded_at = models.DateTimeField()
    account = derived(Account)
    effective_on = models.DateField()
    sign = models.SmallIntegerField()
    kind = models.CharField(max_length=8, choices=EntryKind)
    currency = CurrencyField()
    set_before = derived(ProductSet)
    set_after = derived(ProductSet)
    mrr_before = models.BigIntegerField()
    mrr_after = models.BigIntegerField()
    segment_before = derived(Segment, null=True)
    segment_after = derived(Segment, null=True)
    region_before = derived(Region, null=True)
    region_after = derived(Region, null=True)
    is_first = models.BooleanField(help_text="The first day on which the account pays.")
    upsells = models.SmallIntegerField(
        null=True, help_text="Kept products with an upsell on this day."
    )
    cross_sell = part()
    re_add = part()
    tier_upsell = part()
    feature_upsell = part()
    capacity_upsell = part()
    price_change = part()
    downsell = part()
    product_drop = part()
    switch_net = part()
    discount_start = part()
    discount_end = part()

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "ledger entries"
        indexes = [
            models.Index(fields=["account", "effective_on", "position"], name="entry_of_account"),
            models.Index(fields=["effective_on"], name="entry_of_day"),
        ]
        constraints = [
            models.CheckConstraint(
                name="ledgerentry_sign_is_one", condition=models.Q(sign__in=[1, -1])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}"
