"""Who looks after customers."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from accounts.models.account import Account
from config.access.models import User
from config.codes import CodeField
from config.periods import Dated, DatedQuerySet, one_at_a_time
from config.versions import Versioned
from portfolio.models import Product


class OwnerRole(models.TextChoices):
    CSM = "csm", "Customer success manager"
    AE = "ae", "Account executive"
    AM = "am", "Account manager"
    SPECIALIST = "specialist", "Specialist"
    PRODUCT_LED_QUEUE = "product_led_queue", "Product-led queue"


class Team(Versioned):
    """People who share work; its managers see what its members look after."""

    code = CodeField()
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class MemberQuerySet(DatedQuerySet):
    def of_teams_of(self, user: User, *, on: date) -> Self:
        """Everybody who is, on the day, in a team that the user is in on that day."""
        teams = Member.objects.in_force(on=on).filter(user=user.pk).values("team")
        return self.in_force(on=on).filter(team__in=teams)


class Member(Versioned, Dated):
    """Somebody's days in a team, and what they do there; never becomes another person's."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, models.PROTECT, related_name="members")
    role = models.CharField(max_length=20, choices=OwnerRole)

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["team", "user", "starts_on"]
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time(
                "user",
                "team",
                name="member_one_at_a_time",
                message="This person is in the team on part of these days already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.team})"

    def is_active(self, *, on: date) -> bool:
        """Whether the membership covers the day."""
        return self.starts_on <= on and (self.ends_on is None or on < self.ends_on)


class AssignmentSource(models.TextChoices):
    MANUAL = "manual", "By hand"
    NAMED = "named", "By name"
    STICKY = "sticky", "Kept"
    PARENT = "parent", "From the parent account"
    RULE = "rule", "By a rule"
    REBALANCE = "rebalance", "To even out the load"


class AssignmentQuerySet(DatedQuerySet):
    def of_key(self, *, account: Account, role: str, product: Product | None) -> Self:
        """All stretches of one role of an account, or of one of its products."""
        return self.filter(account=account, role=role, product=product)

    def held_by(self, members: MemberQuerySet, *, on: date) -> Self:
        """What these members look after on the day."""
        return self.in_force(on=on).filter(member__in=members)


class Assignment(Dated):
    """Who owns an account, or one product of it, in a role for a stretch of days.

    Written only by `accounts.ownership`: the next owner's first day ends the one before.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="assignments")
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the whole account.",
    )
    role = models.CharField(max_length=20, choices=OwnerRole)
    member = models.ForeignKey(Member, models.PROTECT, related_name="assignments")
    source = models.CharField(
        max_length=16, choices=AssignmentSource, default=AssignmentSource.MANUAL
    )
    decision = models.ForeignKey(
        "accounts.RoutingDecision",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        help_text="Why they; empty: somebody said so.",
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["account", "role", "starts_on", "id"]
        indexes = [
            # What somebody owns on a day, without a look at the table.
            models.Index(
                fields=["member", "ends_on"],
                include=["starts_on", "account", "product"],
                name="assignment_of_a_member",
            )
        ]
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time(
                "account",
                "role",
                Coalesce(F("product"), Value(0), output_field=models.BigIntegerField()),
                name="assignment_one_owner_at_a_time",
                message="Another owner in this role covers part of these days.",
            ),
        ]

    def __str__(self) -> str:
        what = f"{self.account}, {self.product}" if self.product_id else str(self.account)
        return f"{what}: {self.get_role_display()} from {self.starts_on}"
