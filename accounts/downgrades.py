"""What a customer would lose by taking less: shown to them, and what they did then."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Q, Sum

from accounts.entitlements import Effective, effective
from accounts.models import (
    DowngradeReminder,
    EntitlementLock,
    PriceLock,
    ReminderOutcome,
    Subscription,
    SubscriptionLine,
    UsageDay,
    UsageKind,
)
from accounts.usage_events import downgrade_decided
from config.errors import DomainError
from pricing.grants import Grant, measure
from pricing.models import Feature, OnExceed, Plan, PlanKind, ValueType

LONG, SHORT = 90, 30


class OtherProduct(DomainError):
    code = "other_product"


class NothingHeld(DomainError):
    code = "nothing_held"


class AlreadyDecided(DomainError):
    code = "already_decided"


@dataclass(frozen=True)
class Use:
    """How much a feature was used: on how many days, and how much in all, of the last 30 and 90."""

    days_30: int = 0
    days_90: int = 0
    total_30: Decimal = Decimal(0)
    total_90: Decimal = Decimal(0)


@dataclass(frozen=True)
class Loss:
    """A feature of which they would have less, and how they use it now."""

    feature: Feature
    old: Grant | None
    new: Grant | None
    use: Use

    @property
    def is_used(self) -> bool:
        return self.use.days_90 > 0


@dataclass(frozen=True)
class Exceeded:
    """A limit that today's use is above; nothing is ever deleted, this is what happens instead."""

    feature: Feature
    used: Decimal
    limit: Decimal
    behaviour: OnExceed
    grace_until: date | None


@dataclass
class Impact:
    """What taking a plan instead (None: nothing) would mean for a subscription on a day.

    `reminder` is the row that says it was shown, if it was; `locks` are those that would end.
    """

    subscription: Subscription
    to_plan: Plan | None
    on: date
    losses: list[Loss] = field(default_factory=list)
    exceeded: list[Exceeded] = field(default_factory=list)
    locks: list[dict] = field(default_factory=list)
    reminder: DowngradeReminder | None = None

    @property
    def used_losses(self) -> list[Loss]:
        """Features in use that would be lost, those used on most days first."""
        used = [loss for loss in self.losses if loss.is_used]
        return sorted(used, key=lambda loss: (-loss.use.days_90, loss.feature.code))


def impact(*, subscription: Subscription, to_plan: Plan | None, on: date) -> Impact:
    """What the customer would lose by holding the plan instead of what it replaces.

    A tier replaces the tiers of its product that the subscription holds, with their add-ons left
    as they are; no plan at all ends everything it holds. Raises NothingHeld when it holds nothing
    on the day, OtherProduct for a plan that is no tier of a product it holds.
    """
    lines = replaced(subscription, to_plan, on)
    asked = {"account": subscription.account, "on": on, "with_cheapest": False}
    before = {each.feature: each for each in effective(**asked)}
    after = {
        each.feature: each
        for each in effective(
            **asked,
            without=[line.pk for line in lines],
            wished=[to_plan.pk] if to_plan else [],
        )
    }
    use = _use(subscription.account_id, on)
    losses = [
        Loss(feature, old.grant, _grant(after, feature), use.get(feature.pk, Use()))
        for feature, old in before.items()
        if measure(_grant(after, feature)) < measure(old.grant)
    ]
    exceeded = [
        _exceeded(loss.feature, before[loss.feature].used, loss.new, on)
        for loss in losses
        if _is_exceeded(loss, before[loss.feature])
    ]
    return Impact(subscription, to_plan, on, losses, exceeded, _locks(lines, on))


def _locks(lines: list[SubscriptionLine], on: date) -> list[dict]:
    """The promises that end with these lines: an old price kept, old grants kept."""
    roots = {line.root_id or line.pk for line in lines}
    return [
        {
            "protects": protects,
            "policy": lock.policy.code,
            "starts_on": lock.starts_on,
            "ends_on": lock.ends_on,
        }
        for protects, model in (("price", PriceLock), ("entitlements", EntitlementLock))
        for lock in model.objects.of_lineages(roots).in_force(on=on).select_related("policy")
    ]


def replaced(subscription: Subscription, to_plan: Plan | None, on: date) -> list[SubscriptionLine]:
    """The lines that would end."""
    lines = list(subscription.lines.live(on=on).select_related("plan"))
    if not lines:
        raise NothingHeld(f"{subscription} holds nothing on {on}.")
    if to_plan is None:
        return lines
    tiers = [
        line
        for line in lines
        if line.plan.kind == PlanKind.TIER and line.plan.product_id == to_plan.product_id
    ]
    if not tiers or to_plan.kind != PlanKind.TIER:
        raise OtherProduct(f"{subscription} holds no tier that {to_plan} could replace.")
    return tiers


def _grant(found: dict[Feature, Effective], feature: Feature) -> Grant | None:
    return found[feature].grant if feature in found else None


def _is_exceeded(loss: Loss, now: Effective) -> bool:
    counted = loss.feature.value_type == ValueType.QUANTITY
    return counted and now.used is not None and now.used > measure(loss.new)


def _exceeded(feature: Feature, used: Decimal, new: Grant | None, on: date) -> Exceeded:
    behaviour = OnExceed(feature.on_exceed)
    days = feature.grace_days if behaviour == OnExceed.GRACE else None
    until = on + timedelta(days=days) if days else None
    return Exceeded(feature, used, measure(new), behaviour, until)


def _use(account: int, on: date) -> dict[int, Use]:
    """By feature, what was used in the days up to and with this one; one query."""
    recent = Q(day__gt=on - timedelta(days=SHORT))
    rows = (
        UsageDay.objects.filter(
            account=account,
            kind=UsageKind.USE,
            value__gt=0,
            day__lte=on,
            day__gt=on - timedelta(days=LONG),
        )
        .order_by()
        .values("feature")
        .annotate(
            days_30=Count("day", filter=recent),
            days_90=Count("day"),
            total_30=Sum("value", filter=recent, default=0),
            total_90=Sum("value"),
        )
    )
    return {row.pop("feature"): Use(**row) for row in rows}


@transaction.atomic
def show(*, found: Impact) -> DowngradeReminder:
    """Keep that this was shown; once a day for each plan, however often it is looked at."""
    reminder, _ = DowngradeReminder.objects.get_or_create(
        subscription=found.subscription,
        to_plan=found.to_plan,
        shown_on=found.on,
        defaults={
            "features_lost": [loss.feature.code for loss in found.used_losses],
            "limits_exceeded": [each.feature.code for each in found.exceeded],
        },
    )
    return reminder


@transaction.atomic
def decided(*, reminder: DowngradeReminder, outcome: str, on: date) -> DowngradeReminder:
    """Keep what the customer did after the reminder; said once. Raises AlreadyDecided."""
    reminder = DowngradeReminder.objects.select_for_update(no_key=True).get(pk=reminder.pk)
    if reminder.outcome and (reminder.outcome, reminder.decided_on) != (outcome, on):
        raise AlreadyDecided(
            f"They {ReminderOutcome(reminder.outcome).label.lower()} on {reminder.decided_on}."
        )
    if not reminder.outcome:
        reminder.outcome, reminder.decided_on = outcome, on
        reminder.full_clean()
        reminder.save(update_fields=["outcome", "decided_on"])
        downgrade_decided(reminder)
    return reminder
