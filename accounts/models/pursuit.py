"""What customers object to in an opportunity, and what they say after it."""

from django.db import models

from accounts.models.opportunity import Opportunity
from accounts.models.playbook import Answer, ObjectionKind
from accounts.models.stage import LossReason
from config.versions import Versioned


class ObjectionRaised(Versioned):
    """An objection that was made, and how it was answered."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="objections")
    kind = models.CharField(max_length=16, choices=ObjectionKind)
    response = models.CharField(max_length=24, choices=Answer)
    raised_on = models.DateField()
    note = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "objections raised"
        ordering = ["opportunity", "raised_on", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_response_display()}"


class FeedbackOutcome(models.TextChoices):
    UPGRADED = "upgraded", "They bought"
    NOT_UPGRADED = "not_upgraded", "They did not buy"


class Feedback(Versioned):
    """What a customer says of an opportunity that is over, whether they bought or not."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="feedback")
    outcome = models.CharField(max_length=16, choices=FeedbackOutcome)
    reason = models.CharField(max_length=16, choices=LossReason)
    text = models.TextField(blank=True, help_text="Their words; name nobody.")
    given_on = models.DateField()

    class Meta:
        verbose_name_plural = "feedback"
        ordering = ["-given_on", "-id"]

    def __str__(self) -> str:
        return f"{self.opportunity}: {self.get_outcome_display()}"
