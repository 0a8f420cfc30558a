"""Accounts with an owner by name, and every decision about who owns what."""

from django.db import models

from accounts.models.account import Account
from accounts.models.ownership import Member, OwnerRole
from accounts.models.rule_set import RoutingRule, RoutingRuleSet
from config.access.models import User
from config.periods import Dated, DatedQuerySet, one_at_a_time
from config.versions import Versioned
from portfolio.models import Motion, OwnerModel, Product


class NamedAccount(Versioned, Dated):
    """An account that is somebody's by name, whatever the rules say, for a stretch of days."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="named")
    role = models.CharField(max_length=20, choices=OwnerRole)
    member = models.ForeignKey(Member, models.PROTECT, related_name="named")
    reason = models.CharField(max_length=500, help_text="Why they, and nobody else.")

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["account", "role", "starts_on"]
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time(
                "account",
                "role",
                name="namedaccount_one_at_a_time",
                message="The account is somebody's by name in this role on part of these days.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.member}"


class How(models.TextChoices):
    NAMED = "named", "By name"
    STICKY = "sticky", "Kept"
    PARENT = "parent", "From the parent account"
    RULE = "rule", "By a rule"
    CATCH_ALL = "catch_all", "By the last rule"


class RoutingDecision(models.Model):
    """Who was given what, by which rule, and every step that led to it; appended, never edited."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="decisions")
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    motion = models.CharField(max_length=24, choices=Motion, null=True)
    expected_mrr = models.BigIntegerField(
        null=True, help_text="In minor units; null: what the account pays was asked about."
    )
    starts_on = models.DateField(help_text="The day from which the owner is theirs.")
    rule_set = models.ForeignKey(RoutingRuleSet, models.PROTECT, related_name="decisions")
    rule = models.ForeignKey(RoutingRule, models.PROTECT, null=True, related_name="decisions")
    owner_model = models.CharField(max_length=16, choices=OwnerModel)
    how = models.CharField(max_length=16, choices=How)
    member = models.ForeignKey(Member, models.PROTECT, related_name="decisions")
    role = models.CharField(max_length=20, choices=OwnerRole)
    trace = models.JSONField()
    key = models.CharField(max_length=300, unique=True, help_text="What was asked for, once.")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["rule_set", "member", "starts_on"], name="decision_of_a_member")
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.member} from {self.starts_on}"
