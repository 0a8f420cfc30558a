"""What is done of policies beside the web, and how far it is."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from config.access.models import User
from config.audit.context import Door
from pricing.models import GrandfatheringPolicy


class RunKind(models.TextChoices):
    PREVIEW = "preview", "Preview"
    APPROVE = "approve", "Approval"
    APPLY = "apply", "Application"


class RunState(models.TextChoices):
    """How far a run is, derived from what is known of it."""

    WAITING = "waiting", "It waits for a worker"
    RUNNING = "running", "A worker does it"
    STOPPING = "stopping", "It stops"
    DONE = "done", "Done"
    FAILED = "failed", "Refused, or failed"
    GIVEN_UP = "given_up", "Given up"


class PolicyRun(models.Model):
    """Something that somebody asked for of a policy over very many lines.

    A worker does it and says how far it is; one of which nothing was heard for a while is begun
    again by another. It is over once it has ended, whatever came of it.
    """

    policy = models.ForeignKey(GrandfatheringPolicy, models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=8, choices=RunKind)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    door = models.CharField(
        max_length=8, default=Door.ADMIN, help_text="Where it was asked for: admin or api."
    )
    preview_hash = models.CharField(
        max_length=64, default="", help_text="Of an approval, the preview that was read."
    )
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

    @property
    def state(self) -> RunState:
        if self.ended_at:
            ended = RunState.GIVEN_UP if self.cancelled else RunState.DONE
            return RunState.FAILED if self.failed else ended
        if self.cancelled:
            return RunState.STOPPING
        return RunState.RUNNING if self.seen_at else RunState.WAITING
