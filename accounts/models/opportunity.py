"""A chance to sell more to a customer, from the first sign to its adoption."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models.account import Account
from accounts.models.experiment import Variant
from accounts.models.ownership import Member
from accounts.models.playbook import Playbook
from accounts.models.routing import RoutingDecision
from accounts.models.stage import (
    ASIDE,
    CROSS_SELLS,
    FOLLOWS,
    JOURNEY,
    OPEN,
    DeferReason,
    Journey,
    LossReason,
    Stage,
)
from accounts.models.subscription import SubscriptionLine
from config.access.models import User
from config.codes import CodeField
from config.versions import Versioned
from portfolio.models import Motion, Product
from pricing.models import Plan


class OpportunityOrigin(models.TextChoices):
    MANUAL = "manual", "By hand"
    SIGNAL = "signal", "By a signal"
    IMPORT = "import", "Imported"


class SecondaryRole(models.TextChoices):
    CLOSER = "closer", "Closes the deal"
    SPECIALIST = "specialist", "Knows the product"


class OpportunityQuerySet(models.QuerySet):
    def open(self) -> Self:
        """Those that are not decided yet."""
        return self.filter(stage__in=OPEN)

    def waiting_for(self, user: User) -> Self:
        """Those in which it is the user's turn: owned or helped with, and not over."""
        mine = Q(owner__user=user) | Q(secondary_owner__user=user)
        return self.filter(mine, stage__in=(*OPEN, Stage.WON)).exclude(stage=Stage.DEFERRED)

    def overdue(self, *, on: date) -> Self:
        """Won ones whose time to be adopted is over."""
        return self.filter(stage=Stage.WON, adopt_by__lte=on)


def _unless_imported(condition: Q) -> Q:
    return Q(origin=OpportunityOrigin.IMPORT) | condition


class Opportunity(Versioned):
    """A plan to sell a customer more of a product, or another one, and how far it has come.

    Written only by `accounts.opportunities`: each change of the stage is logged with who and why.
    """

    code = CodeField()
    account = models.ForeignKey(Account, models.PROTECT, related_name="opportunities")
    motion = models.CharField(max_length=24, choices=Motion)
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The product of the target; empty for bundles, platforms and imports.",
    )
    from_plan = models.ForeignKey(
        Plan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="What the customer has instead or below it now.",
    )
    target_plan = models.ForeignKey(
        Plan, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="target"
    )
    problem = models.TextField(
        "specific problem solved",
        blank=True,
        help_text="Which specific problem does this solve for them? Needed before engaging.",
    )
    weak_pair_reason = models.TextField(
        "why despite weak affinity",
        blank=True,
        help_text="Needed where hardly anybody with their products has this one.",
    )
    expected_mrr = models.BigIntegerField(
        "expected MRR",
        null=True,
        blank=True,
        help_text="More recurring revenue a month, in minor units of the account's currency.",
    )
    price_trace = models.JSONField(default=list, blank=True, editable=False)
    owner = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="opportunities"
    )
    decision = models.ForeignKey(
        RoutingDecision,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text="How the owner was found; empty: whoever owned the account then, or by hand.",
    )
    secondary_owner = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="helped_opportunities"
    )
    secondary_role = models.CharField(max_length=16, choices=SecondaryRole, blank=True)
    sourced_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    closed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    stage = models.CharField(max_length=16, choices=Stage, default=Stage.IDENTIFIED)
    left_at = models.CharField(
        max_length=16,
        choices=Stage,
        blank=True,
        editable=False,
        help_text="The stage it was in before it was deferred, disqualified or lost.",
    )
    defer_reason = models.CharField(max_length=24, choices=DeferReason, blank=True)
    loss_reason = models.CharField(max_length=16, choices=LossReason, blank=True)
    note = models.TextField(blank=True, help_text="Why it ended or waits, in words.")
    qualification = models.JSONField(
        default=list, blank=True, editable=False, help_text="The checklist as it was last asked."
    )
    playbook = models.ForeignKey(
        Playbook, models.PROTECT, null=True, blank=True, related_name="opportunities"
    )
    variant = models.ForeignKey(
        Variant, models.PROTECT, null=True, blank=True, related_name="opportunities"
    )
    won_line = models.ForeignKey(
        SubscriptionLine, models.PROTECT, null=True, blank=True, related_name="+"
    )
    origin = models.CharField(
        max_length=16, choices=OpportunityOrigin, default=OpportunityOrigin.MANUAL
    )
    signal = models.OneToOneField(
        "accounts.Signal",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="opened",
        help_text="What opened it; empty: somebody did by hand.",
    )
    opened_on = models.DateField()
    stage_since = models.DateField(help_text="The day it came to its stage.")
    decided_on = models.DateField(
        null=True, blank=True, help_text="The day it was won, lost or disqualified."
    )
    adopt_by = models.DateField(
        null=True, blank=True, help_text="The day a won one counts as over, adopted or not."
    )

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "opportunities"
        ordering = ["-opened_on", "-id"]
        indexes = [
            models.Index(fields=["account", "motion", "stage"], name="opportunity_of_account"),
            models.Index(fields=["owner", "stage"], name="opportunity_of_owner"),
            models.Index(fields=["motion", "opened_on"], name="opportunity_of_motion"),
        ]
        constraints = [
            # What a foreign key of two columns points to: a trial has its opportunity's account.
            models.UniqueConstraint(fields=["id", "account"], name="opportunity_has_its_account"),
            models.UniqueConstraint(
                fields=["account", "motion", "target_plan"],
                name="opportunity_one_open_per_target",
                condition=Q(target_plan__isnull=False, stage__in=OPEN),
                violation_error_message=(
                    "The account has an open opportunity of this motion for this plan already."
                ),
            ),
            models.CheckConstraint(
                name="opportunity_has_a_target",
                condition=_unless_imported(Q(target_plan__isnull=False)),
                violation_error_message="Name the plan that is to be sold.",
            ),
            models.CheckConstraint(
                name="opportunity_won_has_a_line",
                condition=_unless_imported(
                    ~Q(stage__in=[Stage.WON, Stage.ADOPTED])
                    | Q(won_line__isnull=False, decided_on__isnull=False)
                ),
                violation_error_message="Won needs the line that was bought.",
            ),
            models.CheckConstraint(
                name="opportunity_lost_has_a_reason",
                condition=_unless_imported(
                    ~Q(stage=Stage.LOST) | ~Q(loss_reason="") & Q(decided_on__isnull=False)
                ),
                violation_error_message="Say why it was lost.",
            ),
            models.CheckConstraint(
                name="opportunity_deferred_has_a_reason",
                condition=~Q(stage=Stage.DEFERRED) | ~Q(defer_reason=""),
                violation_error_message="Say why it waits.",
            ),
            models.CheckConstraint(
                name="opportunity_disqualified_has_a_reason",
                condition=~Q(stage=Stage.DISQUALIFIED) | Q(note__regex=r"\S"),
                violation_error_message="Say why it is disqualified.",
            ),
            models.CheckConstraint(
                name="opportunity_engaged_has_a_problem",
                condition=_unless_imported(
                    Q(stage__in=[Stage.IDENTIFIED, Stage.QUALIFIED, *ASIDE])
                    | Q(problem__regex=r"\S")
                ),
                violation_error_message="Say which specific problem it solves for them.",
            ),
            models.CheckConstraint(
                name="opportunity_expects_no_loss",
                condition=_unless_imported(Q(expected_mrr=None) | Q(expected_mrr__gte=0)),
                violation_error_message="Expected revenue is not negative.",
            ),
            models.CheckConstraint(
                name="opportunity_secondary_owner_has_a_role",
                condition=Q(secondary_owner=None, secondary_role="")
                | Q(secondary_owner__isnull=False) & ~Q(secondary_role=""),
                violation_error_message="A secondary owner has a role, and only they do.",
            ),
            models.CheckConstraint(
                name="opportunity_is_decided_after_it_opened",
                condition=Q(decided_on=None) | Q(decided_on__gte=F("opened_on")),
                violation_error_message="It cannot be decided before it was opened.",
            ),
        ]

    def __str__(self) -> str:
        what = self.target_plan or self.get_motion_display()
        return f"{self.account}: {what}"

    @property
    def is_cross_sell(self) -> bool:
        return self.motion in CROSS_SELLS

    @property
    def journey(self) -> Journey:
        """The step of the customer's journey that the stage belongs to, or belonged to."""
        return JOURNEY[
            Stage(self.left_at or Stage.IDENTIFIED if self.stage in ASIDE else self.stage)
        ]

    @property
    def next_stages(self) -> tuple[str, ...]:
        return FOLLOWS[self.stage]


class OpportunityTransition(models.Model):
    """One step of an opportunity: from where to where, who, why, and what was checked."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="transitions")
    from_stage = models.CharField(max_length=16, choices=Stage, blank=True)
    to_stage = models.CharField(max_length=16, choices=Stage)
    on = models.DateField("day")
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)
    checklist = models.JSONField(default=list)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ("view",)
        ordering = ["opportunity", "id"]

    def __str__(self) -> str:
        return f"{self.opportunity}: {self.get_to_stage_display()}"
