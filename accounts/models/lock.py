"""What customers were promised to keep."""

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models.account import Account
from accounts.models.subscription import SubscriptionLine
from config.access.models import User
from config.money import AMOUNT_DIGITS
from config.periods import Dated, DatedQuerySet, one_at_a_time
from config.versions import Versioned
from pricing.models import EntitlementMode, GrandfatheringPolicy, PlanVersion, Price


class LockEnd(models.TextChoices):
    """Why a lock ended before its time."""

    CHANGED = "changed", "The customer changed to another plan"
    SUPERSEDED = "superseded", "Another policy took its place"
    CONTRACT = "contract", "A contract price was made later"
    MOVED = "moved", "It moved to what takes its place"
    BY_HAND = "by_hand", "Ended by hand"


class LockQuerySet(DatedQuerySet):
    def of_lineages(self, roots) -> Self:
        """The locks of lines of these lineages, in the order of their days."""
        return self.filter(root__any_of=roots).order_by("root", "starts_on")


class Lock(Dated):
    """A stretch of days in which a line lineage keeps something; only its end ever changes."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    root = models.ForeignKey(
        SubscriptionLine,
        models.PROTECT,
        related_name="%(class)ss",
        help_text="The first line of the lineage that is protected.",
    )
    policy = models.ForeignKey(GrandfatheringPolicy, models.PROTECT, related_name="%(class)ss")
    end_reason = models.CharField(
        max_length=16, choices=LockEnd, blank=True, default="", editable=False
    )

    objects = LockQuerySet.as_manager()

    class Meta(Dated.Meta):
        abstract = True
        ordering = ["root", "starts_on"]

    def __str__(self) -> str:
        return f"{self.policy} from {self.starts_on}"


class PriceLock(Lock):
    """A line keeps the price that it had on the first day, as its policy says."""

    price = models.ForeignKey(Price, models.PROTECT, related_name="+")
    quantity = models.DecimalField(**AMOUNT_DIGITS, help_text="Units held on the first day.")
    amount = models.DecimalField(
        **AMOUNT_DIGITS, help_text="What they cost for each interval on the first day."
    )
    cap_percent = models.DecimalField(
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="At most so much more at each renewal; empty: no movement.",
    )

    class Meta(Lock.Meta):
        abstract = False
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time(
                "root",
                name="pricelock_one_at_a_time",
                message="Another policy protects the price of this line on part of these days.",
            ),
        ]


class EntitlementLock(Lock):
    """A line keeps what the version of its plan granted on the first day."""

    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+")
    mode = models.CharField(max_length=8, choices=EntitlementMode)

    class Meta(Lock.Meta):
        abstract = False
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time(
                "root",
                name="entitlementlock_one_at_a_time",
                message="Another policy protects the grants of this line on part of these days.",
            ),
        ]


class ExceptionKind(models.TextChoices):
    EXCLUDE = "exclude", "Not protected"
    INCLUDE = "include", "Protected though out of scope"
    CUSTOM = "custom", "Protected on terms of its own"


class GrandfatheringException(Versioned):
    """Somebody decided otherwise than the scope of a policy does about one customer."""

    policy = models.ForeignKey(GrandfatheringPolicy, models.PROTECT, related_name="exceptions")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=ExceptionKind)
    reason = models.CharField(max_length=500)
    until_date = models.DateField(
        null=True, blank=True, help_text="Own terms: protected until this day."
    )
    cap_percent = models.DecimalField(
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="Own terms: at most so much more at each renewal.",
    )
    expires_on = models.DateField(help_text="First day on which the exception no longer counts.")
    author = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    approver = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["policy", "account"]
        permissions = [("approve_grandfatheringexception", "Can approve exceptions to policies")]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "account"],
                name="grandfatheringexception_once",
                violation_error_message="The policy has an exception for this customer already.",
            ),
            models.CheckConstraint(
                name="grandfatheringexception_own_terms_are_given",
                condition=Q(kind="custom", until_date__isnull=False)
                | Q(~Q(kind="custom"), until_date=None, cap_percent=None),
                violation_error_message="Own terms name their last day, and only they do.",
            ),
            models.CheckConstraint(
                name="grandfatheringexception_cap_is_a_percentage",
                condition=Q(cap_percent=None) | Q(cap_percent__gt=0, cap_percent__lte=100),
                violation_error_message="A percentage is more than 0, and at most 100.",
            ),
            models.CheckConstraint(
                name="grandfatheringexception_is_approved_by_somebody_else",
                condition=Q(approver=None) | ~Q(approver=models.F("author")),
                violation_error_message="Somebody else approves it: not its author.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_kind_display()}"
