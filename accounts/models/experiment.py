"""Offers, messages and calls to action that are tried against one another."""

from typing import Self

from django.db import models
from django.db.models import Q

from config.codes import CodeField
from config.periods import Dated, DatedQuerySet, one_at_a_time
from config.versions import Versioned
from portfolio.models import Motion

ALL_OF_THEM = 100


class ExperimentQuerySet(DatedQuerySet):
    def running(self, *, motion: str, on) -> Self:
        """The experiment that assigns accounts of a motion on the day, if there is one."""
        return self.in_force(on=on).filter(motion=motion, is_imported=False)


class Experiment(Versioned, Dated):
    """Variants of what a motion offers; each account gets one of them, always the same.

    Of an imported one the assignment was made elsewhere: it assigns nobody.
    """

    code = CodeField()
    name = models.CharField(max_length=200)
    motion = models.CharField(max_length=24, choices=Motion)
    hypothesis = models.TextField(blank=True, help_text="What is expected of which variant, why.")
    salt = models.CharField(
        max_length=60, help_text="Mixed with the account's code; never changes once it is set."
    )
    is_imported = models.BooleanField("imported", default=False, editable=False)

    objects = ExperimentQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time(
                "motion",
                name="experiment_one_at_a_time",
                message="Another experiment of this motion covers part of these days.",
                condition=Q(is_imported=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Variant(Versioned):
    """One of the things tried; of 100 accounts `weight` get it."""

    experiment = models.ForeignKey(Experiment, models.PROTECT, related_name="variants")
    code = CodeField(unique=False)
    name = models.CharField(max_length=200)
    rank = models.PositiveSmallIntegerField(
        help_text="The order in which weights are laid out; it decides who gets what."
    )
    weight = models.PositiveSmallIntegerField(
        help_text="Of 100 accounts so many; those of an experiment add up to 100."
    )
    offer = models.TextField(blank=True, help_text="The message, offer or call to action.")

    class Meta:
        ordering = ["experiment", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["experiment", "code"],
                name="variant_code_once",
                violation_error_message="The experiment has a variant of this code already.",
            ),
            models.UniqueConstraint(
                fields=["experiment", "rank"],
                name="variant_one_per_rank",
                violation_error_message="Another variant of the experiment has this rank.",
            ),
            models.CheckConstraint(
                name="variant_weight_is_a_part",
                condition=Q(weight__lte=ALL_OF_THEM),
                violation_error_message="A weight is at most 100.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.experiment}: {self.name}"
