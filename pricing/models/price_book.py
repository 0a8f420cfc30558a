"""For whom prices are: everybody, a market, or one customer."""

from typing import Self

from django.db import models
from django.db.models import Q

from config.codes import CodeField
from config.versions import Versioned
from portfolio.models import Region, Segment


class PriceBookQuerySet(models.QuerySet):
    def for_everybody(self) -> Self:
        """Books that are no customer's own."""
        return self.filter(account_code=None)


class PriceBook(Versioned):
    """Prices for one customer (a contract), for a segment, a region, both, or for everybody."""

    code = CodeField()
    name = models.CharField(max_length=200)
    account_code = CodeField(
        unique=False,
        null=True,
        blank=True,
        help_text="The customer whose contract this is; empty: no contract.",
    )
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, blank=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PriceBookQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["account_code", "segment", "region"],
                name="pricebook_one_of_a_scope",
                nulls_distinct=False,
                violation_error_message="There is a price book for these very customers.",
            ),
            models.CheckConstraint(
                name="pricebook_of_an_account_has_no_market",
                condition=Q(account_code=None) | Q(segment=None, region=None),
                violation_error_message=(
                    "A contract book is for one customer, wherever it belongs: leave segment "
                    "and region empty."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name
