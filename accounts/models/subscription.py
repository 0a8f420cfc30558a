"""What accounts hold."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models.account import Account
from config.codes import CodeField
from config.money import AMOUNT_DIGITS, CurrencyField
from config.periods import Dated, DatedQuerySet, one_at_a_time
from config.versions import Versioned
from portfolio.models import Product
from pricing.models import Charge, Interval, Plan, PlanVersion


class Subscription(Versioned):
    """An agreement with an account; its lines say what is held, since when, for how much."""

    code = CodeField(max_length=380)
    account = models.ForeignKey(Account, models.PROTECT, related_name="subscriptions")
    currency = CurrencyField(help_text="The account's currency.")
    starts_on = models.DateField()
    term_months = models.PositiveSmallIntegerField(
        default=1, help_text="The committed term, in months."
    )
    ends_on = models.DateField(
        null=True,
        blank=True,
        help_text="First day it no longer runs; set only when it will not renew.",
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            # What a foreign key of two columns points to: a line has its subscription's account.
            models.UniqueConstraint(fields=["id", "account"], name="subscription_of_account"),
            models.CheckConstraint(
                name="subscription_does_not_end_before_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="It cannot end before it starts.",
            ),
            models.CheckConstraint(
                name="subscription_term_is_a_month_or_more",
                condition=Q(term_months__gte=1),
                violation_error_message="The term is at least one month.",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Origin(models.TextChoices):
    SALE = "sale", "Sale"
    RENEWAL = "renewal", "Renewal"
    MIGRATION = "migration", "Migration"
    DISCOUNT_END = "discount_end", "End of a discount"
    IMPORT = "import", "Import"


class SubscriptionLineQuerySet(DatedQuerySet):
    def standing(self) -> Self:
        """Lines that were not voided."""
        return self.filter(voided_at=None)

    def live(self, *, on: date) -> Self:
        """Lines that are held on the day."""
        return self.standing().in_force(on=on)


class SubscriptionLine(Dated):
    """A stretch of days on constant terms; a change closes a line and opens its successor.

    Written only inside `accounts.ledger.recording`, which carries every change to the ledger.
    """

    # The columns without a constraint of their own are covered by foreign keys of two columns
    # (subscription and account, charge and plan, plan and product): see the migrations.
    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="lines", db_constraint=False
    )
    account = models.ForeignKey(Account, models.PROTECT, related_name="lines", db_constraint=False)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+", db_constraint=False)
    plan_version = models.ForeignKey(
        PlanVersion, models.PROTECT, null=True, blank=True, related_name="+"
    )
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="+", db_constraint=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", db_constraint=False)
    instance = models.PositiveSmallIntegerField(
        default=0, help_text="Tells lines of the same charge apart."
    )
    quantity = models.DecimalField(
        **AMOUNT_DIGITS, null=True, blank=True, help_text="Empty when it is not known (imports)."
    )
    interval = models.CharField(max_length=16, choices=Interval, default=Interval.MONTH)
    list_amount = models.DecimalField(
        **AMOUNT_DIGITS,
        null=True,
        blank=True,
        help_text="Price of the interval before discounts; empty when it is not known.",
    )
    amount = models.DecimalField(
        **AMOUNT_DIGITS, help_text="What is paid for each interval, after discounts."
    )
    mrr = models.BigIntegerField(
        "MRR", help_text="Recurring revenue of a month, in minor units of the currency."
    )
    root = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The first line of the lineage; empty: this one.",
    )
    previous = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="successor"
    )
    origin = models.CharField(max_length=16, choices=Origin, default=Origin.SALE)
    recorded_at = models.DateTimeField(auto_now_add=True)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SubscriptionLineQuerySet.as_manager()

    class Meta:
        ordering = ["account", "starts_on", "id"]
        indexes = [models.Index(fields=["account", "starts_on"], name="line_of_account")]
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time(
                "subscription",
                "charge",
                "product",
                "instance",
                name="subscriptionline_one_at_a_time",
                message="Another line of this subscription covers part of these days.",
                condition=Q(voided_at=None),
            ),
            models.CheckConstraint(
                name="subscriptionline_money_is_not_negative",
                condition=Q(mrr__gte=0)
                & Q(amount__gte=0)
                & (Q(list_amount=None) | Q(list_amount__gte=F("amount"))),
                violation_error_message=(
                    "Amounts are not negative, and nobody pays more than the list price."
                ),
            ),
            models.CheckConstraint(
                name="subscriptionline_quantity_is_positive",
                condition=Q(quantity=None) | Q(quantity__gt=0),
                violation_error_message="The quantity is more than nothing.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} from {self.starts_on}"

    @property
    def interval_months(self) -> int:
        return Interval(self.interval).months
