"""The markets we sell to."""

from typing import Self

from django.db import models

from config.access.scoping import EXPORTED
from config.codes import CodeField
from config.countries import two_letters
from config.versions import Versioned


class Market(Versioned):
    """A way to divide customers; the lower rank comes first in lists and rules."""

    code = CodeField()
    name = models.CharField(max_length=200)
    rank = models.PositiveIntegerField(unique=True, help_text="Lower ranks come first.")

    class Meta:
        abstract = True
        default_permissions = EXPORTED
        ordering = ["rank"]

    def __str__(self) -> str:
        return self.name


class Segment(Market):
    """A kind of customer, such as enterprise."""


class RegionQuerySet(models.QuerySet):
    def of_country(self, country: str) -> Self:
        """The region that the country is in: one, or none yet."""
        return self.filter(countries__country=country)


class Region(Market):
    """A part of the world that we sell to."""

    objects = RegionQuerySet.as_manager()


class RegionCountry(Versioned):
    """A country is in one region, which is what its customers are counted in."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="countries")
    country = models.CharField(
        max_length=2, validators=[two_letters], help_text="Two capital letters, such as DE."
    )

    class Meta:
        ordering = ["country"]
        verbose_name = "country of a region"
        verbose_name_plural = "countries of regions"
        constraints = [
            models.UniqueConstraint(
                fields=["country"],
                name="regioncountry_in_one_region",
                violation_error_message="This country is in a region already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} in {self.region}"
