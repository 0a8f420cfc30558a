"""Groups that share work: who is in them, who is away, and whose turn it is."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models.ownership import Member
from config.codes import CodeField
from config.money import CurrencyField
from config.periods import Dated, DatedQuerySet, one_at_a_time
from config.versions import Versioned


class LoadMeasure(models.TextChoices):
    ACCOUNTS = "accounts", "Accounts"
    REVENUE = "revenue", "Recurring revenue"


class AskedAtTheEnd(models.UniqueConstraint):
    """A place that rows may trade: the database asks when the transaction ends, nobody before."""

    def __init__(self, **options) -> None:
        super().__init__(**{"deferrable": models.Deferrable.DEFERRED, **options})

    def validate(self, *_args, **_options) -> None:
        pass


class Pool(Versioned):
    """A group of members to whom rules give accounts in turn."""

    code = CodeField()
    name = models.CharField(max_length=200)
    measure = models.CharField(
        "load is counted in",
        max_length=16,
        choices=LoadMeasure,
        default=LoadMeasure.ACCOUNTS,
        help_text="What fills a member's capacity, and what rebalancing evens out.",
    )
    currency = CurrencyField(
        default="USD", help_text="Of capacities in revenue; accounts in others do not count."
    )

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class PoolMember(Versioned):
    """A member's place in a pool: their share of the turns, and how much they can carry."""

    pool = models.ForeignKey(Pool, models.CASCADE, related_name="members")
    member = models.ForeignKey(Member, models.PROTECT, related_name="pools")
    weight = models.PositiveIntegerField(
        default=100, help_text="Share of the turns, against the others'; 0: takes none for now."
    )
    capacity = models.BigIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Accounts, or minor units of monthly revenue; needed where the freest is chosen.",
    )
    position = models.PositiveSmallIntegerField(help_text="Who goes first among equals.")

    class Meta:
        ordering = ["pool", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "member"],
                name="poolmember_once_in_a_pool",
                violation_error_message="This member is in the pool already.",
            ),
            AskedAtTheEnd(
                fields=["pool", "position"],
                name="poolmember_one_per_position",
                violation_error_message="Another member of the pool has this position.",
            ),
            models.CheckConstraint(
                name="poolmember_capacity_is_not_negative",
                condition=Q(capacity=None) | Q(capacity__gte=0),
                violation_error_message="A capacity is not negative.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} in {self.pool}"


class Turn(models.Model):
    """When a member of a pool was last given something, in turns of the pool.

    Written only by `accounts.routing`, under the lock of the pool. Without a row, a member has
    just come and stands where the pool stands.
    """

    seat = models.OneToOneField(PoolMember, models.CASCADE, primary_key=True, related_name="turn")
    last = models.BigIntegerField(help_text="The pool's turn when it was theirs; 0: never.")
    credit = models.BigIntegerField(help_text="What a weighted pool still owes them.")

    class Meta:
        ordering = ["seat"]

    def __str__(self) -> str:
        return f"{self.seat_id}: {self.last}"


class Absence(Versioned, Dated):
    """Days on which a member is away: they are given nothing, and keep what they have."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="absences")

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "member"]
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time(
                "member",
                name="absence_one_at_a_time",
                message="The member is away on part of these days already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}, away from {self.starts_on}"
