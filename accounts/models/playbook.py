"""What to say and whom to involve, per motion; how objections are answered."""

from typing import Self

from django.db import models

from accounts.models.stage import Stage
from config.versions import Versioned
from portfolio.models import Motion


class PlaybookState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"


class PlaybookQuerySet(models.QuerySet):
    def current(self, motion: str) -> "Playbook | None":
        """The newest published version for a motion."""
        published = self.filter(motion=motion, state=PlaybookState.PUBLISHED)
        return published.order_by("-number").first()


class Playbook(Versioned):
    """How to go about a motion: one version of it; once published it is never edited.

    Opportunities keep the version they were opened with, whatever is published later.
    """

    motion = models.CharField(max_length=24, choices=Motion)
    number = models.PositiveIntegerField("version number", help_text="1, 2, ... for each motion.")
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=16, choices=PlaybookState, default=PlaybookState.DRAFT)
    message = models.TextField(help_text="What to say, in the customer's words.")
    success = models.TextField(
        "success looks like", help_text="What is measured once the customer has it."
    )

    objects = PlaybookQuerySet.as_manager()

    class Meta:
        ordering = ["motion", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["motion", "number"],
                name="playbook_number_once",
                violation_error_message="The motion has a playbook of this number already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"


class StepPart(models.TextChoices):
    """Whom a step is to involve."""

    USER = "user", "Users"
    CHAMPION = "champion", "The champion"
    BUDGET_OWNER = "budget_owner", "The budget owner"
    EXECUTIVE = "executive", "An executive"
    PROCUREMENT = "procurement", "Procurement"
    NOBODY = "nobody", "Nobody at the customer"


class PlaybookStepQuerySet(models.QuerySet):
    def in_order(self) -> Self:
        """By the stages as they follow one another, then by rank."""
        place = models.Case(
            *(models.When(stage=stage, then=n) for n, stage in enumerate(Stage.values)),
            output_field=models.IntegerField(),
        )
        return self.order_by("playbook", place, "rank")


class PlaybookStep(Versioned):
    """One thing to do at a stage, and with whom."""

    playbook = models.ForeignKey(Playbook, models.PROTECT, related_name="steps")
    stage = models.CharField(max_length=16, choices=Stage)
    rank = models.PositiveSmallIntegerField(help_text="The order within the stage.")
    title = models.CharField(max_length=200)
    words = models.TextField(blank=True, help_text="What to say or to send.")
    involve = models.CharField(max_length=16, choices=StepPart, default=StepPart.NOBODY)

    objects = PlaybookStepQuerySet.as_manager()

    class Meta:
        ordering = ["playbook", "stage", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["playbook", "stage", "rank"],
                name="playbookstep_one_per_rank",
                violation_error_message="Another step of this stage has this rank.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ObjectionKind(models.TextChoices):
    PRICE = "price", "Price"
    TIMING = "timing", "Timing"
    ADOPTION = "adoption", "Adoption"
    VALUE = "value", "Value"
    STAKEHOLDER = "stakeholder", "Somebody is missing"
    OTHER = "other", "Something else"


class Answer(models.TextChoices):
    """The ways to answer an objection that are compared with one another."""

    ROI = "roi", "Show what it returns"
    PAYMENT_FLEXIBILITY = "payment_flexibility", "Offer other payment terms"
    TIE_TO_INITIATIVE = "tie_to_initiative", "Tie it to an initiative of theirs"
    ENABLEMENT = "enablement", "Offer enablement"
    PHASED_ROLLOUT = "phased_rollout", "Roll it out in phases"
    REFERENCE = "reference", "Show a customer like them"
    OTHER = "other", "Something else"


class Objection(Versioned):
    """What customers object to, and the answer that the playbook gives."""

    playbook = models.ForeignKey(Playbook, models.PROTECT, related_name="objections")
    kind = models.CharField(max_length=16, choices=ObjectionKind)
    response = models.CharField(max_length=24, choices=Answer)
    says = models.TextField("they say", help_text="The objection, in the customer's words.")
    reply = models.TextField("we answer")

    class Meta:
        ordering = ["playbook", "kind", "response"]
        constraints = [
            models.UniqueConstraint(
                fields=["playbook", "kind", "response"],
                name="objection_one_per_kind_and_response",
                violation_error_message="The playbook answers this kind this way already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_response_display()}"
