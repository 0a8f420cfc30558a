"""Previews and applications of policies that are done beside the web, and how far they are."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from config.access.models import User
from pricing.models import GrandfatheringPolicy


class RunKind(models.TextChoices):
    PREVIEW = "preview", "Preview"
    APPLY = "apply", "Application"


class PolicyRun(models.Model):
    """Something that somebody asked for of a policy over very many lines.

    A worker does it and says how far it is; one of which nothing was heard for a while is begun
    again by another. It is over once it has ended, whatever came of it.
    """

    policy = models.ForeignKey(GrandfatheringPolicy, models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=8, choices=RunKind)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(null=True, help_text="The last that was heard of it.")
    ended_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    cancelled = models.BooleanField(default=False)
    failed = models.BooleanField(default=False)
    said = models.TextField(default="", help_text="What came of it.")

    class Meta:
        default_permissions = ()
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy"], condition=Q(ended_at=None), name="policyrun_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.policy}"

    @property
    def is_under_way(self) -> bool:
        return self.ended_at is None
