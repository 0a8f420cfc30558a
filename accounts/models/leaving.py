"""What customers were shown before they took less, what they did, and what they said."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from accounts.models.account import Account
from accounts.models.subscription import Subscription
from config.versions import Versioned
from pricing.models import Feature, Plan


class ReminderOutcome(models.TextChoices):
    KEPT = "kept", "Kept what they have"
    DOWNGRADED = "downgraded", "Took less all the same"


class DowngradeReminder(models.Model):
    """That somebody was shown on a day what a downgrade would cost them, and what they did."""

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="reminders")
    to_plan = models.ForeignKey(
        Plan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="What they would have instead; empty: nothing.",
    )
    shown_on = models.DateField()
    features_lost = ArrayField(
        models.CharField(max_length=400),
        default=list,
        blank=True,
        help_text="Codes of the features in use that would be lost.",
    )
    limits_exceeded = ArrayField(
        models.CharField(max_length=400),
        default=list,
        blank=True,
        help_text="Codes of the features of which they use more than they would have.",
    )
    outcome = models.CharField(max_length=16, choices=ReminderOutcome, null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                F("subscription"),
                Coalesce(F("to_plan"), Value(0), output_field=models.BigIntegerField()),
                F("shown_on"),
                name="downgradereminder_once_a_day",
            ),
            models.CheckConstraint(
                name="downgradereminder_outcome_has_a_day",
                condition=Q(outcome=None, decided_on=None)
                | Q(outcome__isnull=False, decided_on__isnull=False),
                violation_error_message="An outcome has a day.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscription} to {self.to_plan or 'nothing'}, {self.shown_on}"


class FeedbackKind(models.TextChoices):
    CHURN = "churn", "Left"
    DOWNGRADE = "downgrade", "Took less"


class LeavingReason(models.TextChoices):
    PRICE = "price", "Too dear"
    MISSING_FEATURE = "missing_feature", "Something is missing"
    LITTLE_USE = "little_use", "Hardly used"
    VALUE = "value", "Did not bring what was hoped for"
    SUPPORT = "support", "Service or support"
    QUALITY = "quality", "Faults or slowness"
    COMPETITOR = "competitor", "Another vendor"
    NO_NEED = "no_need", "Not needed any more"
    CLOSED = "closed", "Gave up business, or was bought"
    OTHER = "other", "Something else"


class SubscriptionFeedback(Versioned):
    """Why a customer left or took less, in a code, in their words, and by what they missed."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="subscription_feedback")
    subscription = models.ForeignKey(
        Subscription,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the customer as a whole.",
    )
    kind = models.CharField(max_length=16, choices=FeedbackKind)
    reason = models.CharField(max_length=20, choices=LeavingReason)
    text = models.TextField(blank=True, help_text="In their words; name no people.")
    given_on = models.DateField()
    missing = models.ManyToManyField(
        Feature, blank=True, related_name="+", help_text="Features that they missed."
    )

    class Meta:
        ordering = ["-given_on", "-id"]
        verbose_name_plural = "subscription feedback"

    def __str__(self) -> str:
        return f"{self.account}: {self.get_reason_display()}"


class MomentKind(models.TextChoices):
    NEAR_FULL = "near_full", "Nearly used up"
    HABIT = "habit", "Used on many days"


class UsageMoment(models.Model):
    """A moment to ask a customer how it goes: told to others once, never again."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="moments", db_index=False)
    feature = models.ForeignKey(Feature, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=MomentKind)
    day = models.DateField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["account", "feature", "kind"], name="usagemoment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.feature}, {self.get_kind_display().lower()}"
