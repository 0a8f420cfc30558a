"""Discounts that customers got."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models.account import Account
from accounts.models.subscription import SubscriptionLine
from config.money import AMOUNT_DIGITS
from config.periods import Dated, DatedQuerySet
from pricing.models import Incentive


class RedemptionQuerySet(DatedQuerySet):
    def counting(self) -> Self:
        """Redemptions of lines that were not voided: those that never were count for nothing."""
        return self.filter(line__voided_at=None)

    def running(self, *, on: date) -> Self:
        """Discounts that customers have on the day."""
        return self.counting().in_force(on=on)


class IncentiveRedemption(Dated):
    """An incentive that an account got with a line, on the days on which it lowers its price.

    Written once, when the line is sold; a line of a bundle stands for all of it.
    """

    incentive = models.ForeignKey(Incentive, models.PROTECT, related_name="redemptions")
    account = models.ForeignKey(Account, models.PROTECT, related_name="redemptions")
    line = models.ForeignKey(SubscriptionLine, models.PROTECT, related_name="redemptions")
    discount = models.DecimalField(
        **AMOUNT_DIGITS, help_text="What it takes off for each interval, taken by itself."
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = RedemptionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["incentive", "line"],
                name="incentiveredemption_once_a_line",
                violation_error_message="The line has this incentive already.",
            ),
            models.CheckConstraint(
                name="incentiveredemption_ends",
                condition=Q(ends_on__isnull=False),
                violation_error_message="A discount without an end is the price.",
            ),
            models.CheckConstraint(
                name="incentiveredemption_is_not_negative",
                condition=Q(discount__gte=0, discount__lt=10**12),
                violation_error_message="A discount does not make anything dearer.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incentive} for {self.account}"
