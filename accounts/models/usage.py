"""What customers use, day by day, and how well they are."""

from datetime import date, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models.account import Account
from config.money import AMOUNT_DIGITS
from pricing.models import Feature


class UsageKind(models.TextChoices):
    USE = "use", "In use"
    GATE_HIT = "gate_hit", "Stopped at a gate"
    POWER_USERS = "power_users", "Power users"


def reported(to: type[models.Model]) -> models.ForeignKey:
    """A reference without a constraint of its own: checking it costs more than the row."""
    return models.ForeignKey(
        to, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )


class UsageDay(models.Model):
    """How much of a feature an account used on a day, in the feature's unit; no metering store.

    `use` of what is counted is how much is in use (users, GB), or used up so far in its period;
    of anything else, how often it was used. `gate_hit` is how often somebody was stopped at a
    limit or a locked feature, `power_users` how many people used it more than the threshold
    power-user-percentile says of all its users. A day told again replaces what was told before.
    """

    account = reported(Account)
    feature = reported(Feature)
    kind = models.CharField(max_length=16, choices=UsageKind, default=UsageKind.USE)
    day = models.DateField()
    value = models.DecimalField(**AMOUNT_DIGITS)

    class Meta:
        ordering = ["account", "feature", "kind", "day"]
        verbose_name_plural = "usage days"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "feature", "kind", "day"],
                name="usageday_once_a_day",
                violation_error_message="This was told of the day already: change that row.",
            ),
            models.CheckConstraint(
                name="usageday_value_is_not_negative",
                condition=Q(value__gte=0),
                violation_error_message="Nobody uses less than nothing.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.feature} on {self.day}"


class Band(models.TextChoices):
    RED = "red", "Red"
    YELLOW = "yellow", "Yellow"
    GREEN = "green", "Green"


class HealthScoreQuerySet(models.QuerySet):
    def latest_of_each(self, *, on: date, days: int) -> Self:
        """The last score of each account on or before the day, none older than so many days."""
        fresh = self.filter(day__lte=on, day__gt=on - timedelta(days=days))
        return fresh.order_by("account_id", "-day").distinct("account_id")


class HealthScore(models.Model):
    """How well an account is on a day, from 0 to 100, as somebody else's figures say."""

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="health_scores", db_index=False
    )
    day = models.DateField()
    score = models.PositiveSmallIntegerField(help_text="From 0 to 100, the more the better.")
    band = models.CharField(
        max_length=8,
        choices=Band,
        editable=False,
        help_text="By the thresholds health-red and health-green of the day.",
    )
    sources = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        size=20,
        help_text="What it was made from, such as logins or tickets, separated by commas.",
    )

    objects = HealthScoreQuerySet.as_manager()

    class Meta:
        ordering = ["account", "-day"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "day"],
                name="healthscore_once_a_day",
                violation_error_message="The account has a score of this day: change that row.",
            ),
            models.CheckConstraint(
                name="healthscore_is_from_0_to_100",
                condition=Q(score__gte=0, score__lte=100),
                violation_error_message="A score is from 0 to 100.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.score} on {self.day}"
