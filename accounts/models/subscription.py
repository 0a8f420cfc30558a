"""What accounts hold."""

from collections.abc import Iterator
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from accounts.models.account import Account
from config.codes import CodeField
from config.money import AMOUNT_DIGITS, CurrencyField
from config.periods import Dated, DatedQuerySet, boundaries, boundary_from, one_at_a_time
from config.versions import Versioned
from portfolio.models import Product
from pricing.models import Charge, Interval, Plan, PlanVersion, Price, PriceInterval


class Subscription(Versioned):
    """An agreement with an account; its lines say what is held, since when, for how much."""

    code = CodeField(max_length=380)
    account = models.ForeignKey(Account, models.PROTECT, related_name="subscriptions")
    currency = CurrencyField(help_text="The account's currency.")
    starts_on = models.DateField()
    term_months = models.PositiveSmallIntegerField(
        default=1, help_text="The committed term, in months."
    )
    anchor_on = models.DateField(
        null=True,
        blank=True,
        editable=False,
        help_text=(
            "The day from which terms are counted, once it was moved to renew with others; "
            "empty: the first day."
        ),
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

    @property
    def anchor(self) -> date:
        """The day from which its terms are counted."""
        return self.anchor_on or self.starts_on

    def renews_on(self, *, after: date) -> date | None:
        """The first end of a term after the day, None once it will not renew any more."""
        day = max(after, self.starts_on)
        found = next(boundaries(anchor=self.anchor, months=self.term_months, after=day))
        return found if self.ends_on is None or found < self.ends_on else None


class Origin(models.TextChoices):
    SALE = "sale", "Sale"
    CHANGE = "change", "Change asked for"
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

    def with_terms(self) -> Self:
        """With all that their terms refer to, by the same query."""
        return self.select_related(
            "subscription", "account", "plan__product", "charge", "price__charge", "bundle_plan"
        )


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
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        help_text="Empty for credits, which are spent on any product.",
    )
    price = models.ForeignKey(
        Price,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        editable=False,
        help_text="The price it is held at; empty when its terms were agreed or imported.",
    )
    floor_version = models.ForeignKey(
        PlanVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        editable=False,
        help_text="Nothing it grants falls below what this version grants.",
    )
    bundle_plan = models.ForeignKey(
        Plan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        editable=False,
        help_text="The bundle or platform it is held by; its amount is a share of that price.",
    )
    bundle_version = models.ForeignKey(
        PlanVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        editable=False,
        help_text="The version of the bundle or platform that says what is in it.",
    )
    bundle_quantity = models.DecimalField(
        **AMOUNT_DIGITS, null=True, blank=True, editable=False, help_text="How many bundles."
    )
    instance = models.PositiveSmallIntegerField(
        default=0, help_text="Tells lines of the same charge apart."
    )
    quantity = models.DecimalField(
        **AMOUNT_DIGITS, null=True, blank=True, help_text="Empty when it is not known (imports)."
    )
    interval = models.CharField(max_length=16, choices=PriceInterval, default=PriceInterval.MONTH)
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
    previous = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        db_index=False,
        help_text="The line that it follows.",
    )
    origin = models.CharField(max_length=16, choices=Origin, default=Origin.SALE)
    trace = models.JSONField(
        default=list,
        db_default=Value([], models.JSONField()),
        editable=False,
        help_text="The steps that led to its terms.",
    )
    recorded_at = models.DateTimeField(auto_now_add=True)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SubscriptionLineQuerySet.as_manager()

    class Meta:
        ordering = ["account", "starts_on", "id"]
        # Indexes of what most lines lack leave those out: imports write many such lines.
        indexes = [
            models.Index(fields=["account", "starts_on"], name="line_of_account"),
            models.Index(fields=["price"], name="line_of_price", condition=Q(price__isnull=False)),
            models.Index(
                fields=["bundle_plan"],
                name="line_of_bundle",
                condition=Q(bundle_plan__isnull=False),
            ),
        ]
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time(
                "subscription",
                "charge",
                Coalesce("product", 0),
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
            models.UniqueConstraint(
                fields=["previous"],
                name="subscriptionline_has_one_successor",
                condition=Q(voided_at=None, previous__isnull=False),
                violation_error_message="Another line follows that one already.",
            ),
            models.CheckConstraint(
                name="subscriptionline_of_a_bundle_says_how_many",
                condition=Q(bundle_plan=None, bundle_quantity=None)
                | Q(bundle_plan__isnull=False, bundle_quantity__gt=0),
                violation_error_message="A part of a bundle says of how many bundles.",
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
    def recurs(self) -> bool:
        return self.interval != PriceInterval.ONE_TIME

    @property
    def interval_months(self) -> int:
        return Interval(self.interval).months

    @property
    def term_months(self) -> int:
        """The committed term in months: never shorter than what is paid for at a time."""
        return max(self.subscription.term_months, self.interval_months if self.recurs else 1)

    def boundaries_after(self, day: date) -> Iterator[date]:
        """The ends of its committed terms after the day, and after its own first day."""
        after, months = max(day, self.starts_on), self.term_months
        return boundaries(anchor=self.subscription.anchor, months=months, after=after)

    def boundary_after(self, day: date) -> date:
        """The first of them."""
        return next(self.boundaries_after(day))

    def boundary_from(self, day: date) -> date:
        """The first end of its committed term on or after the day."""
        return boundary_from(anchor=self.subscription.anchor, months=self.term_months, day=day)
