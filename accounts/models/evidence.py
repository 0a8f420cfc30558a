"""What customers were shown, what they got out of it, and what they did."""

from datetime import date
from typing import Self

from django.db import models

from accounts.models.account import Account
from config.versions import Versioned
from portfolio.models import Product
from pricing.models import Feature


class ExposureKind(models.TextChoices):
    CAMPAIGN = "campaign", "Campaign"
    IN_APP = "in_app", "In the product"
    CSM_TALK = "csm_talk", "Talk with the success manager"
    WEBINAR = "webinar", "Webinar"
    DEMO = "demo", "Demo"


class ExposureQuerySet(models.QuerySet):
    def within(self, *, since: date, on: date) -> Self:
        """Those of the days from `since` up to and including `on`."""
        return self.filter(shown_on__gte=since, shown_on__lte=on)


class Exposure(Versioned):
    """A customer was shown a product on a day."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="exposures")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=ExposureKind)
    shown_on = models.DateField()
    note = models.TextField(blank=True, help_text="Such as the campaign's name; name nobody.")

    objects = ExposureQuerySet.as_manager()

    class Meta:
        ordering = ["-shown_on", "-id"]
        indexes = [
            models.Index(fields=["account", "product", "shown_on"], name="exposure_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.product} ({self.get_kind_display()})"


class ValueOutcome(Versioned):
    """A customer got out of a product what they bought it for."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="value_outcomes")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    achieved_on = models.DateField()
    description = models.TextField(help_text="What they reached, with a figure if there is one.")

    class Meta:
        ordering = ["-achieved_on", "-id"]
        indexes = [
            models.Index(fields=["account", "product", "achieved_on"], name="outcome_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.product} on {self.achieved_on}"


class BehaviourKind(models.TextChoices):
    """What customers do that tells of a chance; signal rules name these."""

    FEATURE_REQUEST = "feature_request", "Asks for a feature"
    HIGHER_TIER_QUESTION = "higher_tier_question", "Asks about a higher tier"
    WEBINAR = "webinar", "Comes to a webinar"
    UPGRADE_PAGE_VISIT = "upgrade_page_visit", "Looks at the upgrade page"
    EXPORT_TO_OTHER_TOOL = "export_to_other_tool", "Exports to another tool"
    DUPLICATE_WORK = "duplicate_work", "Does work twice"
    INTEGRATION_COMPLAINT = "integration_complaint", "Complains about an integration"
    INTEGRATION_REQUEST = "integration_request", "Asks for an integration"
    ADJACENT_QUESTION = "adjacent_question", "Asks support about work beside ours"
    INITIATIVE = "initiative", "Begins something across the organisation"
    TEAM_GROWTH = "team_growth", "The team grows"
    CREDENTIAL_SHARING = "credential_sharing", "Shares logins"
    PREMIUM_TRIAL_USE = "premium_trial_use", "Uses a premium trial"


class BehaviourEvent(models.Model):
    """Something a customer did, as another system tells it, once per key; never edited."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="behaviour_events")
    kind = models.CharField(max_length=32, choices=BehaviourKind)
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="+")
    feature = models.ForeignKey(Feature, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(help_text="When it happened.")
    key = models.CharField(
        max_length=200, help_text="The sender's key: the same event again changes nothing."
    )

    class Meta:
        default_permissions = ("add", "view")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["account", "kind", "at"], name="behaviour_of_account")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "key"],
                name="behaviourevent_once_per_key",
                violation_error_message="The account has another event with this key.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_kind_display()}"
