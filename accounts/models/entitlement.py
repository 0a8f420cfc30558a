"""What customers may do beyond, or short of, what their plans say: overrides and trials."""

from datetime import date
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models.account import Account
from config.money import AMOUNT_DIGITS
from config.periods import Dated, DatedQuerySet, one_at_a_time
from config.versions import Versioned
from pricing.models import Feature, Plan, ValueType
from pricing.models.entitlement import GIVEN, exactly_one_value


class EntitlementOverride(Versioned, Dated):
    """What an account may do with a feature for some days, whatever its plans say."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="overrides")
    feature = models.ForeignKey(Feature, models.PROTECT, related_name="+")
    flag = models.BooleanField(
        null=True, blank=True, help_text="For a feature that is there or not."
    )
    quantity = models.DecimalField(
        **AMOUNT_DIGITS, null=True, blank=True, help_text="For a feature that is counted."
    )
    unlimited = models.BooleanField(
        default=False, help_text="For a feature that is counted: no limit."
    )
    level = models.CharField(
        max_length=60, null=True, blank=True, help_text="For a feature of levels: one of them."
    )
    reason = models.CharField(max_length=500, help_text="Why; name no people.")

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["account", "starts_on"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                name="entitlementoverride_ends",
                condition=Q(ends_on__isnull=False),
                violation_error_message="An override ends: say when.",
            ),
            one_at_a_time(
                "account",
                "feature",
                name="entitlementoverride_one_at_a_time",
                message="Another override of this feature covers part of these days.",
            ),
            models.CheckConstraint(
                name="entitlementoverride_says_one_thing",
                condition=exactly_one_value(),
                violation_error_message=(
                    "Say one thing: yes or no, a quantity, unlimited, or a level."
                ),
            ),
            models.CheckConstraint(
                name="entitlementoverride_quantity_is_not_negative",
                condition=Q(quantity=None) | Q(quantity__gte=0),
                violation_error_message="A quantity is not negative.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.feature} from {self.starts_on}"

    def clean(self) -> None:
        super().clean()
        if self.starts_on and self.ends_on is None:
            raise ValidationError({"ends_on": "An override ends: say when."})
        self.level = self.level or None
        if self.feature_id is None:
            return
        fits = GIVEN[ValueType(self.feature.value_type)]
        for name in ("flag", "quantity", "unlimited", "level"):
            if name not in fits and getattr(self, name) not in (None, False):
                raise ValidationError({name: f"{self.feature} is not told by this."})
        if self.level is not None and self.level not in self.feature.levels:
            levels = ", ".join(self.feature.levels)
            raise ValidationError({"level": f"{self.feature} has the levels {levels}."})


class TrialQuerySet(DatedQuerySet):
    def with_uses(self, *, on: date | None = None) -> Self:
        """Each with how often it was used: as `uses`, up to and with the day if one is named."""
        used = self.model._meta.get_field("used").related_model.objects
        used = used.filter(trial=OuterRef("pk"), **({"day__lte": on} if on else {}))
        counted = used.order_by().values("trial").annotate(n=Count("pk")).values("n")
        return self.annotate(uses=Coalesce(Subquery(counted), 0))

    def open(self, *, on: date) -> Self:
        """Trials that let do something on the day: begun, not ended, not used up."""
        running = self.in_force(on=on).with_uses(on=on)
        return running.filter(Q(max_uses=None) | Q(uses__lt=F("max_uses")))


class Trial(Dated):
    """A feature or a plan that an account tries: until a day, or so many times, or both.

    It ends by its dates alone. A feature on trial can be used without limit, at its highest
    level; a plan on trial grants what it grants to those who have it.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="trials")
    feature = models.ForeignKey(Feature, models.PROTECT, null=True, blank=True, related_name="+")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="+")
    opportunity = models.ForeignKey(
        "accounts.Opportunity",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="trials",
        db_constraint=False,  # a key of two columns: it is one of the account
        help_text="What it is to prove the value for; empty: they try it by themselves.",
    )
    max_uses = models.PositiveIntegerField(
        "most uses", null=True, blank=True, help_text="How often it may be used; empty: any number."
    )
    is_guided = models.BooleanField(
        "guided", default=False, help_text="Whether somebody shows them how."
    )

    objects = TrialQuerySet.as_manager()

    class Meta:
        ordering = ["account", "starts_on"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                name="trial_is_of_a_feature_or_a_plan",
                condition=Q(feature=None, plan__isnull=False) | Q(feature__isnull=False, plan=None),
                violation_error_message="A trial is of a feature or of a plan, not of both.",
            ),
            models.CheckConstraint(
                name="trial_comes_to_an_end",
                condition=Q(ends_on__isnull=False) | Q(max_uses__isnull=False),
                violation_error_message="A trial needs a last day, or a number of uses.",
            ),
            models.CheckConstraint(
                name="trial_lets_use_it_once",
                condition=Q(max_uses=None) | Q(max_uses__gte=1),
                violation_error_message="At least one use.",
            ),
            one_at_a_time(
                "account",
                Coalesce(F("feature"), Value(0), output_field=models.BigIntegerField()),
                Coalesce(F("plan"), Value(0), output_field=models.BigIntegerField()),
                name="trial_one_at_a_time",
                message="Another trial of this covers part of these days.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thing} from {self.starts_on}"

    def clean(self) -> None:
        """Says first what a row contradicts in itself, before it is compared with others."""
        super().clean()
        if bool(self.feature_id) == bool(self.plan_id):
            raise ValidationError("A trial is of a feature or of a plan: name one of them.")
        if self.ends_on is None and self.max_uses is None:
            raise ValidationError("A trial needs a last day, or a number of uses.")

    @property
    def thing(self) -> Feature | Plan:
        """What is tried."""
        return self.plan if self.plan_id else self.feature

    def is_open(self, *, on: date) -> bool:
        """Whether it lets do something on the day; the row comes `with_uses` up to it."""
        runs = self.starts_on <= on and (self.ends_on is None or on < self.ends_on)
        return runs and (self.max_uses is None or self.uses < self.max_uses)


class TrialUse(models.Model):
    """One use of a trial; the key tells a use that is told twice."""

    trial = models.ForeignKey(Trial, models.PROTECT, related_name="used")
    day = models.DateField()
    key = models.CharField(max_length=200)

    class Meta:
        ordering = ["trial", "id"]
        constraints = [
            models.UniqueConstraint(fields=["trial", "key"], name="trialuse_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.trial}: {self.key}"
