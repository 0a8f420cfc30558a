"""Changes of prices that are reviewed together."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from config.access.models import User
from config.versions import Versioned
from portfolio.models import Motion
from pricing.models.grandfathering import GrandfatheringPolicy
from pricing.models.price_book import PriceBook


class ReleaseState(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    PUBLISHED = "published", "Published"
    CANCELLED = "cancelled", "Cancelled"


class ReleaseTreatment(models.TextChoices):
    KEEP = "keep", "Existing customers keep what they pay"
    NEXT_BOUNDARY = "next_boundary", "Existing customers move at the end of their term"
    POLICY = "policy", "A grandfathering policy decides"


NAMES_ITS_POLICY = "pricerelease_names_its_policy"
OPEN = (ReleaseState.DRAFT, ReleaseState.IN_REVIEW, ReleaseState.APPROVED)


class PriceReleaseQuerySet(models.QuerySet):
    def open(self) -> Self:
        """Releases that are still being prepared, reviewed or waited for."""
        return self.filter(state__in=OPEN)

    def to_come(self, *, on) -> Self:
        """Published releases that take effect after the day."""
        return self.filter(state=ReleaseState.PUBLISHED, effective_on__gt=on)


class PriceRelease(Versioned):
    """A reviewed set of price changes to one book, all of them effective on one day.

    Approval is for its content: the database drops it with any edit, of a line too, and refuses
    every way to `published` that does not lead through somebody else's approval.
    """

    book = models.ForeignKey(PriceBook, models.PROTECT, related_name="releases")
    title = models.CharField(max_length=200)
    effective_on = models.DateField(help_text="First day of its prices.")
    existing_treatment = models.CharField(
        "what happens to existing customers",
        max_length=16,
        choices=ReleaseTreatment,
        null=True,
        blank=True,
        help_text="Decide it before the release is submitted.",
    )
    policy = models.ForeignKey(
        GrandfatheringPolicy,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="releases",
        help_text="Which customers keep what; needed where a policy decides.",
    )
    motions = ArrayField(
        models.CharField(max_length=32, choices=Motion),
        default=list,
        blank=True,
        help_text="The motions that these prices help or hinder.",
    )
    state = models.CharField(
        max_length=16, choices=ReleaseState, default=ReleaseState.DRAFT, editable=False
    )
    author = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    submitter = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    approver = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    content_hash = models.CharField(
        max_length=64,
        blank=True,
        default="",
        editable=False,
        help_text="What was submitted, as one number.",
    )
    note = models.CharField(
        max_length=500,
        blank=True,
        default="",
        editable=False,
        help_text="Why it was sent back or cancelled.",
    )

    objects = PriceReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_on", "-id"]
        permissions = [
            ("approve_pricerelease", "Can approve and reject price releases"),
            ("publish_pricerelease", "Can publish price releases, and cancel published ones"),
            ("correct_pricerelease", "Can publish prices that begin in the past"),
        ]
        constraints = [
            # What a foreign key of two columns points to: a price is of its release's book.
            models.UniqueConstraint(fields=["id", "book"], name="pricerelease_of_book"),
            models.CheckConstraint(
                name="pricerelease_is_approved_by_somebody_else",
                condition=Q(approver=None)
                | (~Q(approver=F("author")) & ~Q(approver=F("submitter"))),
                violation_error_message="Somebody else approves it: not who wrote or submitted it.",
            ),
            models.CheckConstraint(
                name="pricerelease_approved_has_its_approver",
                condition=~Q(state__in=["approved", "published"])
                | (Q(approver__isnull=False, submitter__isnull=False) & ~Q(content_hash="")),
                violation_error_message="Without an approver it is not approved.",
            ),
            models.CheckConstraint(
                name="pricerelease_says_what_happens",
                condition=Q(state__in=["draft", "cancelled"]) | Q(existing_treatment__isnull=False),
                violation_error_message=(
                    "Say what happens to existing customers before it is submitted."
                ),
            ),
            models.CheckConstraint(
                name=NAMES_ITS_POLICY,
                condition=Q(policy=None)
                ^ Q(existing_treatment__isnull=False, existing_treatment="policy"),
                violation_error_message="Name the policy that decides, where one does.",
            ),
        ]
        indexes = [models.Index(fields=["book", "effective_on"], name="pricerelease_of_a_book")]

    def __str__(self) -> str:
        return self.title

    def check_policy(self) -> None:
        """Raises ValidationError unless a policy is named where one decides, and only there."""
        rules = (each for each in self._meta.constraints if each.name == NAMES_ITS_POLICY)
        next(rules).validate(type(self), self)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
