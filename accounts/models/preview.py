"""What was foreseen of a policy, line by line, when it was last previewed."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from accounts.models.account import Account
from accounts.models.subscription import SubscriptionLine
from config.derived import derived
from config.money import AMOUNT_DIGITS
from pricing.models import GrandfatheringPolicy, Plan


class PolicyPreview(models.Model):
    """The sums of a policy's last preview, as they were shown to whoever decides about it."""

    policy = models.OneToOneField(GrandfatheringPolicy, models.CASCADE, related_name="preview")
    totals = models.JSONField()
    recorded_at = models.DateTimeField(db_default=Now())
    told_until = models.DateField(
        null=True, help_text="Up to this day it was told whom to tell that a price moves."
    )

    def __str__(self) -> str:
        return f"Preview of {self.policy}"


class PreviewLine(models.Model):
    """One line under a policy, as its last preview saw it; made anew by the next one.

    Amounts are for each interval, in the currency of the line's subscription. A line of a bundle
    shows what the bundle costs, and its first line alone carries it.
    """

    policy = models.ForeignKey(GrandfatheringPolicy, models.CASCADE, related_name="preview_lines")
    line = derived(SubscriptionLine)
    account = derived(Account)
    status = models.CharField(max_length=16)
    exception = models.CharField(max_length=8, blank=True, default="")
    amount = models.DecimalField(**AMOUNT_DIGITS)
    list_amount = models.DecimalField(**AMOUNT_DIGITS, null=True)
    days = ArrayField(models.DateField(), help_text="The next renewals.")
    kept = ArrayField(models.DecimalField(**AMOUNT_DIGITS), help_text="Paid under the policy.")
    forced = ArrayField(models.DecimalField(**AMOUNT_DIGITS), help_text="Paid if all were moved.")
    uplift = models.FloatField(null=True, help_text="More after the first renewal, as a fraction.")
    successor = derived(Plan, null=True, help_text="What takes its place in these renewals.")
    successor_on = models.DateField(null=True, help_text="The day on which it moves there.")
    seen = models.CharField(max_length=32, help_text="The terms it was previewed on, as a number.")

    class Meta:
        ordering = ["policy", "account", "line"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "line"], name="previewline_once"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.status}"

    @property
    def moves_on(self) -> date | None:
        """The first of the next renewals at which it costs more, if there is one."""
        was = self.amount
        for day, amount in zip(self.days, self.kept, strict=True):
            if amount > was:
                return day
            was = amount
        return None
