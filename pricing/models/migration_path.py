"""How customers get from one plan to another."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from config.versions import Versioned
from pricing.models.plan import Plan, PlanKind


class PathKind(models.TextChoices):
    UPGRADE = "upgrade", "Upgrade"
    DOWNGRADE = "downgrade", "Downgrade"
    LATERAL = "lateral", "Lateral"
    SUNSET = "sunset", "Sunset"


class Timing(models.TextChoices):
    NOW = "now", "At once"
    PERIOD_END = "period_end", "At the end of the term"


class MigrationPath(Versioned):
    """A way from one plan to another; what changes on it is computed, never stored."""

    from_plan = models.ForeignKey(Plan, models.PROTECT, related_name="paths", verbose_name="from")
    to_plan = models.ForeignKey(Plan, models.PROTECT, related_name="+", verbose_name="to")
    kind = models.CharField(max_length=16, choices=PathKind)
    allowed = models.BooleanField(default=True)
    self_serve = models.BooleanField(
        "self-service", default=False, help_text="Customers may take it without talking to us."
    )
    timing = models.CharField(max_length=16, choices=Timing, default=Timing.NOW)
    note = models.CharField(max_length=500, blank=True, help_text="What customers should be told.")

    class Meta:
        ordering = ["from_plan", "to_plan"]
        constraints = [
            models.CheckConstraint(
                name="migrationpath_leads_elsewhere",
                condition=~Q(from_plan=F("to_plan")),
                violation_error_message="A path leads from one plan to another.",
            ),
            models.UniqueConstraint(
                fields=["from_plan", "to_plan"],
                name="migrationpath_once",
                violation_error_message="There is a path between these plans already.",
            ),
            models.CheckConstraint(
                name="migrationpath_self_serve_is_allowed",
                condition=Q(self_serve=False) | Q(allowed=True),
                violation_error_message="What is not allowed is no self-service either.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_plan} to {self.to_plan}"

    def clean(self) -> None:
        """Says beside the field what the database would refuse of rows taken together."""
        super().clean()
        if self.from_plan_id is None or self.to_plan_id is None:
            return
        right = kind_by_rank(self.from_plan, self.to_plan)
        if right and self.kind not in (right, PathKind.SUNSET):
            raise ValidationError(
                {
                    "kind": f"From rank {self.from_plan.rank} to rank {self.to_plan.rank} of one "
                    f"product is a {PathKind(right).label.lower()}."
                }
            )


def kind_by_rank(from_plan: Plan, to_plan: Plan) -> PathKind | None:
    """What the ranks of two tiers of one product say of a path; nothing of other plans."""
    tiers = from_plan.kind == to_plan.kind == PlanKind.TIER
    if not tiers or from_plan.product_id != to_plan.product_id or from_plan.rank == to_plan.rank:
        return None
    return PathKind.UPGRADE if to_plan.rank > from_plan.rank else PathKind.DOWNGRADE
