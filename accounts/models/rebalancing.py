"""Proposals to even out who carries how much, and what they move."""

from django.db import models
from django.db.models import F, Q

from accounts.models.account import Account
from accounts.models.ownership import Assignment, Member
from accounts.models.pool import Pool
from config.access.models import User
from config.versions import Versioned


class ProposalState(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"


class RebalancingProposal(Versioned):
    """The fewest moves found that bring every member of a pool near their share.

    `figures` has what each member carries before and after, and why accounts stayed. Approved by
    somebody else, its moves become assignments from `starts_on` on.
    """

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="proposals")
    starts_on = models.DateField("first day", help_text="From which day accounts change hands.")
    tolerance = models.PositiveSmallIntegerField(
        default=10, help_text="How many percent a member may be off their share."
    )
    recent_days = models.PositiveSmallIntegerField(
        default=30, help_text="Who has an account for fewer days keeps it."
    )
    renewal_days = models.PositiveSmallIntegerField(
        default=90, help_text="An account that renews within so many days stays."
    )
    state = models.CharField(
        max_length=16, choices=ProposalState, default=ProposalState.PROPOSED, editable=False
    )
    figures = models.JSONField(editable=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    approver = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["-id"]
        permissions = [("approve_rebalancingproposal", "Can approve and reject rebalancing")]
        constraints = [
            models.CheckConstraint(
                name="rebalancingproposal_is_approved_by_somebody_else",
                condition=Q(approver=None) | ~Q(approver=F("author")),
                violation_error_message="Somebody else approves it: not who proposed it.",
            ),
            models.CheckConstraint(
                name="rebalancingproposal_approved_has_its_approver",
                condition=~Q(state="approved") | Q(approver__isnull=False),
                violation_error_message="Without an approver it is not approved.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pool}, from {self.starts_on}"


class MoveOutcome(models.TextChoices):
    WAITING = "waiting", "Waiting"
    MOVED = "moved", "Moved"
    CHANGED_SINCE = "changed_since", "Left: it had changed since"


class RebalancingMove(models.Model):
    """One account that goes from one member to another."""

    proposal = models.ForeignKey(RebalancingProposal, models.CASCADE, related_name="moves")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="+", help_text="What it ends."
    )
    giver = models.ForeignKey(Member, models.PROTECT, related_name="+")
    taker = models.ForeignKey(Member, models.PROTECT, related_name="+")
    load = models.BigIntegerField(help_text="What it weighs, in the pool's measure.")
    outcome = models.CharField(
        max_length=16, choices=MoveOutcome, default=MoveOutcome.WAITING, editable=False
    )

    class Meta:
        ordering = ["proposal", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "assignment"],
                name="rebalancingmove_once_per_assignment",
                violation_error_message="It is moved already.",
            ),
            models.CheckConstraint(
                name="rebalancingmove_moves",
                condition=~Q(giver=F("taker")),
                violation_error_message="It moves from one member to another.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.giver} to {self.taker}"
