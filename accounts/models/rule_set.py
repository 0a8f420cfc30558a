"""The rules by which customers find their owners, in versions."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models.ownership import Member
from accounts.models.pool import AskedAtTheEnd, Pool
from config.access.models import User
from config.countries import two_letters
from config.money import CurrencyField
from config.versions import Versioned
from portfolio.models import Motion, OwnerModel, Product, Region, Segment


class RuleSetState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SIMULATED = "simulated", "Simulated"
    ACTIVE = "active", "Active"
    ARCHIVED = "archived", "Archived"


EDITABLE = (RuleSetState.DRAFT, RuleSetState.SIMULATED)


class RuleSetQuerySet(models.QuerySet):
    def active(self) -> Self:
        return self.filter(state=RuleSetState.ACTIVE)


class RoutingRuleSet(Versioned):
    """All rules at once: drafted, rehearsed on every account, then active until the next one.

    `report` is what the last simulation found, `content_hash` what exactly it rehearsed.
    """

    number = models.PositiveIntegerField(unique=True, editable=False)
    title = models.CharField(max_length=200)
    currency = CurrencyField(default="USD", help_text="Of every deal size in these rules.")
    small_below = models.BigIntegerField(
        "small deals are below",
        default=50_000,
        help_text="Monthly, in minor units; where selling is hybrid these are product-led.",
    )
    large_from = models.BigIntegerField(
        "large deals are from",
        default=500_000,
        help_text="Monthly, in minor units; where selling is hybrid these are sales-led.",
    )
    state = models.CharField(
        max_length=16, choices=RuleSetState, default=RuleSetState.DRAFT, editable=False
    )
    author = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    simulated_on = models.DateField(null=True, blank=True, editable=False)
    content_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    report = models.JSONField(null=True, blank=True, editable=False)
    activated_on = models.DateField(null=True, blank=True, editable=False)
    activated_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        permissions = [
            ("simulate_routingruleset", "Can simulate routing rule sets"),
            ("activate_routingruleset", "Can activate routing rule sets"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state="active"),
                name="routingruleset_one_is_active",
                violation_error_message="Another rule set is active.",
            ),
            models.CheckConstraint(
                name="routingruleset_sizes_are_in_order",
                condition=Q(small_below__gte=0) & Q(large_from__gte=F("small_below")),
                violation_error_message="Large deals cannot begin below where small ones end.",
            ),
            models.CheckConstraint(
                name="routingruleset_says_what_was_rehearsed",
                condition=Q(state__in=["draft"])
                | (Q(report__isnull=False, simulated_on__isnull=False) & ~Q(content_hash="")),
                violation_error_message="Simulate it first.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.title}"

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE


class Strategy(models.TextChoices):
    FIXED = "fixed", "Always this member"
    ROUND_ROBIN = "round_robin", "In turn"
    WEIGHTED = "weighted", "In turn, by weight"
    CAPACITY = "capacity", "Whoever has most room"


def criterion(model: type[models.Model]) -> models.ForeignKey:
    return models.ForeignKey(
        model, models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: any."
    )


class RoutingRule(Versioned):
    """For accounts that meet every criterion: which kind of owner, or which owner.

    A blank criterion is met by all. Of the rules of a stage the first by rank that fits decides.
    """

    rule_set = models.ForeignKey(RoutingRuleSet, models.CASCADE, related_name="rules")
    rank = models.PositiveSmallIntegerField(help_text="Lower ranks are asked first.")
    name = models.CharField(max_length=200, blank=True, help_text="What it is for.")
    motion = models.CharField(
        max_length=24, choices=Motion, null=True, blank=True, help_text="Empty: any."
    )
    product = criterion(Product)
    segment = criterion(Segment)
    region = criterion(Region)
    country = models.CharField(max_length=2, blank=True, validators=[two_letters])
    industry = models.CharField(max_length=100, blank=True, help_text="As on the account.")
    employees_from = models.PositiveIntegerField(null=True, blank=True)
    employees_to = models.PositiveIntegerField(null=True, blank=True)
    deal_from = models.BigIntegerField(
        null=True, blank=True, help_text="Monthly revenue in minor units, this or more."
    )
    deal_below = models.BigIntegerField(
        null=True, blank=True, help_text="Monthly revenue in minor units, less than this."
    )
    procurement = models.BooleanField(
        null=True, blank=True, help_text="Whether a purchase goes through procurement."
    )
    owner_model = models.CharField(
        max_length=16,
        choices=OwnerModel,
        null=True,
        blank=True,
        help_text="What the first stage found. Empty: whatever it was.",
    )
    sets_owner_model = models.CharField(
        max_length=16,
        choices=OwnerModel,
        null=True,
        blank=True,
        help_text="Makes it a rule of the first stage: which kind of owner.",
    )
    pool = models.ForeignKey(
        Pool, models.PROTECT, null=True, blank=True, related_name="rules", help_text="Who shares."
    )
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", help_text="Always they."
    )
    strategy = models.CharField(
        max_length=16, choices=Strategy, null=True, blank=True, help_text="Of a pool: whose turn."
    )
    sticky = models.BooleanField(
        default=False, help_text="Whoever of them owns the account already keeps it."
    )
    inherit_from_parent = models.BooleanField(
        default=False, help_text="The owner of the parent account takes it."
    )

    class Meta:
        ordering = ["rule_set", "rank"]
        constraints = [
            AskedAtTheEnd(
                fields=["rule_set", "rank"],
                name="routingrule_one_per_rank",
                violation_error_message="Another rule of the set has this rank.",
            ),
            models.CheckConstraint(
                name="routingrule_has_one_outcome",
                condition=Q(sets_owner_model__isnull=False, pool=None, member=None)
                | Q(sets_owner_model=None, pool__isnull=False, member=None)
                | Q(sets_owner_model=None, pool=None, member__isnull=False),
                violation_error_message=(
                    "A rule says one thing: which kind of owner, which pool, or which member."
                ),
            ),
            models.CheckConstraint(
                name="routingrule_strategy_fits_its_outcome",
                condition=Q(sets_owner_model__isnull=False, strategy=None)
                | Q(member__isnull=False, strategy="fixed")
                | (Q(pool__isnull=False, strategy__isnull=False) & ~Q(strategy="fixed")),
                violation_error_message=(
                    "A pool takes turns or chooses the freest, a member is always this one, and "
                    "a kind of owner has no strategy."
                ),
            ),
            models.CheckConstraint(
                name="routingrule_kind_of_owner_is_found_once",
                condition=Q(sets_owner_model=None)
                | Q(owner_model=None, sticky=False, inherit_from_parent=False),
                violation_error_message=(
                    "A rule about the kind of owner does not ask for one, and keeps nobody."
                ),
            ),
            models.CheckConstraint(
                name="routingrule_employees_are_in_order",
                condition=Q(employees_from=None)
                | Q(employees_to=None)
                | Q(employees_to__gte=F("employees_from")),
                violation_error_message="The largest company cannot be below the smallest.",
            ),
            models.CheckConstraint(
                name="routingrule_deals_are_in_order",
                condition=(Q(deal_from=None) | Q(deal_from__gte=0))
                & (Q(deal_below=None) | Q(deal_below__gt=0))
                & (Q(deal_from=None) | Q(deal_below=None) | Q(deal_below__gt=F("deal_from"))),
                violation_error_message="No deal is of such a size.",
            ),
            models.CheckConstraint(
                name="routingrule_owner_model_is_one_that_is_found",
                condition=Q(owner_model=None) | ~Q(owner_model="hybrid"),
                violation_error_message=(
                    "Hybrid is settled by size before owners are looked for: name what it becomes."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.name or self.outcome}"

    @property
    def outcome(self) -> str:
        """What the rule says, in a few words that name no person: they are kept in reports."""
        if self.sets_owner_model:
            return self.get_sets_owner_model_display()
        return f"member #{self.member_id}" if self.member_id else str(self.pool)
