"""What others have published, to compare with."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from config.access.scoping import EXPORTED
from config.codes import CodeField
from config.versions import Versioned


class BenchmarkUnit(models.TextChoices):
    SHARE = "share", "Share: 0.15 is 15 %"
    POINTS = "points", "Points of a percentage: 0.20 is 20 points"
    MULTIPLE = "multiple", "Multiple: 2 is twice as much"


class BenchmarkQuerySet(models.QuerySet):
    def known(self, *, on: date) -> Self:
        """Of each key the figure published last by the day; before the first, the first."""
        newest = Benchmark.objects.filter(key=models.OuterRef("key")).order_by(
            models.Case(models.When(published_on__lte=on, then=0), default=1),
            models.Case(models.When(published_on__lte=on, then=F("published_on"))).desc(),
            "published_on",
        )
        return self.filter(pk=models.Subquery(newest.values("pk")[:1]))


class Benchmark(Versioned):
    """A published figure: a band from low to high, or all that is above or below one of them.

    A newer publication is a row of its own; what was compared with before stays told.
    """

    key = CodeField(
        unique=False,
        help_text="What it is about: the code of a metric, or motion- and a motion.",
    )
    name = models.CharField(max_length=200)
    low = models.DecimalField(
        max_digits=12, decimal_places=4, null=True, blank=True, help_text="Empty: no lower end."
    )
    high = models.DecimalField(
        max_digits=12, decimal_places=4, null=True, blank=True, help_text="Empty: no upper end."
    )
    unit = models.CharField(max_length=16, choices=BenchmarkUnit, default=BenchmarkUnit.SHARE)
    basis = models.CharField(
        max_length=200, blank=True, help_text="Of what, and over which time, as far as it is said."
    )
    source = models.CharField(max_length=500, help_text="Where the figure comes from.")
    published_on = models.DateField(help_text="The day it was published, or else collected.")

    objects = BenchmarkQuerySet.as_manager()

    class Meta:
        default_permissions = EXPORTED
        ordering = ["key", "-published_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "published_on"],
                name="benchmark_one_per_key_and_day",
                violation_error_message="This key has a figure of that day already.",
            ),
            models.CheckConstraint(
                name="benchmark_low_is_not_above_high",
                condition=Q(low=None) | Q(high=None) | Q(high__gte=F("low")),
                violation_error_message="The low end cannot be above the high one.",
            ),
            models.CheckConstraint(
                name="benchmark_has_a_figure",
                condition=Q(low__isnull=False) | Q(high__isnull=False),
                violation_error_message="Give the low end, the high end, or both.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.published_on:%Y})"
