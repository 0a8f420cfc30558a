"""Rules by which the system notices that a customer may want more, and what they noticed."""

from decimal import Decimal
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models.account import Account
from accounts.models.evidence import BehaviourKind
from accounts.models.stage import UPSELLS
from accounts.signals.source import of_family, source_choices, sources
from config.codes import CodeField
from config.money import AMOUNT_DIGITS
from config.versions import Versioned
from portfolio.models import Motion, Product
from pricing.models import Feature, Plan

AT_LEAST_ONE_DAY = [MinValueValidator(1)]


class SignalRuleQuerySet(models.QuerySet):
    def asked(self) -> Self:
        """Those that are asked every night, in their order."""
        return self.filter(is_active=True).order_by("rank")

    def of_family(self, family: str) -> Self:
        return self.filter(source__in=of_family(family))


class SignalRule(Versioned):
    """What is noticed about customers, and what they are then to be offered.

    Rules are asked in the order of their ranks: of several that fire for one account and motion
    on a day, the first opens the opportunity. What a rule notices stays: add another one instead.
    """

    code = CodeField()
    name = models.CharField(max_length=200)
    source = models.CharField(
        "what is noticed", max_length=40, choices=source_choices, help_text="The way to notice."
    )
    motion = models.CharField(max_length=24, choices=Motion, help_text="How more is then sold.")
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=(
            "For an upsell the product that is watched, empty: any; for a cross-sell the one to "
            "offer, empty: what suits the account best."
        ),
    )
    target_plan = models.ForeignKey(
        Plan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="always offer",
        help_text="Empty: what follows from the motion and what the account has.",
    )
    feature = models.ForeignKey(
        Feature,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The feature whose use or requests are watched; empty: any.",
    )
    behaviour = models.CharField(
        max_length=32, choices=BehaviourKind, blank=True, help_text="What the customer does."
    )
    threshold = models.DecimalField(
        **AMOUNT_DIGITS,
        null=True,
        blank=True,
        help_text="From how much on; empty: the default of what is noticed.",
    )
    days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=AT_LEAST_ONE_DAY,
        help_text="Within how many days, or how many days before; empty: the default.",
    )
    cooldown_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="For so long after a loss it stays quiet; empty: opportunity-cooldown-days.",
    )
    frequency_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=AT_LEAST_ONE_DAY,
        help_text="At most one signal of an account in so many days; empty: each one counts.",
    )
    is_active = models.BooleanField("active", default=True)
    rank = models.PositiveIntegerField(help_text="Rules are asked from the lowest rank upwards.")

    objects = SignalRuleQuerySet.as_manager()

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["rank"],
                name="signalrule_rank_once",
                violation_error_message="Another rule has this rank.",
            ),
            models.CheckConstraint(
                name="signalrule_threshold_is_not_negative",
                condition=Q(threshold=None) | Q(threshold__gte=0),
                violation_error_message="A threshold is not negative.",
            ),
            models.CheckConstraint(
                name="signalrule_days_are_some",
                condition=(Q(days=None) | Q(days__gte=1))
                & (Q(frequency_days=None) | Q(frequency_days__gte=1)),
                violation_error_message="Days and frequency are at least one day.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def family(self) -> str:
        return sources[self.source].family if self.source in sources else ""

    @property
    def least(self) -> Decimal | None:
        """From how much on it fires: its own figure, else the default of what is noticed."""
        default = sources[self.source].defaults.get("threshold")
        return default if self.threshold is None else self.threshold

    @property
    def within(self) -> int | None:
        return self.days or sources[self.source].defaults.get("days")

    @property
    def watched_id(self) -> int | None:
        """The product that is watched, None for any: what a cross-sell offers is not there yet."""
        return self.product_id if self.motion in UPSELLS else None

    def clean(self) -> None:
        super().clean()
        if self.source not in sources:
            return
        found = sources[self.source]
        for name in ("feature", "behaviour", "threshold", "days"):
            if getattr(self, name) not in (None, "") and name not in found.takes:
                raise ValidationError({name: f"{found.name} asks for no {name}: leave it empty."})
        for name in found.needs:
            if getattr(self, name) in (None, ""):
                raise ValidationError({name: f"{found.name}: say which {name}."})
        if found.lasts and not self.frequency_days:
            raise ValidationError(
                {"frequency_days": "This goes on for a while: say how often it is told again."}
            )


class SignalState(models.TextChoices):
    FIRED = "fired", "Fired"
    SUPPRESSED = "suppressed", "Suppressed"


class SignalQuerySet(models.QuerySet):
    def of_family(self, family: str) -> Self:
        return self.filter(rule__source__in=of_family(family))


class Signal(models.Model):
    """One firing of a rule for an account: what was seen, and what came of it.

    One that fired opened an opportunity; one that was suppressed says why it did not. Written
    only by `accounts.signals`, once for each occurrence.
    """

    rule = models.ForeignKey(SignalRule, models.PROTECT, related_name="signals")
    account = models.ForeignKey(Account, models.PROTECT, related_name="signals", db_index=False)
    on = models.DateField("day")
    occurrence = models.CharField(
        max_length=80, help_text="What tells it from other firings of the rule for the account."
    )
    value = models.DecimalField(
        **AMOUNT_DIGITS, null=True, blank=True, help_text="What was measured, if it is a figure."
    )
    grade = models.CharField(max_length=16, blank=True, help_text="Such as urgent.")
    why = models.TextField(help_text="What was seen, in words.")
    feature = models.ForeignKey(
        Feature, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    state = models.CharField(max_length=16, choices=SignalState)
    reason = models.CharField(
        max_length=40, blank=True, help_text="Why nothing was opened: a code such as cooldown."
    )
    said = models.TextField("why not", blank=True, help_text="The same in words.")
    opportunity = models.ForeignKey(
        "accounts.Opportunity",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="signals",
        help_text="The one that it opened, or that was open already and that it speaks for.",
    )

    objects = SignalQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["account", "on"], name="signal_of_account"),
            models.Index(fields=["on", "state"], name="signal_of_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "account", "occurrence"],
                name="signal_once_per_occurrence",
                violation_error_message="This was noticed already.",
            ),
            models.CheckConstraint(
                name="signal_suppressed_has_a_reason",
                condition=Q(state=SignalState.FIRED, reason="")
                | Q(state=SignalState.SUPPRESSED) & ~Q(reason=""),
                violation_error_message="One that is suppressed has a reason, and no other one.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.rule}"

    @property
    def key(self) -> str:
        """What the database refuses twice."""
        return f"{self.rule.code}:{self.account.code}:{self.occurrence}"
