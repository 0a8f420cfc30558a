"""Credits that customers were granted, and what they used them for."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models.account import Account
from accounts.models.subscription import SubscriptionLine
from config.money import AMOUNT_DIGITS
from config.periods import Dated, DatedQuerySet
from portfolio.models import Product
from pricing.models import BurnRate, CreditUnit, Feature, Plan, Price

KEY = {"max_length": 200, "null": True, "blank": True}


class CreditAccount(models.Model):
    """The one row that everybody locks who grants or draws credits of an account and unit.

    `owed` follows from the draws: what went beyond all credits, and no later ones have paid for.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    unit = models.ForeignKey(CreditUnit, models.PROTECT, related_name="+", db_index=False)
    owed = models.DecimalField(**AMOUNT_DIGITS, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "unit"], name="creditaccount_once"),
            models.CheckConstraint(
                name="creditaccount_owes_no_less_than_nothing",
                condition=Q(owed__gte=0),
                violation_error_message="Nobody owes less than nothing.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.unit}"


class GrantSource(models.TextChoices):
    PLAN = "plan", "A subscription"
    PURCHASE = "purchase", "Bought once"
    PROMO = "promo", "Given away"


class CreditGrantQuerySet(DatedQuerySet):
    def of(self, account: Account, unit: CreditUnit) -> Self:
        return self.filter(account=account, unit=unit)

    def begun(self, *, on: date) -> Self:
        """Grants that could be used on the day or before it."""
        return self.filter(starts_on__lte=on)


class CreditGrant(Dated):
    """Credits that an account may use on the days from `starts_on` until `ends_on`.

    Written once; what is wrong with one is taken back by a draw.
    """

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="credit_grants", db_index=False
    )
    unit = models.ForeignKey(CreditUnit, models.PROTECT, related_name="+")
    credits = models.DecimalField(**AMOUNT_DIGITS)
    source = models.CharField(max_length=16, choices=GrantSource, default=GrantSource.PROMO)
    priority = models.PositiveSmallIntegerField(
        default=100, help_text="Credits with a lower number are used first."
    )
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Only for features of this product; empty: of any.",
    )
    cost = models.DecimalField(
        **AMOUNT_DIGITS,
        default=0,
        help_text="What the customer paid for all of it; credits that are free are used first.",
    )
    plan = models.ForeignKey(
        Plan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The credit pack; while these credits run, it says what happens beyond them.",
    )
    line = models.ForeignKey(
        SubscriptionLine, models.PROTECT, null=True, blank=True, related_name="+"
    )
    key = models.CharField(**KEY, help_text="Whoever grants twice by one key grants once.")
    reason = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = CreditGrantQuerySet.as_manager()

    class Meta:
        ordering = ["account", "starts_on", "id"]
        indexes = [models.Index(fields=["account", "unit", "starts_on"], name="creditgrant_of")]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["account", "key"],
                name="creditgrant_key_once",
                violation_error_message="Another grant of this account has the key.",
            ),
            models.CheckConstraint(
                name="creditgrant_is_something",
                condition=Q(credits__gt=0, credits__lt=10**12, cost__gte=0, cost__lt=10**12),
                violation_error_message="A grant is of some credits, and costs no less than none.",
            ),
            models.CheckConstraint(
                name="creditgrant_by_hand_has_a_reason",
                condition=~Q(source=GrantSource.PROMO) | ~Q(reason=""),
                violation_error_message="Say why the credits are given away.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credits.normalize():f} {self.unit} from {self.starts_on}"


class GrantBalance(models.Model):
    """What is left of a grant. It follows from the allocations, which a trigger counts off here:
    so no grant is ever used beyond its end, whoever writes, however."""

    grant = models.OneToOneField(
        CreditGrant, models.CASCADE, primary_key=True, related_name="balance"
    )
    left = models.DecimalField(**AMOUNT_DIGITS)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grantbalance_is_not_overspent",
                condition=Q(left__gte=0),
                violation_error_message="The grant has fewer credits left than that.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.left.normalize():f} left"


class DrawKind(models.TextChoices):
    USE = "use", "Use"
    CORRECTION = "correction", "Correction of a use"
    WITHDRAWAL = "withdrawal", "Taken back"


class CreditDrawQuerySet(models.QuerySet):
    def until(self, *, on: date) -> Self:
        """Draws of the day and before it."""
        return self.filter(drawn_on__lte=on)


class CreditDraw(models.Model):
    """Credits that were used, or taken back; a correction is the same draw with the sign turned.

    Written once. What its allocations do not cover went beyond what there was: paid in money
    (`overage`), or owed until the next grant.
    """

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="credit_draws", db_index=False
    )
    unit = models.ForeignKey(CreditUnit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=DrawKind, default=DrawKind.USE)
    feature = models.ForeignKey(Feature, models.PROTECT, null=True, blank=True, related_name="+")
    rate = models.ForeignKey(BurnRate, models.PROTECT, null=True, blank=True, related_name="+")
    units = models.DecimalField(
        **AMOUNT_DIGITS, default=0, help_text="How much of the feature was used."
    )
    credits = models.DecimalField(**AMOUNT_DIGITS)
    overage = models.DecimalField(
        **AMOUNT_DIGITS, default=0, help_text="Credits beyond what there was, paid in money."
    )
    overage_amount = models.DecimalField(
        **AMOUNT_DIGITS, default=0, help_text="What those cost, in the account's currency."
    )
    overage_price = models.ForeignKey(
        Price, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    drawn_on = models.DateField(help_text="The day of the use, on the organisation's clock.")
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    key = models.CharField(**KEY, help_text="Whoever draws twice by one key draws once.")
    reason = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = CreditDrawQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["account", "unit", "drawn_on"], name="creditdraw_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "key"],
                name="creditdraw_key_once",
                violation_error_message="Another draw of this account has the key.",
            ),
            models.CheckConstraint(
                name="creditdraw_use_is_of_a_feature",
                condition=~Q(kind=DrawKind.USE)
                | Q(feature__isnull=False, rate__isnull=False, units__gt=0, credits__gte=0)
                & Q(overage__gte=0, overage__lte=F("credits"), overage_amount__gte=0),
                violation_error_message="Some of a feature is used, at a rate.",
            ),
            models.CheckConstraint(
                name="creditdraw_correction_says_of_what_and_why",
                condition=Q(kind=DrawKind.CORRECTION, corrects__isnull=False)
                | ~Q(kind=DrawKind.CORRECTION) & Q(corrects=None),
                violation_error_message="A correction, and nothing else, names what it corrects.",
            ),
            models.CheckConstraint(
                name="creditdraw_taken_back_with_a_reason",
                condition=Q(kind=DrawKind.USE) | ~Q(reason=""),
                violation_error_message="Say why.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credits.normalize():f} {self.unit} on {self.drawn_on}"


class CreditAllocation(models.Model):
    """The part of a draw that a grant pays for; below 0 where a correction gives it back.

    `counts_on` is the day from which it counts: that of the draw, or the later one on which new
    credits paid for what was owed.
    """

    draw = models.ForeignKey(CreditDraw, models.PROTECT, related_name="allocations")
    grant = models.ForeignKey(CreditGrant, models.PROTECT, related_name="allocations")
    credits = models.DecimalField(**AMOUNT_DIGITS)
    counts_on = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="creditallocation_is_something",
                condition=~Q(credits=0),
                violation_error_message="An allocation is of some credits.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credits.normalize():f} of {self.grant}"
