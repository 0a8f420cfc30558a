"""Which accounts belong to a segment."""

from django.db import models
from django.db.models import F, Q

from config.countries import two_letters
from config.versions import Versioned
from portfolio.models import Segment


class SegmentRule(Versioned):
    """Criteria that put an account into a segment; the first rule by rank that fits decides.

    A blank criterion fits anything; one that is given never fits an account of which it is not
    known. Whoever was put into a segment by hand stays there.
    """

    rank = models.PositiveIntegerField(help_text="Rules are asked from the lowest rank upwards.")
    segment = models.ForeignKey(Segment, models.PROTECT, related_name="+")
    country = models.CharField(
        max_length=2,
        blank=True,
        validators=[two_letters],
        help_text="Two letters, such as DE; empty: any.",
    )
    industry = models.CharField(
        max_length=100, blank=True, help_text="As on the account, in any case; empty: any."
    )
    employees_from = models.PositiveIntegerField(
        null=True, blank=True, help_text="Smallest number of employees; empty: no matter how few."
    )
    employees_to = models.PositiveIntegerField(
        null=True, blank=True, help_text="Largest number of employees; empty: no matter how many."
    )
    procurement_required = models.BooleanField(
        null=True, blank=True, help_text="Whether purchases go through procurement; empty: either."
    )

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["rank"],
                name="segmentrule_rank_once",
                violation_error_message="Another rule has this rank.",
            ),
            models.CheckConstraint(
                name="segmentrule_size_band_is_in_order",
                condition=Q(employees_from=None)
                | Q(employees_to=None)
                | Q(employees_to__gte=F("employees_from")),
                violation_error_message="The largest number is not below the smallest.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rank}: {self.segment}"
