"""Who buys."""

from datetime import date
from typing import Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Upper

from config.codes import CodeField
from config.countries import two_letters
from config.money import CurrencyField
from config.periods import Dated, DatedQuerySet, one_at_a_time
from config.versions import Versioned
from portfolio.models import Region, Segment


class AccountQuerySet(models.QuerySet):
    def classified(self, *, on: date, **criteria: str) -> Self:
        """Accounts whose profile on the day has the segment or region, by code."""
        profile = AccountProfile.objects.in_force(on=on).filter(
            account=OuterRef("pk"), **{f"{name}__code": code for name, code in criteria.items()}
        )
        return self.filter(Exists(profile))

    def looked_after(self, *, on: date, **by: object) -> Self:
        """Accounts with an owner on the day, in any role or for any product.

        `by` narrows the assignments: `member__user=ann`.
        """
        return self.filter(pk__in=self._owned(on, by))

    def looked_after_by_nobody(self, *, on: date) -> Self:
        """Accounts without any owner on the day."""
        return self.exclude(pk__in=self._owned(on, {}))

    def _owned(self, on: date, by: dict[str, object]) -> models.QuerySet:
        assignments = self.model._meta.get_field("assignments").related_model.objects
        return assignments.in_force(on=on).filter(**by).values("account")


class Account(Versioned):
    """A customer; it pays in one currency for as long as it is this account."""

    code = CodeField(help_text="The customer's key in every other system; it never changes.")
    name = models.CharField(max_length=200)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        help_text="The account it continues, for instance in another currency.",
    )
    country = models.CharField(
        max_length=2,
        blank=True,
        validators=[two_letters],
    )
    industry = models.CharField(max_length=100, blank=True)
    employees = models.PositiveIntegerField(null=True, blank=True)
    fiscal_year_starts = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text="The month in which its fiscal year begins, 1 to 12; empty: not known.",
    )
    procurement_required = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether a purchase goes through a procurement department.",
    )
    currency = CurrencyField(default="USD")
    created_on = models.DateField(help_text="The day the customer became known.")

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        permissions = [
            ("view_team_account", "Can view accounts that the own teams look after"),
            ("view_all_account", "Can view accounts of everybody"),
        ]
        indexes = [
            # Upper and trigrams: what the admin's search asks for.
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="account_name_search"),
            GinIndex(OpClass(Upper("code"), name="gin_trgm_ops"), name="account_code_search"),
        ]
        constraints = [
            # What a foreign key of two columns points to: a subscription has this currency.
            models.UniqueConstraint(fields=["id", "currency"], name="account_of_currency"),
            models.CheckConstraint(
                name="account_is_not_its_own_parent",
                condition=Q(parent=None) | ~Q(parent=F("id")),
                violation_error_message="An account cannot be its own parent.",
            ),
            models.CheckConstraint(
                name="account_does_not_replace_itself",
                condition=Q(replaces=None) | ~Q(replaces=F("id")),
                violation_error_message="An account cannot replace itself.",
            ),
            models.CheckConstraint(
                name="account_fiscal_year_starts_in_a_month",
                condition=Q(fiscal_year_starts=None) | Q(fiscal_year_starts__range=(1, 12)),
                violation_error_message="Months are numbered from 1 to 12.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProfileSource(models.TextChoices):
    MANUAL = "manual", "By hand"
    RULE = "rule", "By a segment rule"
    IMPORT = "import", "Imported"


class AccountProfile(Dated):
    """The segment and region of an account for a stretch of days.

    History is kept: last year's report does not change when a customer is put into another
    segment today.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="profiles")
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, blank=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=16, choices=ProfileSource, default=ProfileSource.MANUAL)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["account", "starts_on"]
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time(
                "account",
                name="accountprofile_one_at_a_time",
                message="Another profile of this account covers part of these days.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} from {self.starts_on}"
